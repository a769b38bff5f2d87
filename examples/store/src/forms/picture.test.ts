import { expect, test } from "vitest";
import { largestPicture, parsePicture } from "./picture.ts";

const webp = "RIFF\x10\x20\x30\x40WEBPVP8 ";

function form(picture: string | Uint8Array | undefined, type = "image/png"): FormData {
  const data = new FormData();
  if (picture === undefined) return data;
  const bytes = typeof picture === "string" ? Uint8Array.from(Buffer.from(picture, "latin1")) : picture;
  data.set("picture", new File([bytes as Uint8Array<ArrayBuffer>], "a.png", { type }));
  return data;
}

test.each([
  ["a WebP", webp],
  ["a JPEG", "\xFF\xD8\xFF\xE0\0\x10JFIF"],
  ["a PNG", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"],
])("%s is taken as it is, whatever it is called", async (_what, text) => {
  const value = new Uint8Array(Buffer.from(text, "latin1"));
  expect(await parsePicture(form(text, "text/plain"))).toEqual({ ok: true, value });
});

test.each([
  ["a field that was left out", undefined, "Choose a picture first."],
  ["a field that was left empty", "", "Choose a picture first."],
  ["text", "Not a picture.", "This is not a WebP, JPEG or PNG picture."],
  ["a GIF", "GIF89a", "This is not a WebP, JPEG or PNG picture."],
  [
    "a drawing that may hold scripts",
    "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "This is not a WebP, JPEG or PNG picture.",
  ],
  ["sound", "RIFF\x10\x20\x30\x40WAVEfmt ", "This is not a WebP, JPEG or PNG picture."],
  ["a signature behind something else", "\n\xFF\xD8\xFF", "This is not a WebP, JPEG or PNG picture."],
])("%s that is called a PNG is refused", async (_what, picture, problem) => {
  expect(await parsePicture(form(picture))).toEqual({ ok: false, errors: { picture: problem } });
});

test("a name in place of the file is refused", async () => {
  const data = new FormData();
  data.set("picture", "mug.png");
  expect(await parsePicture(data)).toMatchObject({ ok: false });
});

test("a picture of 5 MB is taken, and one byte more is not", async () => {
  const bytes = new Uint8Array(largestPicture + 1);
  bytes.set(Buffer.from(webp, "latin1"));
  expect(await parsePicture(form(bytes.subarray(1)))).toMatchObject({ ok: false });
  expect(await parsePicture(form(bytes.subarray(0, largestPicture)))).toMatchObject({ ok: true });
  const problem = "This is larger than 5 MB. Choose a smaller one.";
  expect(await parsePicture(form(bytes))).toEqual({ ok: false, errors: { picture: problem } });
});
