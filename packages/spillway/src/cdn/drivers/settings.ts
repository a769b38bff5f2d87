// The settings that all drivers have, and their checks.

import { SpillwayError } from "../../errors.ts";
import type { CdnLimits } from "../driver.ts";
import type { DeliverySettings } from "./delivery.ts";

/** All times are in seconds. */
export interface DriverSettings {
  /** Another address of the API: a proxy, or a server for tests. */
  endpoint?: string;
  /** How long one request may take. Default 10. */
  timeout?: number;
  /**
   * How long after the first failure a purge is tried again. Default 30. A durable feed, which tries again itself,
   * needs less. When the CDN wants to be left alone for longer, SPILLWAY_CDN_RATE says for how long.
   */
  patience?: number;
  /** The rate, where your contract allows another than the one that is documented. */
  rate?: { requestsPerSecond: number; burst: number };
}

const shared = ["endpoint", "timeout", "patience", "rate"];
const defaults: DeliverySettings = { timeout: 10, patience: 30 };
const mostSeconds = 3_600;

/** Throws SPILLWAY_CDN_SETTING for a key that none of `own` and the shared ones is. */
export function checkKeys(given: object, own: readonly string[]): void {
  const known = [...own, ...shared];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(unknown, "unknown", `one of ${known.join(", ")}`);
}

/** Throws SPILLWAY_CDN_SETTING. */
export function deliverySettings({ timeout, patience }: DriverSettings): DeliverySettings {
  const settings = { timeout: timeout ?? defaults.timeout, patience: patience ?? defaults.patience };
  for (const [key, least] of [
    ["timeout", 0.001],
    ["patience", 0],
  ] as const) {
    const value: unknown = settings[key];
    if (typeof value !== "number" || !(value >= least && value <= mostSeconds))
      throw invalid(key, value, `seconds from ${least} to ${mostSeconds}`);
  }
  return settings;
}

/** The documented limits, or those of `rate`. Throws SPILLWAY_CDN_SETTING. */
export function limitsWith(documented: CdnLimits, rate: DriverSettings["rate"]): CdnLimits {
  if (rate === undefined) return documented;
  const { requestsPerSecond, burst } = rate;
  if (!(requestsPerSecond > 0 && requestsPerSecond <= 10_000))
    throw invalid("rate.requestsPerSecond", requestsPerSecond, "more than 0, up to 10000");
  if (!(Number.isInteger(burst) && burst >= 1)) throw invalid("rate.burst", burst, "a whole number from 1");
  return { ...documented, requestsPerSecond, burst };
}

/** Where the API is. Throws SPILLWAY_CDN_SETTING. */
export function endpointOf(given: string | undefined, fallback: string): string {
  const endpoint = given ?? fallback;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isPlain = url !== undefined && url.username === "" && url.password === "" && url.search === "";
  if (isPlain && /^https?:$/.test(url.protocol)) return endpoint.replace(/\/+$/, "");
  // Without it: a password may be in it.
  throw invalid(
    "endpoint",
    "no such address",
    "an address such as https://api.example.com, without password or query",
  );
}

/** A name that goes into the path of a request. Throws SPILLWAY_CDN_SETTING. */
export function nameOf(setting: string, given: string | undefined): string {
  if (given !== undefined && /^[\w.-]{1,100}$/.test(given)) return given;
  throw invalid(
    setting,
    given === undefined ? "not set" : JSON.stringify(given),
    "letters, digits, and _ - .",
  );
}

/**
 * A token. What is no header value would be named, with the token, in the error of `fetch`; it is not told. Throws
 * SPILLWAY_CDN_SETTING.
 */
export function secretOf(setting: string, given: string | undefined): string {
  if (typeof given === "string" && /^[\x21-\x7e]{8,4096}$/.test(given)) return given;
  const found = given === undefined || given === "" ? "not set" : "set to what no token is";
  throw invalid(
    setting,
    found,
    "at least 8 visible ASCII characters, with no space or line break around them",
  );
}

export function invalid(setting: string, value: unknown, expected: string): SpillwayError {
  return new SpillwayError("SPILLWAY_CDN_SETTING", { setting, found: String(value), expected });
}
