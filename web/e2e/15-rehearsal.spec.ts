import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { LaunchScene, tooManyStreams } from "./launchScene.ts";
import { expect, test } from "./watched.ts";

const minutes = 60_000;

// A server of its own is made first, and a busy machine is slow.
test.describe.configure({ timeout: 300_000 });

let scene: LaunchScene;
test.beforeAll(async () => {
  scene = new LaunchScene();
  await scene.start();
  scene.approve();
});
test.afterAll(() => scene.stop());

/** Chooses folder and policy, and verifies against the policy's fingerprint. */
async function verify(page: Page, folder: string): Promise<void> {
  await page.goto("/launch/verify");
  await page.getByLabel(/Folder of the evidence/).setInputFiles(folder);
  await verifyAgainstPolicy(page);
}

async function verifyAgainstPolicy(page: Page): Promise<void> {
  const proven = scene.offline("audit", "verify", scene.evidence, "--policy", scene.policy);
  const [fingerprint = ""] = /[0-9a-f]{64}/.exec(proven.stdout) ?? [];
  await page.getByLabel(/Policy, from a stakeholder/).setInputFiles(scene.policy);
  await page.getByLabel(/Fingerprint of the policy/).fill(fingerprint);
  await page.getByRole("button", { name: "Verify" }).click();
}

test("a rehearsal is started, watched to its end, and its evidence verified; a flipped byte is named", async ({
  browser,
  watched,
}) => {
  test.setTimeout(12 * minutes);
  watched.expectRefusal(...tooManyStreams);
  // Everybody must have been told of the approval first, which takes a moment; the report of what has just ended isn't made yet.
  watched.expectRefusal(/\/executions$/, 409);
  watched.expectRefusal(/\/report$/, 404);
  const { context, page } = await scene.signIn(browser, "lead");
  await page.goto("/launch/changes/CHG-0001");
  await expect(async () => {
    await page.getByRole("button", { name: "Start…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("How many times faster").fill("300");
    await dialog.getByRole("button", { name: "Start the rehearsal" }).click();
    await expect(page).toHaveURL(/executions/, { timeout: 10_000 });
  }).toPass({ timeout: 2 * minutes });

  await expect(page.getByRole("note")).toContainText("REHEARSAL, 300 times faster");
  await expect(page.getByRole("button", { name: "PAUSE" })).toBeEnabled();
  await expect(page.getByRole("button", { name: "ROLL BACK" })).toBeEnabled();
  // Against which threshold, what it was before the change, and on how many samples that rests.
  const errors = page.getByRole("row", { name: /error_rate/ });
  await expect
    .poll(() => errors.locator("th, td").allTextContents(), { timeout: 8 * minutes })
    .toEqual([
      "error_rate < 0.1 %",
      expect.stringMatching(/^[\d.]+ %$/),
      expect.stringMatching(/^[\d.]+ %$/),
      expect.any(String),
      expect.stringMatching(/^[1-9][\d,]* \/ [1-9][\d,]*$/),
      expect.any(String),
    ]);
  await expect(page.getByText("Sustained").first()).toBeVisible({ timeout: 8 * minutes });
  await expect(page.getByRole("row", { name: /error_rate/ })).toBeVisible();
  await expectAccessibleEverywhere(page);
  await expect(page.getByRole("button", { name: "ROLL BACK" })).toBeDisabled({
    timeout: 8 * minutes,
  });
  await expect(page.getByText("the execution has ended")).toBeVisible();
  await expect(page.locator("header").getByText("Rehearsed", { exact: true })).toBeVisible();

  await page.getByRole("link", { name: "Evidence", exact: true }).click();
  await expect(page.getByRole("link", { name: "measurements.jsonl" })).toBeVisible({
    timeout: minutes,
  });
  await expectAccessibleEverywhere(page);
  await expect(async () => {
    await page.reload();
    await page.getByRole("link", { name: "Verify in this browser" }).click({ timeout: 5000 });
  }).toPass({ timeout: minutes });
  await verifyAgainstPolicy(page);
  await expect(page.getByText("Everything holds. Checked in this browser.")).toBeVisible({
    timeout: minutes,
  });
  await expectAccessibleEverywhere(page);

  // The command line says the same, also of a copy in which one byte was flipped.
  const command = ["audit", "verify", scene.evidence, "--policy", scene.policy] as const;
  const proven = scene.offline(...command);
  expect([proven.status, proven.stdout]).toEqual([
    0,
    expect.stringContaining("(a rehearsal): rehearsed"),
  ]);
  const [attempt = ""] = readdirSync(scene.evidence).filter((name) => name.startsWith("CHG-"));
  const copy = join(scene.folder, "copy", attempt);
  cpSync(join(scene.evidence, attempt), copy, { recursive: true });
  await verify(page, copy);
  await expect(page.getByText("Everything holds.")).toBeVisible({ timeout: minutes });
  const file = join(copy, "measurements.jsonl");
  const bytes = readFileSync(file);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const refused = scene.offline("audit", "verify", copy, "--policy", scene.policy);
  expect([refused.status, refused.stderr]).toEqual([
    3,
    expect.stringContaining("measurements.jsonl"),
  ]);
  await verify(page, copy);
  await expect(page.getByText("NOT VERIFIED")).toBeVisible({ timeout: minutes });
  await expect(
    page.getByText(/measurements.jsonl: Its content isn't that of the manifest/),
  ).toBeVisible();
  await context.close();
});
