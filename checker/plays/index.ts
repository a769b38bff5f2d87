// Short plays, each of which provokes what one or several rules are for. With all rules none of them goes wrong.

export * from "./floors.ts";
export * from "./loads.ts";
export * from "./log.ts";
export * from "./tailer.ts";
