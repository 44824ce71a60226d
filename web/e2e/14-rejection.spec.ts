import { expect, type Page, test } from "@playwright/test";

import { LaunchScene } from "./launchScene.ts";

// A server of its own is made first, and a busy machine is slow.
test.describe.configure({ timeout: 300_000 });

let scene: LaunchScene;
test.beforeAll(async () => {
  scene = new LaunchScene();
  await scene.start();
});
test.afterAll(() => scene.stop());

async function decide(page: Page, act: "Reject" | "Defer", reason: string, until?: string) {
  await page.getByRole("button", { name: `${act}…` }).click();
  const dialog = page.getByRole("dialog");
  const send = dialog.getByRole("button", { name: `Sign and ${act.toLowerCase()}` });
  await dialog.getByLabel("Reason").fill("too short");
  await expect(send).toBeDisabled();
  await dialog.getByLabel("Reason").fill(reason);
  if (until !== undefined) await dialog.getByLabel(/Defer until/).fill(until);
  await send.click();
  await expect(dialog).toHaveCount(0);
}

test("reject and defer are signed with their reasons, kept in the log, and leave a new draft", async ({
  browser,
}) => {
  const { context, page } = await scene.signIn(browser, "executive");
  await page.goto("/launch/keys");
  await page.getByRole("button", { name: "Enrol a key in this browser…" }).click();
  await page.getByLabel(/Code of your authenticator/).fill(scene.code("executive"));
  await page.getByRole("button", { name: "Make and enrol the key" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

  await page.goto("/launch/changes/CHG-0001");
  await decide(page, "Reject", "The restore of the backup was not tried");
  await expect(page.getByRole("heading", { name: "CHG-0001, revision 2" })).toBeVisible();
  await expect(page.getByText("Draft, not yet requested").first()).toBeVisible();
  await expect(page.getByText(/reject, Eve Okafor/)).toContainText("was not tried");

  expect(scene.cli("lead", "launch", "request", "phase1").stderr).toBe("");
  await expect(page.getByRole("button", { name: "Defer…" })).toBeEnabled();
  await decide(page, "Defer", "After the month is closed", "2099-01-31");
  await expect(page.getByText(/defer, Eve Okafor/)).toContainText("until 2099-01-31");
  await expect(page.getByRole("heading", { name: "CHG-0001, revision 3" })).toBeVisible();

  const shown = JSON.parse(scene.cli("executive", "launch", "show", "CHG-0001", "--json").stdout);
  expect(shown.revisions.map(({ state }: { state: string }) => state)).toEqual([
    "rejected",
    "deferred",
    "draft",
  ]);
  await context.close();
});
