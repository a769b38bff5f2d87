import { expect, test } from "vitest";
import { detectType } from "./detect.ts";
import { markupOf } from "./markup.ts";
import { isTypePattern, permits } from "./permit.ts";

test.each([
  ["image/png", ["image/*"], true],
  ["image/png", ["image/png"], true],
  ["image/png", ["*/*"], true],
  ["image/png", ["image/jpeg", "video/*"], false],
  ["image/svg+xml", ["image/*"], false],
  ["image/svg+xml", ["*/*"], false],
  ["image/svg+xml", ["image/svg+xml"], true],
  ["text/html", ["text/*"], false],
  ["text/html", ["text/html"], true],
])("%s with %j: %s", (type, types, permitted) => {
  expect(permits(types, type)).toBe(permitted);
});

test.each(["image", "image/", "*/png", "image/*x", "IMAGE/png", "image/png; q=1", "*", 1])(
  "%j is no type",
  (value) => {
    expect(isTypePattern(value)).toBe(false);
  },
);

test.each([
  ["<svg>", "image/svg+xml"],
  [
    "\uFEFF \n<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC 'a'>\n<SVG xmlns='x'>",
    "image/svg+xml",
  ],
  ["<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "image/svg+xml"],
  ["<svgx>", undefined],
  ["<!doctype HTML>", "text/html"],
  ["<!-- a --><html lang=en>", "text/html"],
  ["a <svg>", undefined],
  ["", undefined],
])("%j is %s", (text, type) => {
  expect(markupOf(text)).toBe(type);
});

test("a beginning that takes long to read as markup does not", () => {
  const began = performance.now();
  for (const part of ["<!--", "<!-- -->", "<?", " ", "<!doctype svg ["]) markupOf(part.repeat(5000));
  expect(performance.now() - began).toBeLessThan(1000);
});

test.each([
  ["%PDF-1.7\n", "application/pdf", "pdf"],
  ["GIF89a", "image/gif", "gif"],
  ["PK\u0003\u0004", "application/zip", "zip"],
  ["BEGIN:VCARD\nVERSION:3.0", "text/plain", "txt"],
  ["<?xml version='1.0'?><a/>", "text/plain", "txt"],
  ["MZ", "application/x-msdownload", "exe"],
])("%j is of type %s", async (body, type, extension) => {
  expect(await detectType(Buffer.from(body, "latin1"), ["*/*"])).toMatchObject({ type, extension });
});

test("a sample that ends within a character is text", async () => {
  const body = Buffer.from(`${"a".repeat(16 * 1024 - 1)}€`);
  expect(await detectType(body, ["text/plain"])).toMatchObject({ type: "text/plain" });
});
