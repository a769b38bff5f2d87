import { defineStack } from "@spillway/stack";

export default defineStack({
  name: "store",
  app: {
    release: ["node scripts/migrate.ts", "node scripts/seed.ts"],
    health: { path: "/api/healthz" },
  },
});
