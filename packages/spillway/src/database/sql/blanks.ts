// What stands between tokens: white space and comments.

import { codes, isNewline, isSpace } from "./characters.ts";

/** Where the next token begins. Stops at a comment that has no end. */
export function endOfBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) at++;
    else if (opensLineComment(text, at)) at = endOfLine(text, at);
    else if (opensBlockComment(text, at)) {
      const end = endOfBlockComment(text, at);
      if (end === -1) return at;
      at = end;
    } else return at;
  }
}

export function opensLineComment(text: string, at: number): boolean {
  return text.charCodeAt(at) === codes.minus && text.charCodeAt(at + 1) === codes.minus;
}

export function opensBlockComment(text: string, at: number): boolean {
  return text.charCodeAt(at) === codes.slash && text.charCodeAt(at + 1) === codes.star;
}

export function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isNewline(text.charCodeAt(at))) at++;
  return at;
}

/** Block comments nest. -1 where one has no end. */
function endOfBlockComment(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    if (opensBlockComment(text, at)) {
      depth++;
      at += 2;
    } else if (closesBlockComment(text, at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  return -1;
}

function closesBlockComment(text: string, at: number): boolean {
  return text.charCodeAt(at) === codes.star && text.charCodeAt(at + 1) === codes.slash;
}
