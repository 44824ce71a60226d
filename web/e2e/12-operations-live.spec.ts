import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Locator, Page } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { expect, givePassword, test } from "./journey.ts";
import { tooManyStreams } from "./launchScene.ts";
import { binary, newPerson, type Program } from "./program.ts";
import { startRelay } from "./relay.ts";

/** Somebody who watches how the program does, and belongs to no tenant. */
function newOperator(program: Program) {
  const operator = { email: "olga@example.com", password: "correct horse olga staple" };
  const who = ["--email", operator.email, "--name", "Olga", "--password-file", "-"];
  program.run(["user", "create", ...who, "--operator"], operator.password);
  return operator;
}

/** Drives the program as its clients do, until what it returns is called. */
function load(program: Program): () => Promise<void> {
  const made = ["--name", "Load Ltd", "--currency", "USD"];
  const tenant = /[0-9]+/.exec(program.run(["tenant", "create", ...made]))?.[0] ?? "";
  const file = join(program.folder, "load-token");
  const token = program.run(["token", "create", "--tenant", tenant, "--role", "owner"]);
  writeFileSync(file, token, { mode: 0o600 });
  const words = ["load", "--url", program.url, "--token-file", file];
  const how = ["--duration", "120s", "--concurrency", "8", "--max-error-rate", "1"];
  const running = spawn(binary, [...words, ...how], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => {
    running.once("exit", () => resolve());
  });
  return () => {
    running.kill();
    return ended;
  };
}

async function show(page: Page, title: string): Promise<Locator> {
  await page.getByRole("button", { name: `Show as a table: ${title}` }).click();
  return page.getByRole("region", { name: new RegExp(`^${title}\\.`) });
}

/** When the samples of the table are of, oldest first, in milliseconds. */
async function timesIn(table: Locator): Promise<number[]> {
  const times = await table
    .locator("time")
    .evaluateAll((all) => all.map((one) => one.getAttribute("datetime") ?? ""));
  return times.map((time) => Date.parse(time)).toReversed();
}

/** The samples' numbers, oldest first: one more each second. */
async function numbersIn(table: Locator): Promise<number[]> {
  const numbers = await table
    .locator("tr[data-sample]")
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute("data-sample"))));
  return numbers.toReversed();
}

/** The largest figure of the column whose head begins so. */
async function mostIn(table: Locator, column: string): Promise<number> {
  const heads = await table.getByRole("columnheader").allTextContents();
  const at = heads.findIndex((head) => head.startsWith(column));
  const cells = await table.locator(`td:nth-child(${at + 1})`).allTextContents();
  return Math.max(...cells.map(Number));
}

/** How many requests the quantiles of this row are made of; its last cell has the errors among them. */
async function samplesIn(row: Locator): Promise<number> {
  const cells = await row.getByRole("cell").allTextContents();
  return Number(cells.at(-2)?.replaceAll(",", ""));
}

test("operations are watched live: they move under load, a lost stream greys them, and nothing is missing afterwards", async ({
  browser,
  program,
  watched,
}) => {
  test.setTimeout(300_000);
  watched.expectRefusal(...tooManyStreams);
  const relay = await startRelay(new URL(program.url));
  const context = await browser.newContext({ baseURL: relay.url });
  const page = await context.newPage();
  await page.goto("/ops");
  await givePassword(page, newOperator(program));
  const live = page.getByText("Live", { exact: true });
  await expect(page.getByRole("heading", { level: 1, name: "Operations" })).toBeVisible();
  await expect(live).toBeVisible();

  // Missing data are drawn as missing, in words; each threshold is the plan's.
  const alerts = page.getByRole("region", { name: "Alerts", exact: true }).getByRole("table");
  await expect(alerts.getByRole("row", { name: /Last backup/ })).toContainText("no data");
  await expect(alerts.getByRole("row", { name: /Memory of the cache/ })).toContainText("no data");
  await expect(page.getByRole("listitem").filter({ hasText: /^Errors/ })).toContainText(
    "critical > 0.5 %",
  );

  const pool = await show(page, "Connection pool");
  const latency = await show(page, "Latency");
  const newest = latency.locator("tr[data-sample]").first().getByRole("cell");
  const writing = page.getByRole("row", { name: /^Writing books/ });
  const [latencyBefore, writtenBefore] = [await newest.allTextContents(), await samplesIn(writing)];
  const stopLoad = load(program);
  await expect
    .poll(() => mostIn(pool, "Peak"), { timeout: 60_000, message: "connections in use" })
    .toBeGreaterThan(1);
  await expect
    .poll(() => samplesIn(writing), { timeout: 60_000, message: "entries were written" })
    .toBeGreaterThan(writtenBefore);
  await expect(writing.getByRole("cell").first()).toContainText("ms");
  await expect(newest.first()).toContainText("ms");
  await expect
    .poll(() => newest.allTextContents(), { timeout: 60_000, message: "the newest latency" })
    .not.toEqual(latencyBefore);
  await stopLoad();

  // The stream is cut for 30 s.
  const body = page.locator("[data-stale]");
  await expect(body).toHaveAttribute("data-stale", "false");
  relay.freeze();
  const cutAt = Date.now();
  const lastBefore = (await timesIn(pool)).at(-1) ?? 0;
  await expect(page.getByText(/^Data 1\d s old$/)).toBeVisible();
  await expect(body).toHaveAttribute("data-stale", "true");
  await page.getByRole("button", { name: "Show as a chart: Connection pool" }).click();
  await page.getByRole("button", { name: "Show as a chart: Latency" }).click();
  const drawn = page.getByRole("img", { name: /^Connections used/ });
  await expect(drawn.locator("canvas")).toBeVisible();
  await expectAccessibleEverywhere(page);
  await show(page, "Connection pool");
  // That long it lasts: there is nothing to wait for.
  await page.waitForTimeout(Math.max(0, cutAt + 30_000 - Date.now()));
  relay.thaw();
  await expect(live).toBeVisible({ timeout: 60_000 });
  await expect(body).toHaveAttribute("data-stale", "false");
  const times = await timesIn(pool);
  expect(times.at(-1)).toBeGreaterThan(lastBefore + 25_000);
  const numbers = await numbersIn(pool);
  expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
  await context.close();
  relay.stop();
});

test("who has no part in operations finds no such page, and a right that is taken away ends it", async ({
  page,
  program,
  watched,
}) => {
  const owner = newPerson(program, "otto", "owner");
  await page.goto("/ops");
  await givePassword(page, owner);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Operations" })).toHaveCount(0);

  program.run(["user", "operator", "grant", "--user", owner.email]);
  await page.reload();
  await page.getByRole("link", { name: "Operations" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  watched.expectRefusal(/\/api\/v1\/ops/, 403);
  program.run(["user", "operator", "revoke", "--user", owner.email]);
  await expect(page.getByRole("alert")).toContainText("operators", { timeout: 20_000 });
  await expect(page.getByRole("region", { name: "Alerts" })).toHaveCount(0);
});
