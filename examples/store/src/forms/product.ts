/** What may be written to a product, by the admin form and by the API. */
import { type Errors, type Parsed, settle } from "./result.ts";
import { field, integerProblem, type Length, type Range, textProblem } from "./rules.ts";

const nameLength: Length = { min: 3, max: 120 };
const descriptionLength: Length = { min: 1, max: 2_000 };
/** Up to 100,000 euros, which keeps twenty of them in a cart below 32 bits. */
const priceRange: Range = { min: 1, max: 10_000_000 };
const stockRange: Range = { min: 0, max: 1_000_000 };

export interface NewProduct {
  name: string;
  description: string;
  /** Slug of the category. */
  category: string;
  priceCents: number;
  stock: number;
}

export interface ProductEdit {
  name: string;
  priceCents: number;
  stock: number;
  /** The stock the form showed when it was opened. */
  stockShown: number;
}

const known = ["name", "description", "category", "priceCents", "stock"];

function unknownKeys(input: object): Errors {
  return Object.fromEntries(
    Object.keys(input)
      .filter((key) => !known.includes(key))
      .map((key) => [key, `Unknown field. Known are: ${known.join(", ")}.`]),
  );
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** Checks the JSON body of `POST /api/products`. */
export function parseNewProduct(input: unknown): Parsed<NewProduct> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { ok: false, errors: { body: "Send a JSON object." } };
  }
  const body = input as Record<string, unknown>;
  const value: NewProduct = {
    name: field(body["name"]),
    description: field(body["description"]),
    category: field(body["category"]),
    priceCents: numberOf(body["priceCents"]),
    stock: numberOf(body["stock"]),
  };
  return settle(value, {
    ...unknownKeys(body),
    name: textProblem(value.name, nameLength),
    description: textProblem(value.description, descriptionLength),
    category: textProblem(value.category, { min: 1, max: 60 }),
    priceCents: integerProblem(value.priceCents, priceRange),
    stock: integerProblem(value.stock, stockRange),
  });
}

/** `12`, `12.5` and `12,50` as cents; NaN for anything else. Text, as 19.99 * 100 is not 1999. */
export function parsePrice(text: string): number {
  const [, whole, fraction = ""] = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text) ?? [];
  return whole === undefined ? Number.NaN : Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
}

function wholeNumber(text: string): number {
  return /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
}

/** Checks the admin form. */
export function parseProductEdit(form: FormData): Parsed<ProductEdit> {
  const value: ProductEdit = {
    name: field(form.get("name")),
    priceCents: parsePrice(field(form.get("price"))),
    stock: wholeNumber(field(form.get("stock"))),
    stockShown: wholeNumber(field(form.get("stockShown"))),
  };
  const price = integerProblem(value.priceCents, priceRange);
  return settle(value, {
    name: textProblem(value.name, nameLength),
    price: price && "Give a price from 0.01 to 100000, like 24.90.",
    stock:
      integerProblem(value.stock, stockRange) ??
      (Number.isNaN(value.stockShown) ? "The form is incomplete. Open it again." : undefined),
  });
}
