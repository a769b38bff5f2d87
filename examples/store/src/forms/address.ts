/** The fields of the checkout form. */
import { type Parsed, settle } from "./result.ts";
import { field, textProblem } from "./rules.ts";

export interface Address {
  name: string;
  email: string;
  address: string;
  city: string;
  postcode: string;
}

/** Only what must be true of any address: whether mail arrives is learnt by sending it. */
const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function readAddress(form: FormData): Address {
  return {
    name: field(form.get("name")),
    email: field(form.get("email")),
    address: field(form.get("address")),
    city: field(form.get("city")),
    postcode: field(form.get("postcode")),
  };
}

export function checkAddress(value: Address): Parsed<Address> {
  return settle(value, {
    name: textProblem(value.name, { min: 1, max: 100 }),
    email:
      textProblem(value.email, { min: 1, max: 200 }) ??
      (email.test(value.email) ? undefined : "Write it like name@example.com."),
    address: textProblem(value.address, { min: 1, max: 200 }),
    city: textProblem(value.city, { min: 1, max: 100 }),
    postcode: textProblem(value.postcode, { min: 2, max: 12 }),
  });
}
