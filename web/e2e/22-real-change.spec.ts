import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Browser, Locator, Page } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { enrolKey, flippedIn, openApproval, record } from "./deciding.ts";
import { LaunchScene, tooManyStreams } from "./launchScene.ts";
import { expect, test } from "./watched.ts";

const minutes = 60_000;

// A server of its own is made first, and a busy machine is slow.
test.describe.configure({ timeout: 12 * minutes });

let scene: LaunchScene;
test.beforeAll(async () => {
  scene = new LaunchScene("SHORT", "BRISK", "CURSORY", "PATIENT");
  await scene.start();
});
test.afterAll(() => scene.stop());

async function approve(browser: Browser): Promise<void> {
  const { context, page } = await scene.signIn(browser, "executive");
  await enrolKey(scene, "executive", page);
  await page.goto(record);
  await openApproval(page);
  await page.getByRole("dialog").getByRole("button", { name: "Sign and approve" }).click();
  await expect(page.getByText("Signed by Eve Okafor")).toBeVisible();
  await context.close();
}

/** Nothing is started for good before its rehearsal came back. */
async function rehearse(): Promise<void> {
  expect(scene.cli("on-call", "launch", "ack", "phase1").status).toBe(0);
  await expect(() => {
    const how = ["--rehearsal", "--time-scale", "300"];
    const started = scene.cli("lead", "launch", "start", "phase1", ...how);
    expect(started.status, started.stderr).toBe(0);
  }).toPass({ timeout: 2 * minutes });
  const ended = scene.cli("lead", "launch", "watch", "phase1");
  expect(ended.status, ended.stdout).toBe(0);
}

async function execute(page: Page): Promise<void> {
  await page.goto(record);
  await page.getByRole("button", { name: "Start…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: "Rehearsal" }).uncheck();
  await dialog.getByLabel(/Why outside of the change window/).fill("It is a test");
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Execute the change" }).click();
  await expect(page).toHaveURL(/executions/);
  const state = page.locator("header").getByText("Succeeded", { exact: true });
  await expect(state).toBeVisible({ timeout: 6 * minutes });
  await expect(page.getByRole("note"), "of a rehearsal").toHaveCount(0);
}

async function signReport(page: Page): Promise<void> {
  const sign = page.getByRole("button", { name: "Sign the report" });
  await expect(page.getByText("Not signed yet")).toBeVisible();
  await expectAccessibleEverywhere(page);

  // Of bytes that aren't those of the digest nothing is signed.
  await page.route("**/report/content", flippedIn('"outcome":"succeeded'));
  await sign.click();
  await expect(page.getByRole("alert")).toContainText("The bytes have the digest");
  await expect(page.getByText("Not signed yet")).toBeVisible();
  await page.unroute("**/report/content");

  await sign.click();
  await expect(page.getByText("Signed by Lea Lindqvist")).toBeVisible();
  await expect(sign).toHaveCount(0);
}

/** Every file that the page of the evidence names, into a folder. */
async function download(page: Page): Promise<string> {
  const folder = join(scene.folder, "downloaded");
  await page.getByRole("link", { name: "Evidence", exact: true }).click();
  const seal = page.getByRole("link", { name: "seal/leaf.json" });
  await expect(async () => {
    await page.reload();
    await expect(seal).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: minutes });
  await expectAccessibleEverywhere(page);
  // Chromium begins ten downloads of a page at once and no more, so one is clicked for all.
  const [first, ...others] = await page.locator("a[download]").all();
  if (first === undefined) throw new Error("the page offers no file");
  const [file] = await Promise.all([page.waitForEvent("download"), first.click()]);
  await file.saveAs(join(folder, await first.innerText()));
  for (const link of others) {
    const path = join(folder, await link.innerText());
    const answer = await page.request.get((await link.getAttribute("href")) ?? "");
    expect(answer.status(), path).toBe(200);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await answer.body());
  }
  return folder;
}

async function expectPhase2(page: Page, ...words: readonly string[]): Promise<Locator> {
  await page.goto("/launch");
  const phase2 = page.getByRole("listitem").filter({ hasText: "Phase 2" });
  for (const one of words) await expect(phase2).toContainText(one);
  return phase2;
}

test("a change is approved, carried out and reported in the page; the command line accepts what is downloaded", async ({
  browser,
  watched,
}) => {
  watched.expectRefusal(...tooManyStreams);
  // The report of what has just ended isn't made yet.
  watched.expectRefusal(/\/report$/, 404);
  await approve(browser);
  await rehearse();
  const { context, page } = await scene.signIn(browser, "lead");
  await enrolKey(scene, "lead", page);
  await execute(page);
  const executed = page.url();
  const phase2 = await expectPhase2(
    page,
    "Gate: Closed",
    "Why not yet: The report of Database connection pool scaling is not signed.",
  );
  await page.goto(executed);
  await signReport(page);
  const shown = scene.cli("executive", "launch", "show", "CHG-0001", "--json");
  expect(JSON.parse(shown.stdout)).toMatchObject({ state: "closed" });

  const folder = await download(page);
  const verified = scene.offline("audit", "verify", folder, "--policy", scene.policy);
  expect([verified.status, verified.stderr]).toEqual([0, ""]);
  expect(verified.stdout).toContain("attempt 2: succeeded");
  expect(verified.stdout).toContain("approve by Eve Okafor as executive_operator");

  // What was kept and reported leads to the next phase.
  await expectPhase2(page, "Gate: Open", "Not requested yet");
  await page.getByRole("button", { name: "Request approval…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Request the approval of/ });
  await dialog.getByRole("button", { name: "Request approval", exact: true }).click();
  await expect(phase2.getByRole("link", { name: "CHG-0002" })).toBeVisible({ timeout: minutes });
  await context.close();
});
