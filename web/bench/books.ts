import type { Browser, Page } from "@playwright/test";

import { givePassword } from "../e2e/journey.ts";
import { typeLine } from "../e2e/books.ts";
import { framesDuring, install, pressedAt, quantile, shownAt, watchFor } from "./instruments.ts";
import type { Figures, Setting } from "./measure.ts";

const size = { width: 1280, height: 800 };
const dashboardPath = (tenant: number) => `/t/${tenant}`;

/** A page of a fresh browser, signed in, on the way to that page. */
async function opened(browser: Browser, setting: Setting, path: string): Promise<Page> {
  const page = await browser.newPage({ baseURL: setting.url, viewport: size, locale: "en-US" });
  page.setDefaultTimeout(120_000);
  await install(page);
  await page.goto(path);
  await givePassword(page, setting.person);
  return page;
}

/** With nothing in the browser's cache: the page that everybody sees first, then the dashboard. */
export async function paint(browser: Browser, setting: Setting): Promise<Figures> {
  const signIn = await browser.newPage({ baseURL: setting.url, viewport: size });
  await install(signIn);
  await signIn.goto("/sign-in");
  await signIn.getByLabel("Mail address").waitFor();
  const first = await paintsOf(signIn);
  await givePassword(signIn, setting.person);
  await signIn.getByRole("heading", { level: 1, name: "Tenants" }).waitFor();
  const cookies = await signIn.context().storageState();
  await signIn.close();

  const books = await browser.newPage({
    baseURL: setting.url,
    viewport: size,
    storageState: cookies,
  });
  await install(books);
  await books.goto(dashboardPath(setting.tenants.journal));
  await books.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  await books.getByRole("table").first().waitFor();
  const dashboard = await paintsOf(books);
  await books.close();
  return {
    first_paint: first.first,
    largest_paint: first.largest,
    first_paint_dashboard: dashboard.first,
    largest_paint_dashboard: dashboard.largest,
  };
}

async function paintsOf(page: Page): Promise<{ first: number; largest: number }> {
  // A paint is told of a little later than it was.
  await page.waitForFunction(() => window.bench.largestPaint > 0);
  await page.waitForTimeout(300);
  return page.evaluate(() => ({
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    largest: window.bench.largestPaint,
  }));
}

/** Ten thousand rows, all of them there, scrolled with the wheel and then row by row with a key held down. */
export async function scroll(browser: Browser, setting: Setting): Promise<Figures> {
  const page = await opened(browser, setting, `/t/${setting.tenants.journal}/journal`);
  const table = page.getByRole("table", { name: "Journal" });
  await table.waitFor();
  while ((await table.getAttribute("aria-rowcount")) !== "10001") {
    await page.keyboard.press("End");
    await page.waitForTimeout(30);
  }
  await page.evaluate(() => scrollTo({ top: 0 }));
  const browserSide = await page.context().newCDPSession(page);
  const wheel = await framesDuring(page, () =>
    browserSide.send("Input.synthesizeScrollGesture", {
      x: 640,
      y: 500,
      yDistance: -24_000,
      speed: 6000,
      gestureSourceType: "mouse",
      preventFling: true,
    }),
  );
  const keys = await framesDuring(page, async () => {
    for (let row = 0; row < 120; row += 1) {
      await page.keyboard.down("j"); // again while it is down: the key repeats
      await page.waitForTimeout(25);
    }
    await page.keyboard.up("j");
  });
  await page.close();
  return {
    wheel_fps: wheel.fps,
    wheel_worst: wheel.worstMs,
    keys_fps: keys.fps,
    keys_worst: keys.worstMs,
  };
}

const lines = 50;
const typed = ["10 ", "cost", "centre 4", "berlin", "4711", "1234.56", "12,5*3", "chairs, oak"];

/** Every kind of cell of an entry of fifty lines, in books of five thousand accounts. */
export async function typing(browser: Browser, setting: Setting): Promise<Figures> {
  const page = await opened(browser, setting, `/t/${setting.tenants.accounts}/journal/new`);
  await page.getByLabel("Account, line 1").waitFor();
  await page.getByLabel("Account, line 1").focus();
  await typeLine(page, { account: "12345", debit: "10" });
  for (let line = 3; line <= lines; line += 1) {
    await page.getByRole("button", { name: "Add line" }).click();
  }
  for (let line = 2; line <= lines; line += 1) {
    await page.getByLabel(`Memo, line ${line}`, { exact: true }).focus();
    await page.keyboard.press("Alt+d");
  }
  await page.evaluate(() => void (window.bench.keys = []));
  for (const line of [2, 25, lines]) {
    for (const cell of ["Account", "Memo", "Debit"]) {
      for (const text of typed) {
        await page.getByLabel(`${cell}, line ${line}`, { exact: true }).fill("");
        await page.keyboard.type(text, { delay: 40 });
      }
    }
  }
  const keys = await page.evaluate(() => window.bench.keys);
  await page.close();
  return { key_to_paint: quantile(keys, 0.95) };
}

/** An entry of four lines from the journal to the posted entry, counted by the page. */
export async function fourLines(browser: Browser, setting: Setting): Promise<Figures> {
  const page = await opened(browser, setting, `/t/${setting.tenants.accounts}/journal`);
  await page.getByRole("heading", { level: 1, name: "Journal" }).waitFor();
  await page.getByText("New entry").first().waitFor();
  await page.evaluate(() => {
    window.bench.keys = [];
    window.bench.clicks = 0;
  });
  await page.keyboard.press("n");
  await page.getByLabel("Date").waitFor();
  const head = ["2026-03-15", "INV-81", "Office chairs"];
  for (const text of head) {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }
  await page.keyboard.press("Enter"); // no tags
  await typeLine(page, { account: "10011", debit: "1200.00" });
  await typeLine(page, { account: "10012", debit: "240.00" });
  await typeLine(page, { account: "10013", credit: "1000.00" });
  await page.keyboard.type("10014");
  for (let cell = 0; cell < 3; cell += 1) await page.keyboard.press("Enter");
  await page.keyboard.press("="); // what is missing, on its side
  const content = [...head, "10011", "1200.00", "10012", "240.00", "10013", "1000.00", "10014"];
  await page.keyboard.press("Control+Enter");
  const counted = page.evaluate(() => ({
    keys: window.bench.keys.length,
    clicks: window.bench.clicks,
  }));
  await page.getByRole("heading", { level: 1, name: /^Entry \d/ }).waitFor();
  const { keys, clicks } = await counted;
  await page.close();
  return { keystrokes: keys - content.join("").length, clicks };
}

/** From the press of the key to the drawn figures, on a page that hasn't shown the report yet. */
export async function trialBalance(browser: Browser, setting: Setting): Promise<Figures> {
  const page = await opened(browser, setting, dashboardPath(setting.tenants.big));
  await page.getByRole("table").first().waitFor();
  await page.waitForLoadState("networkidle");
  await watchFor(page, "table[aria-label='Trial balance'] tbody td a");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  const took = (await shownAt(page)) - (await pressedAt(page));
  await page.close();
  return { trial_balance: took };
}
