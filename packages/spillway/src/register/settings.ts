// Where the private server listens and what readiness asks for.

import { integerSetting } from "../settings.ts";
import { warn } from "../warnings.ts";

export interface RegisterSettings {
  /**
   * Port of the private server. Default 9464, as OpenTelemetry's Prometheus
   * exporter; 0 takes any free port and prints it.
   */
  privatePort: number;
  /** Address it listens on. Default 127.0.0.1: metrics are not for the public. */
  privateHost: string;
  /**
   * Path that readiness asks of the app. Default `/`. It should be cheap and go the
   * way that users' requests go; one that needs the database makes a slow database
   * take every process out of the balancer at once.
   */
  healthPath: string;
}

const registerDefaults: RegisterSettings = {
  privatePort: 9464,
  privateHost: "127.0.0.1",
  healthPath: "/",
};

/** From `SPILLWAY_PRIVATE_PORT`, `SPILLWAY_PRIVATE_HOST` and `SPILLWAY_HEALTH_PATH`. */
export function readRegisterSettings(): RegisterSettings {
  return {
    privatePort: integerSetting({
      name: "SPILLWAY_PRIVATE_PORT",
      fallback: registerDefaults.privatePort,
      max: 65_535,
    }),
    privateHost: process.env["SPILLWAY_PRIVATE_HOST"]?.trim() || registerDefaults.privateHost,
    healthPath: healthPath(),
  };
}

function healthPath(): string {
  const path = process.env["SPILLWAY_HEALTH_PATH"]?.trim() || registerDefaults.healthPath;
  if (/^\/[!-~]*$/.test(path)) return path;
  warn(
    "SPILLWAY_SETTING_INVALID",
    `SPILLWAY_HEALTH_PATH is "${path}", expected a path such as /health; ${registerDefaults.healthPath} is used`,
  );
  return registerDefaults.healthPath;
}
