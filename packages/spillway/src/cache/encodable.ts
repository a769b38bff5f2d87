// Whether a value comes back from bytes as it was: as JSON, as a structured clone, or not at all.

import { types } from "node:util";
import { SpillwayError } from "../errors.ts";

/** Deeper values would overflow the stack of what writes them. */
const mostDepth = 1000;
const longestKeyShown = 40;
const mostStepsShown = 20;

/** Where the first unfit value was found, innermost step first, and what it is. */
interface Unfit {
  steps: string[];
  found: string;
}

const errorNames = new Set([
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
]);
/** What a structured clone keeps of an error. */
const errorKeys = new Set(["stack", "message", "cause"]);

/**
 * True if JSON gives the value back exactly, false if only a structured clone does. Throws
 * SPILLWAY_CACHE_VALUE with the path of the first part that neither would.
 *
 * Instances of classes are among those, also where a `toJSON` makes data of them: one server would have the
 * instance in memory and the next one read plain data from Redis.
 */
export function isPlainData(value: unknown): boolean {
  const survey = new Survey();
  const unfit = survey.visit(value, 0);
  if (unfit !== undefined) throw valueError(pathOf(unfit.steps), unfit.found);
  return survey.plain;
}

export function valueError(path: string, found: string, options?: ErrorOptions): SpillwayError {
  return new SpillwayError("SPILLWAY_CACHE_VALUE", { path, found }, options);
}

class Survey {
  // An app may have given all objects a toJSON; JSON.stringify would obey it.
  plain = !("toJSON" in Array.prototype);
  /** A part that is met twice is one object: JSON would write two, and without end in a cycle. */
  readonly #seen = new Set<object>();
  #count = 0;

  visit(value: unknown, depth: number): Unfit | undefined {
    switch (typeof value) {
      case "string":
      case "boolean":
        return undefined;
      case "number":
        if (value - value !== 0 || (value === 0 && 1 / value < 0)) this.plain = false;
        return undefined;
      case "object":
        return value === null ? undefined : this.#visitObject(value, depth);
      case "undefined":
      case "bigint":
        this.plain = false;
        return undefined;
      default:
        return { steps: [], found: `a ${typeof value}` };
    }
  }

  #visitObject(value: object, depth: number): Unfit | undefined {
    const { size } = this.#seen.add(value);
    if (size === this.#count) {
      this.plain = false;
      return undefined;
    }
    this.#count = size;
    if (depth >= mostDepth) return { steps: [], found: `nested more than ${mostDepth} deep` };
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#visitKeys(value, depth);
    if (prototype === Array.prototype) return this.#visitArray(value as unknown[], depth);
    this.plain = false;
    return this.#visitBuiltIn(value, depth);
  }

  #visitKeys(value: object, depth: number): Unfit | undefined {
    for (const key in value) {
      const unfit = this.visit((value as Record<string, unknown>)[key], depth + 1);
      if (unfit !== undefined) return within(unfit, keyStep(key));
    }
    return symbolKey(value);
  }

  #visitArray(value: unknown[], depth: number): Unfit | undefined {
    // JSON leaves properties of an array out, and makes null of holes.
    if (Object.keys(value).length !== value.length) {
      this.plain = false;
      return this.#visitKeys(value, depth);
    }
    for (let index = 0; index < value.length; index++) {
      const unfit = this.visit(value[index], depth + 1);
      if (unfit !== undefined) return within(unfit, `[${index}]`);
    }
    return symbolKey(value);
  }

  #visitBuiltIn(value: object, depth: number): Unfit | undefined {
    const name = nameOf(value);
    // Another realm of this process, such as a test runner's, has its own Object and Array.
    if (name === "Object" && isRoot(Object.getPrototypeOf(value) as object))
      return this.#visitKeys(value, depth);
    if (name === "Array" && Array.isArray(value)) return this.#visitArray(value, depth);
    if (types.isNativeError(value) && errorNames.has(name)) return this.#visitError(value, depth);
    if (ArrayBuffer.isView(value) && viewNames.includes(name)) return undefined;
    if (!isBranded(value, name)) return { steps: [], found: described(name) };
    if (types.isMap(value)) {
      const unfit =
        this.#visitAll(value.keys(), "keys", depth) ?? this.#visitAll(value.values(), "values", depth);
      if (unfit !== undefined) return unfit;
    }
    if (types.isSet(value)) {
      const unfit = this.#visitAll(value, "values", depth);
      if (unfit !== undefined) return unfit;
    }
    return ownKey(value, name, none);
  }

  #visitAll(values: Iterable<unknown>, name: string, depth: number): Unfit | undefined {
    let index = 0;
    for (const value of values) {
      // By number: a key of a Map is data, and may be private.
      const unfit = this.visit(value, depth + 1);
      if (unfit !== undefined) return within(unfit, `.${name}()[${index}]`);
      index++;
    }
    return undefined;
  }

  #visitError(value: Error, depth: number): Unfit | undefined {
    const unfit = this.visit(value.cause, depth + 1);
    if (unfit !== undefined) return within(unfit, ".cause");
    return ownKey(value, "Error", errorKeys);
  }
}

/** The built-in objects whose bytes are written as they lie in memory. The order is the format: only append. */
export const viewNames: readonly string[] = [
  "Buffer",
  "Uint8Array",
  "Int8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "DataView",
  "Float16Array",
];

const none: ReadonlySet<string> = new Set();

/** Of the class that made it, in whatever realm; empty for a class without a name. */
export function nameOf(value: object): string {
  if (Buffer.isBuffer(value) && Object.getPrototypeOf(value) === Buffer.prototype) return "Buffer";
  const prototype = Object.getPrototypeOf(value) as object;
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof maker === "function" ? maker.name : "";
}

function isRoot(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null;
}

function isBranded(value: object, name: string): boolean {
  if (name === "Map") return types.isMap(value);
  if (name === "Set") return types.isSet(value);
  if (name === "Date") return types.isDate(value);
  if (name === "RegExp") return types.isRegExp(value);
  return name === "ArrayBuffer" && types.isArrayBuffer(value) && !value.resizable;
}

/** A structured clone would lose it without a word. */
function ownKey(value: object, name: string, kept: ReadonlySet<string>): Unfit | undefined {
  const key = Object.getOwnPropertyNames(value).find((one) => !kept.has(one) && one !== "lastIndex");
  if (key !== undefined)
    return { steps: [keyStep(key)], found: `a property that was added to ${described(name)}` };
  return symbolKey(value);
}

function symbolKey(value: object): Unfit | undefined {
  if (Object.getOwnPropertySymbols(value).length === 0) return undefined;
  return { steps: [], found: "an object with a symbol for a key" };
}

function described(name: string): string {
  return name === "" ? "an instance of a class" : `an instance of ${name}`;
}

function within(unfit: Unfit, step: string): Unfit {
  unfit.steps.push(step);
  return unfit;
}

function keyStep(key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key) && key.length <= longestKeyShown) return `.${key}`;
  return `[${JSON.stringify(key.slice(0, longestKeyShown))}]`;
}

function pathOf(steps: readonly string[]): string {
  const shown = steps.toReversed();
  if (shown.length <= mostStepsShown) return `$${shown.join("")}`;
  return `$${shown.slice(0, mostStepsShown).join("")}…`;
}
