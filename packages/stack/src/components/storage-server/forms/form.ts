// A form on its way in: its fields, which come first, and its file, which is read as it comes.

import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import S3Error from "@20minutes/s3rver/lib/models/error.js";
import busboy, { type Parser } from "busboy";
import { invalidField, malformedForm } from "./refusals.ts";

/** What S3 takes before the file, names and values. */
const mostFieldBytes = 20 * 1024;
const mostParts = 200;

/** By their names in small letters: they mean the same in capitals. */
export type Fields = ReadonlyMap<string, string>;

export class Form {
  readonly #fields: Map<string, string> = new Map();
  readonly #request: IncomingMessage;
  readonly #parser: Parser;
  readonly #file: PromiseWithResolvers<Readable> = Promise.withResolvers();
  readonly #end: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #onClose = (): void => {
    if (!this.#request.complete) this.#fail(new S3Error("IncompleteBody", "The request broke off."));
  };
  #fieldBytes = 0;
  #hasFile = false;

  /** Throws for a request whose headers announce no form. */
  constructor(request: IncomingMessage) {
    this.#request = request;
    this.#parser = parserOf(request);
    // Whoever waits for neither still leaves no rejection behind.
    for (const { promise } of [this.#file, this.#end]) promise.catch(() => {});
    this.#listen();
    request.once("close", this.#onClose);
    request.pipe(this.#parser);
  }

  /** All of them are there once the file is. */
  get fields(): Fields {
    return this.#fields;
  }

  /** Resolves when the file begins. Its reader is told when the form is broken. */
  get file(): Promise<Readable> {
    return this.#file.promise;
  }

  /** Resolves when the form has come to its own end, after the file was read. */
  get end(): Promise<void> {
    return this.#end.promise;
  }

  /** Reads no more of it. What still comes is thrown away, so that the sender gets to read the answer. */
  leave(): void {
    this.#request.off("close", this.#onClose);
    this.#request.unpipe(this.#parser);
    this.#parser.destroy();
    this.#request.resume();
  }

  #listen(): void {
    this.#parser.on("field", (name, value, info) => this.#takeField(name, value, info.valueTruncated));
    this.#parser.on("file", (name, content) => this.#takeFile(name, content));
    this.#parser.on("filesLimit", () => this.#fail(notOneFile("IncorrectNumberOfFilesInPostRequest")));
    this.#parser.on("partsLimit", () => this.#fail(tooMuch()));
    this.#parser.on("error", () => this.#fail(malformedForm()));
    this.#parser.on("finish", () => {
      if (!this.#hasFile) this.#fail(notOneFile());
      this.#end.resolve();
    });
  }

  #takeField(givenName: string | undefined, value: string, isCut: boolean): void {
    // What follows the file counts for nothing, as at S3.
    if (this.#hasFile) return;
    if (givenName === undefined) return this.#fail(malformedForm());
    const name = givenName.toLowerCase();
    if (name === "file") return this.#fail(notOneFile());
    this.#fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (isCut || this.#fieldBytes > mostFieldBytes) return this.#fail(tooMuch());
    if (this.#fields.has(name)) return this.#fail(invalidField(name, `The field '${name}' is there twice.`));
    this.#fields.set(name, value);
  }

  #takeFile(name: string | undefined, content: Readable): void {
    this.#hasFile = true;
    // An error that comes while nobody reads yet is for the one who will.
    content.on("error", () => {});
    if (name?.toLowerCase() !== "file") return this.#fail(notOneFile());
    this.#file.resolve(content);
  }

  #fail(error: S3Error): void {
    this.#file.reject(error);
    this.#end.reject(error);
    // The file under way ends with the same error.
    this.#parser.destroy(error);
  }
}

function parserOf({ headers }: IncomingMessage): Parser {
  try {
    return busboy({ headers, limits: { fieldSize: mostFieldBytes, files: 1, parts: mostParts } });
  } catch {
    throw malformedForm();
  }
}

function notOneFile(code = "InvalidArgument"): S3Error {
  return new S3Error(code, "POST requires exactly one file upload per request.", { ArgumentName: "file" });
}

function tooMuch(): S3Error {
  const message = "Your POST request fields preceding the upload file were too large.";
  return new S3Error("MaxPostPreDataLengthExceededError", message);
}
