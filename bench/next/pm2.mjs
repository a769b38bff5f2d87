// Starts the app that the variable PM2_APP describes, with PM2 in this very process: no daemon is left behind, and no
// argument is given, because `pm2-runtime` hands its own ones to every process in cluster mode.

import pm2 from "pm2";

pm2.connect(true, () => {
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => pm2.killDaemon(() => process.exit()));
  pm2.start(JSON.parse(process.env["PM2_APP"] ?? "{}"), (error) => {
    if (error) throw error;
  });
});
