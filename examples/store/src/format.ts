const euros = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
const wholeNumber = new Intl.NumberFormat("en-IE");
const day = new Intl.DateTimeFormat("en-IE", { dateStyle: "long", timeZone: "UTC" });

export function formatPrice(cents: number): string {
  return euros.format(cents / 100);
}

export function formatCount(count: number): string {
  return wholeNumber.format(count);
}

export function formatDay(date: Date): string {
  return day.format(date);
}

/** `plural(2, "item")` is `2 items`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
