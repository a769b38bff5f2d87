import { expect, test } from "vitest";
import { checkAddress } from "./address.ts";

const address = {
  name: "Ada Berg",
  email: "ada@example.com",
  address: "1 Mill Lane",
  city: "Galway",
  postcode: "H91 X2",
};

test("a complete address is accepted", () => {
  expect(checkAddress(address)).toEqual({ ok: true, value: address });
});

test("each missing field is named", () => {
  const parsed = checkAddress({ name: "", email: "", address: "", city: "", postcode: "" });
  expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual(Object.keys(address));
});

test.each(["ada", "ada@", "@example.com", "ada@example", "a b@example.com"])(
  "%s is not an e-mail address",
  (email) => {
    const parsed = checkAddress({ ...address, email });
    expect(parsed.ok ? [] : Object.keys(parsed.errors)).toEqual(["email"]);
  },
);
