// A customer's browser: headless Chromium that keeps account of everything that went wrong in it.

import { type Page, chromium } from "playwright-core";
import { findProgram } from "../../src/components/programs.ts";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long any one thing on a page may take to appear. */
const patienceMs = 10_000;

export interface Customer {
  page: Page;
  /** Errors on the console, exceptions, requests that failed, and answers of 400 or more. */
  problems: string[];
  close(): Promise<void>;
}

export async function openBrowser(): Promise<Customer> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: quiet });
  const page = await browser.newPage();
  page.setDefaultTimeout(patienceMs);
  return { page, problems: problemsOf(page), close: () => browser.close() };
}

function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // A page that is left calls off what it no longer needs.
    if (reason !== "net::ERR_ABORTED") problems.push(`${reason}: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  return problems;
}

function findChromium(): string {
  const found = ["chromium", "chromium-browser", "google-chrome"]
    .map(findProgram)
    .find((path) => path !== undefined);
  if (found === undefined)
    throw new Error("no Chromium: install it with `apt-get install -y --no-install-recommends chromium`");
  return found;
}
