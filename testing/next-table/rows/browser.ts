// A real browser, with Next's own client router in it.

import { openBrowser } from "../../../packages/stack/test/helpers/browser.ts";
import { type Row, rowsOf } from "../row.ts";

export const browser: Row[] = rowsOf("classic", "browser", {
  "who saves a form sees the new version there, and on the prefetched page behind a link": async (world) => {
    world.origin.set(world.name, "one");
    const customer = await openBrowser();
    const { page, problems } = customer;
    try {
      await page.goto(world.door(`/form/${world.name}`));
      await page.locator("#v", { hasText: "one" }).waitFor();
      await page.fill("[name=version]", "two");
      await page.fill("[name=how]", "both");
      await page.click("button");
      await page.locator("#v", { hasText: "two" }).waitFor();
      await page.click("text=Elsewhere");
      await page.waitForURL(`**/fetched/${world.name}`);
      const elsewhere = await page.locator("#v").textContent();
      return { seen: { elsewhere, problems } };
    } finally {
      await customer.close();
    }
  },
});
