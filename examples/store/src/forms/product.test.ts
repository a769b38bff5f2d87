import { expect, test } from "vitest";
import { parseNewProduct, parsePrice, parseProductEdit } from "./product.ts";

const mug = {
  name: "Halden Stoneware Mug",
  description: "Keeps its heat.",
  category: "mugs",
  priceCents: 2400,
  stock: 12,
};

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

test("a complete product is taken as it is, trimmed", () => {
  expect(parseNewProduct({ ...mug, name: `  ${mug.name} ` })).toEqual({ ok: true, value: mug });
});

test.each([
  ["a missing name", { name: undefined }, "name"],
  ["a name of spaces", { name: "     " }, "name"],
  ["a name with a zero byte", { name: "mug\0mug" }, "name"],
  ["a fraction of a cent", { priceCents: 24.5 }, "priceCents"],
  ["a price as text", { priceCents: "2400" }, "priceCents"],
  ["a price of nothing", { priceCents: 0 }, "priceCents"],
  ["a negative stock", { stock: -1 }, "stock"],
  ["a stock beyond 32 bits", { stock: 2 ** 31 }, "stock"],
  ["an unknown field", { colour: "red" }, "colour"],
])("%s is refused by name", (_what, change, field) => {
  const parsed = parseNewProduct({ ...mug, ...change });
  expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual([field]);
});

test.each([
  ["a list", []],
  ["null", null],
  ["text", "mug"],
])("%s is no product", (_what, body) => {
  expect(parseNewProduct(body)).toEqual({ ok: false, errors: { body: "Send a JSON object." } });
});

test("prices are read as text, exactly", () => {
  expect(["19.99", "19,9", "19", "0.07"].map(parsePrice)).toEqual([1999, 1990, 1900, 7]);
  for (const wrong of ["", "-1", "1.999", "1e3", "12.", "Infinity"]) {
    expect(parsePrice(wrong)).toBeNaN();
  }
});

test("the admin form carries the stock it showed", () => {
  const parsed = parseProductEdit(form({ name: mug.name, price: "24.00", stock: "9", stockShown: "12" }));
  expect(parsed).toEqual({
    ok: true,
    value: { name: mug.name, priceCents: 2400, stock: 9, stockShown: 12 },
  });
});

test("the admin form names every field that is wrong", () => {
  const parsed = parseProductEdit(form({ name: "", price: "free", stock: "some", stockShown: "1" }));
  expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual(["name", "price", "stock"]);
});
