// Reads settings from the environment; a bad one is reported, never fatal.

import { warn } from "./warnings.ts";

export interface IntegerSetting {
  name: string;
  fallback: number;
  max: number;
}

/** A whole number from 0 to `max`; unset or empty means `fallback`. */
export function integerSetting({ name, fallback, max }: IntegerSetting): number {
  const text = process.env[name]?.trim() ?? "";
  if (text === "") return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  warn(
    "SPILLWAY_SETTING_INVALID",
    `${name} is "${text}", expected a whole number from 0 to ${max}; ${fallback} is used`,
  );
  return fallback;
}
