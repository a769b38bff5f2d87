// Where strings, quoted names and numbers end. -1 where they have no end.

import { endOfLine, opensLineComment } from "./blanks.ts";
import { codes, isDigit, isNewline, isSpace, isWordPart, isWordStart } from "./characters.ts";

/** `open` is the place of the quote. Reads over `''`, and over `\'` where the string has escapes. */
export function endOfString(text: string, open: number, escapes: boolean): number {
  let at = open + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === codes.backslash && escapes) at += 2;
    else if (code !== codes.quote) at++;
    else if (text.charCodeAt(at + 1) === codes.quote) at += 2;
    else {
      const continued = continuation(text, at + 1);
      if (continued === -1) return at + 1;
      at = continued + 1;
    }
  }
  return -1;
}

/**
 * A string goes on behind a line break: `'a'` and `'b'` on two lines are one string, which keeps the escapes
 * of its first part. Returns the place of the next quote, or -1.
 */
function continuation(text: string, start: number): number {
  let at = start;
  let brokeLine = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      brokeLine ||= isNewline(code);
      at++;
    } else if (opensLineComment(text, at)) at = endOfLine(text, at);
    else return brokeLine && code === codes.quote ? at : -1;
  }
}

export function endOfQuotedName(text: string, open: number): number {
  let at = open;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at === -1) return -1;
    if (text.charCodeAt(at + 1) !== codes.doubleQuote) return at + 1;
    at++;
  }
}

/** The end of `$`, `$tag` or `$tag$`, whichever is there. */
export function endOfDollarTag(text: string, start: number): number {
  let at = start + 1;
  if (isWordStart(text.charCodeAt(at))) {
    while (isWordPart(text.charCodeAt(at)) && text.charCodeAt(at) !== codes.dollar) at++;
  }
  return text.charCodeAt(at) === codes.dollar ? at + 1 : at;
}

/** Digits, a fraction, an exponent; or a hexadecimal, octal or binary integer. */
export function endOfNumber(text: string, start: number): number {
  const radix = endOfRadix(text, start);
  if (radix !== -1) return radix;
  let at = endOfDigits(text, start);
  // `1..2` is a range in PL/pgSQL, not `1.` and `.2`.
  if (text.charCodeAt(at) === codes.dot && text.charCodeAt(at + 1) !== codes.dot) {
    at = endOfDigits(text, at + 1);
  }
  return endOfExponent(text, at);
}

function endOfRadix(text: string, start: number): number {
  if (text.charCodeAt(start) !== codes.zero || !"xXoObB".includes(text.charAt(start + 1))) return -1;
  let at = start + 2;
  while (/[0-9a-fA-F_]/.test(text.charAt(at))) at++;
  return at > start + 2 ? at : -1;
}

function endOfDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at)) || text.charCodeAt(at) === codes.underscore) at++;
  return at;
}

function endOfExponent(text: string, start: number): number {
  if (!"eE".includes(text.charAt(start))) return start;
  const sign = "+-".includes(text.charAt(start + 1)) ? 1 : 0;
  const digits = start + 1 + sign;
  return isDigit(text.charCodeAt(digits)) ? endOfDigits(text, digits) : start;
}
