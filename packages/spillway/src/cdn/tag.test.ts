// Tags at the edge are the same on both sides, differ where the cache's differ, and are taken by every CDN.

import { expect, test } from "vitest";
import { randomSource } from "../../test/random-values.ts";
import { edgeTag, edgeTags } from "./tag.ts";

/** What all of the CDNs take, counted as Vercel counts. */
function isTakenByAll(tag: string): boolean {
  return (
    /^[\x21-\x2b\x2d-\x7e]+$/.test(tag) && encodeURIComponent(tag).length <= 256 && tag === tag.toLowerCase()
  );
}

test("a portable tag stays as it is", () => {
  const tags = ["product:42", "products", "a", "shop/list.html", "a_b-c.d", ":".repeat(80)];
  expect(tags.map(edgeTag)).toEqual(tags);
  expect(tags.every(isTakenByAll)).toBe(true);
});

test("any other is a hash, which every version has to make in the same way", () => {
  expect(edgeTag("Product:1")).toBe("~cr674j6xbcgzuxsfp27azix55n");
});

test("tags that differ only in case differ at a CDN that does not see case", () => {
  const forms = ["product:1", "Product:1", "PRODUCT:1"].map((tag) => edgeTag(tag).toLowerCase());
  expect(new Set(forms).size).toBe(3);
});

test("a form at the edge is its own form", () => {
  const form = edgeTag("Straße 7, 1. Stock");
  expect(edgeTag(form)).toBe(form);
});

test("half a surrogate pair has the form of what it becomes on its way through Redis", () => {
  const tag = "user:\ud83d";
  expect(edgeTag(Buffer.from(tag, "utf8").toString("utf8"))).toBe(edgeTag(tag));
});

test("10,000 random tags have 10,000 forms, and every CDN takes each", () => {
  const random = randomSource(7);
  const letters = Array.from("aAbB01:, \u0000é漢~*#/%\n");
  const tags = new Set<string>();
  while (tags.size < 10_000)
    tags.add(Array.from({ length: 1 + random(12) }, () => letters[random(letters.length)]).join(""));
  const forms = [...tags].map(edgeTag);
  expect(new Set(forms.map((form) => form.toLowerCase())).size).toBe(tags.size);
  expect(forms.filter((form) => !isTakenByAll(form))).toEqual([]);
});

test("each tag is there once", () => {
  expect(edgeTags(["a", "B", "a", "B"])).toEqual(["a", edgeTag("B")]);
});

test("what is no tag is an error that says what it is", () => {
  expect(() => edgeTag("")).toThrow("A tag is empty, expected text of at least one character");
  expect(() => edgeTag(42 as unknown as string)).toThrow("A tag is a number");
  expect(() => edgeTag(null as unknown as string)).toThrow("A tag is null");
});
