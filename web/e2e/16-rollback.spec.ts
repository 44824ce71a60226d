import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, Page } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { LaunchScene, type Part, tooManyStreams } from "./launchScene.ts";
import { expect, test } from "./watched.ts";

const minutes = 60_000;

// A server of its own is made first, and a busy machine is slow.
test.describe.configure({ timeout: 12 * minutes });

let scene: LaunchScene;
test.beforeAll(async () => {
  scene = new LaunchScene();
  await scene.start();
  scene.approve();
});
test.afterAll(() => scene.stop());
test.beforeEach(({ watched }) => {
  watched.expectRefusal(...tooManyStreams);
  // The report of what has just ended isn't made yet.
  watched.expectRefusal(/\/changes\/[^/]+\/report$/, 404);
});

async function watching(browser: Browser, part: Part, number: string): Promise<Page> {
  const { page } = await scene.signIn(browser, part);
  await page.goto(`/launch/executions/${number}`);
  await expect(page.getByRole("button", { name: "ROLL BACK" })).toBeVisible();
  return page;
}

async function confirm(page: Page, act: string, answer: string, reason?: string): Promise<void> {
  await page.getByRole("button", { name: act, exact: true }).click();
  const dialog = page.getByRole("dialog");
  if (reason !== undefined) await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: answer }).click();
  await expect(dialog).toHaveCount(0);
}

test("a P0 pauses the rehearsal, and only the executive resumes, once it is closed", async ({
  browser,
  watched,
}) => {
  // Who reported it doesn't review it.
  watched.expectRefusal(/\/incidents\/[^/]+\/report$/, 422);
  // A baseline doesn't wait, so everybody is there before it begins.
  const { page: executive } = await scene.signIn(browser, "executive");
  const { page: lead } = await scene.signIn(browser, "lead");
  await lead.goto("/launch/incidents");
  await lead.getByRole("button", { name: "File an incident…" }).click();
  const dialog = lead.getByRole("dialog");
  await dialog.getByLabel("Severity").selectOption("p0");
  await dialog.getByLabel("What is wrong").fill("Balances look wrong");
  await expectAccessibleEverywhere(lead);

  const number = await scene.rehearse(20);
  await executive.goto(`/launch/executions/${number}`);
  const state = executive.locator("header");
  await expect(state.getByText("Baseline", { exact: true })).toBeVisible({ timeout: 2 * minutes });
  await dialog.getByRole("button", { name: "File it" }).click();
  await expect(lead.getByText("A P0 is closed by the Executive Operator alone.")).toBeVisible();
  const filed = await lead.getByRole("heading", { name: /: Balances look wrong$/ }).innerText();
  const [incident = ""] = filed.split(":");

  // Nobody pressed PAUSE: whoever watches sees it stand still, and which incident is why.
  await expect(state.getByText("Paused", { exact: true })).toBeVisible();
  const now = executive.getByRole("listitem").filter({ hasText: /Paused.*· now/ });
  await expect(now).toContainText(`The P0 incident ${incident} is open: “Balances look wrong”.`);
  const resume = { name: "Resume", exact: true };
  await expect(executive.getByRole("button", resume)).toBeDisabled();
  await expect(executive.getByText(/a P0 incident is open; close it first/)).toBeVisible();
  await expectAccessibleEverywhere(executive);
  await lead.goto(`/launch/executions/${number}`);
  await expect(lead.getByRole("button", resume)).toBeDisabled();
  await expect(lead.getByText(/only the Executive Operator resumes/)).toBeVisible();

  await executive.goto("/launch/incidents");
  await executive.getByRole("button", { name: "Close with a report…" }).click();
  const report = executive.getByRole("dialog");
  for (const field of await report.getByRole("textbox").all()) await field.fill("Looked into");
  await expectAccessibleEverywhere(executive);
  const closeIt = report.getByRole("button", { name: "Close the incident" });
  await closeIt.click();
  await expect(report.getByLabel("Reviewed by")).toHaveAccessibleDescription(
    /somebody else than who reported/,
  );
  for (const field of ["Reviewed by", "Approved by"]) {
    await report.getByLabel(field).fill("Somebody else");
  }
  await closeIt.click();
  await expect(executive.getByText(/P0, closed/)).toBeVisible();

  await executive.goto(`/launch/executions/${number}`);
  await expect(lead.getByRole("button", resume), "after a P0 too").toBeDisabled();
  await confirm(executive, "Resume", "Resume the execution", "The balances were right after all");
  await expect(executive.getByRole("button", resume)).toHaveCount(0);
  await confirm(executive, "Abort", "Abort the execution");
  await expect(executive.getByText("the execution has ended")).toBeVisible({
    timeout: 5 * minutes,
  });
  await lead.context().close();
  await executive.context().close();
});

