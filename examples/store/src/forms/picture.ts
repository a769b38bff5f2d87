/** The picture that the admin form sends. */
import { type Parsed, settle } from "./result.ts";

export const pictureTypes: readonly string[] = ["image/webp", "image/jpeg", "image/png"];

/** In bytes. Next.js takes forms of up to 1 MB by itself, so `next.config.ts` raises that by this. */
export const largestPicture: number = 5 * 2 ** 20;
const megabytes = largestPicture / 2 ** 20;

/** The field says so before anything is chosen. */
export const pictureHint: string = `WebP, JPEG or PNG, up to ${megabytes} MB. A square is cut from its middle.`;

/** How files of those types begin, read as Latin-1. */
const beginning = /^(?:RIFF[^]{4}WEBP|\xFF\xD8\xFF|\x89PNG\r\n)/;
const longestBeginning = 12;

/** What a browser can tell before it sends the file. */
export function sizeProblem(bytes: number): string | undefined {
  if (bytes === 0) return "Choose a picture first.";
  return bytes > largestPicture ? `This is larger than ${megabytes} MB. Choose a smaller one.` : undefined;
}

/** Said of the bytes, as a name or a type is only what the sender calls them. */
function typeProblem(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, longestBeginning));
  return beginning.test(start) ? undefined : "This is not a WebP, JPEG or PNG picture.";
}

/** Checks the admin form. What only begins as a picture passes: that is found when it is read. */
export async function parsePicture(form: FormData): Promise<Parsed<Uint8Array>> {
  const file = form.get("picture");
  const given = file instanceof Blob ? file : new Blob();
  const bytes = new Uint8Array(await given.arrayBuffer());
  return settle(bytes, { picture: sizeProblem(bytes.length) ?? typeProblem(bytes) });
}
