/** Small rules: each gives the sentence to show, or undefined if all is well. */

/** Control characters have no place in one line of text, and Postgres refuses the zero byte. */
const control = /\p{Cc}/u;

export interface Length {
  min: number;
  max: number;
}

export function textProblem(value: string, { min, max }: Length): string | undefined {
  if (value.length < min) return min === 1 ? "Please fill this in." : `Use at least ${min} characters.`;
  if (value.length > max) return `Use at most ${max} characters.`;
  return control.test(value) ? "Use plain text on one line." : undefined;
}

export interface Range {
  min: number;
  max: number;
}

export function integerProblem(value: number, { min, max }: Range): string | undefined {
  if (!Number.isInteger(value)) return "Give a whole number.";
  return value < min || value > max ? `Give a number from ${min} to ${max}.` : undefined;
}

/** The trimmed text of a field, empty if it is missing or not text. */
export function field(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