test("who pauses by hand is named with the reason, and the executive lets it go on", async ({
  browser,
}) => {
  const number = await scene.rehearse(20);
  const lead = await watching(browser, "lead", number);
  await confirm(lead, "PAUSE", "Pause the execution", "The dashboards are being looked at");
  const state = lead.locator("header");
  await expect(state.getByText("Paused", { exact: true })).toBeVisible();
  await expect(lead.getByText(/^pause, .*: The dashboards are being looked at$/)).toBeVisible();
  await expect(lead.getByRole("button", { name: "Resume", exact: true })).toBeDisabled();
  await expect(lead.getByText(/only the Executive Operator resumes/)).toBeVisible();
  const executive = await watching(browser, "executive", number);
  await confirm(executive, "Resume", "Resume the execution", "The dashboards were all right");
  await expect(state.getByText("Paused", { exact: true })).toHaveCount(0);
  await confirm(lead, "Abort", "Abort the execution");
  await expect(lead.getByText("the execution has ended")).toBeVisible({ timeout: 5 * minutes });
  await lead.context().close();
  await executive.context().close();
});

/** A rehearsal that runs on the new values, and somebody's page of it. On a busy machine a baseline of seconds may lack a route. */
async function held(browser: Browser, part: Part): Promise<{ number: string; page: Page }> {
  for (let attempt = 1; ; attempt += 1) {
    const number = await scene.rehearse(300);
    const page = await watching(browser, part, number);
    const states = page.locator("header").getByText(/^(Soak|Immediate|Synthetic load|Sustained)$/);
    const cancelled = page.locator("header").getByText("Cancelled", { exact: true });
    await expect(states.or(cancelled)).toBeVisible({ timeout: 5 * minutes });
    if (await states.isVisible()) return { number, page };
    expect(attempt, "a baseline comes about").toBeLessThan(4);
    await page.context().close();
  }
}

test("the on-call engineer rolls back from the page; others read why they may not", async ({
  browser,
}) => {
  const { number, page: onCall } = await held(browser, "on-call");
  const product = await watching(browser, "product", number);
  await expect(product.getByRole("button", { name: "ROLL BACK" })).toBeDisabled();
  await expect(
    product.getByText(/only lead, Executive Operator and on-call engineer may/),
  ).toBeVisible();
  await confirm(onCall, "ROLL BACK", "Roll the change back");
  await expect(onCall.getByText("Rolled back").first()).toBeVisible({ timeout: 5 * minutes });
  await expect(product.getByText("Rolled back").first(), "who watches sees it").toBeVisible();
  await product.context().close();
  await onCall.context().close();
});

/** A right in the database that nobody approved: what must not change has changed. */
function grant(act: "grant" | "revoke"): void {
  const socket = readFileSync(join(scene.folder, "data/socket_dir"), "utf8").trim();
  const sql = `${act} select on books.journal_line ${act === "grant" ? "to" : "from"} accubooks_ops`;
  const psql = ["psql", "-h", socket, "-X", "-q", "-d", "accubooks", "-c", sql];
  const asRoot = process.getuid?.() === 0;
  const [command = "", ...args] = asRoot ? ["runuser", "-u", "postgres", "--", ...psql] : psql;
  execFileSync(command, args, { cwd: "/" });
}

test("a fault ends a rehearsal in a rollback, and the page says which", async ({ browser }) => {
  const { page } = await held(browser, "lead");
  grant("grant");
  await expect(page.getByText("Rolled back").first()).toBeVisible({ timeout: 5 * minutes });
  grant("revoke");
  await expect(page.getByText(/fingerprint_differences/).first()).toBeVisible();
  await expectAccessibleEverywhere(page);
  await page.context().close();
});
