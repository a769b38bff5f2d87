// A customer's way through the store, from its first page to a placed order.

import type { Page } from "playwright-core";

export interface Purchase {
  productId: number;
  orderId: string;
  quantity: number;
}

/** Begins on the home page, as `url`. Throws when any step of the way is missing. */
export async function browseAndBuy(page: Page, url: string): Promise<Purchase> {
  const quantity = 2;
  await page.goto(url);
  await page.locator('a[href="/categories/mugs"]').click();
  await page.waitForURL("**/categories/mugs");
  await page.locator('article a[href^="/products/"]').first().click();
  await page.waitForURL("**/products/*");
  const productId = Number(/\/products\/(\d+)/.exec(page.url())?.[1]);
  await page.getByLabel("Quantity").selectOption(String(quantity));
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("link", { name: "View cart" }).click();
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await fillAddress(page);
  await page.getByRole("button", { name: "Place order" }).click();
  await page.waitForURL("**/orders/*");
  await page.getByRole("heading", { name: "Thank you, Ada Miller." }).waitFor();
  const orderId = /\/orders\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
  return { productId, orderId, quantity };
}

async function fillAddress(page: Page): Promise<void> {
  const address = {
    Name: "Ada Miller",
    "E-mail": "ada@example.org",
    Address: "12 Mill Lane",
    City: "Bath",
    Postcode: "BA1 1AA",
  };
  for (const [label, value] of Object.entries(address)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}
