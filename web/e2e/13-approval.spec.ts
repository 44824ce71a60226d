import { expect, type Page, test } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { LaunchScene } from "./launchScene.ts";

const record = "/launch/changes/CHG-0001";
const sentence = "I approve Phase 1 execution";

// A server of its own is made first, and a busy machine is slow.
test.describe.configure({ timeout: 300_000 });

let scene: LaunchScene;
test.beforeAll(async () => {
  scene = new LaunchScene();
  await scene.start();
});
test.afterAll(() => scene.stop());

async function enrol(page: Page): Promise<string> {
  await page.goto("/launch/keys");
  await page.getByRole("button", { name: "Enrol a key in this browser…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/Code of your authenticator/).fill(scene.code("executive"));
  await dialog.getByRole("button", { name: "Make and enrol the key" }).click();
  await expect(dialog.getByText("The key is enrolled")).toBeVisible();
  const fingerprint = await dialog.locator("code").getAttribute("title");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  return fingerprint ?? "";
}

async function write(page: Page, words: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  for (const box of await dialog.getByRole("checkbox").all()) await box.check();
  await dialog.getByLabel("Type the new value of database.pool.max").fill("200");
  await dialog.getByLabel("Written approval").fill(words);
}

test("the requester can't approve; the executive enrols a key, approves, and everybody's verifier agrees", async ({
  browser,
}) => {
  const lead = await scene.signIn(browser, "lead");
  await lead.page.goto(record);
  await expect(lead.page.getByText("You requested or edited this change")).toBeVisible();
  await expect(lead.page.getByRole("button", { name: /^(Approve|Reject|Defer)/ })).toHaveCount(0);
  await expectAccessibleEverywhere(lead.page);

  const { context, page } = await scene.signIn(browser, "executive");
  await page.goto(record);
  await expect(page.getByRole("button", { name: "Approve…" })).toBeDisabled();
  await expect(page.getByText("You have no enrolled key in this browser.")).toBeVisible();

  const fingerprint = await enrol(page);
  await expectAccessibleEverywhere(page);
  const keys = scene.cli("executive", "key", "list");
  expect(keys.stdout).toContain(fingerprint);

  // A wrong sentence, or one tick too few, isn't sent.
  await page.goto(record);
  await page.getByRole("button", { name: "Approve…" }).click();
  await write(page, "I approve phase 1 execution");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Still to do: write the sentence.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Sign and approve" })).toBeDisabled();
  await expectAccessibleEverywhere(page);

  // What was edited since it was read isn't signed.
  await write(page, sentence);
  const edited = scene.cli("lead", "launch", "request", "phase1", "--new-revision");
  expect(edited.stderr).toBe("");
  await dialog.getByRole("button", { name: "Sign and approve" }).click();
  await expect(dialog.getByText("The revision was edited meanwhile")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).last().click();

  // The new revision is drawn, with what changed, and approved.
  await expect(page.getByRole("heading", { name: "CHG-0001, revision 2" })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "revision", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Approve…" }).click();
  await write(page, sentence);
  await page.getByRole("dialog").getByRole("button", { name: "Sign and approve" }).click();
  await expect(page.getByText("Signed by Eve Okafor")).toBeVisible();
  await expectAccessibleEverywhere(page);
  await expect(
    lead.page.getByText("Signed by Eve Okafor"),
    "the other browser hears of it",
  ).toBeVisible();

  const shown = scene.cli("executive", "launch", "show", "CHG-0001", "--json");
  expect(JSON.parse(shown.stdout)).toMatchObject({
    state: "approved",
    revisions: [{ state: "superseded" }, { approvals: [{ key_id: fingerprint }] }],
  });
  await context.close();
  await lead.context.close();
});
