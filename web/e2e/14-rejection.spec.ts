import type { Page } from "@playwright/test";

import { enrolKey, record } from "./deciding.ts";
import { LaunchScene, tooManyStreams } from "./launchScene.ts";
import { expect, test } from "./watched.ts";

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

/** The comparison is of these revisions: the number itself is one of the places that differ. */
async function expectRevisions(page: Page, from: string, to: string): Promise<void> {
  const changed = page.getByRole("region", { name: "What changed between two revisions" });
  const row = changed.getByRole("row").filter({
    has: page.getByRole("rowheader", { name: "revision", exact: true }),
  });
  await expect(row.getByRole("cell")).toHaveText([from, to]);
}

test("reject and defer are signed with their reasons, kept in the log, and leave a new draft", async ({
  browser,
  watched,
}) => {
  watched.expectRefusal(...tooManyStreams);
  // Of a draft nobody is told.
  watched.expectRefusal(/\/notices$/, 409);
  const { context, page } = await scene.signIn(browser, "executive");
  await enrolKey(scene, "executive", page);

  await page.goto(record);
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

  // Any two revisions are compared, of which the address says which.
  await page.getByLabel("From revision").selectOption("1");
  await page.getByLabel("To revision").selectOption("3");
  await expect(page).toHaveURL(/[?&]from=1&to=3$/);
  await expectRevisions(page, "1", "3");
  await page.reload();
  await expectRevisions(page, "1", "3");
  await page.getByLabel("To revision").selectOption("2");
  await expectRevisions(page, "1", "2");

  // The audit log has each act and by whom.
  const { user } = await (await page.request.get("/api/v1/session")).json();
  const actor = `user:${user.user_id}`;
  const log = await page.request.get("/api/v1/launch/audit/leaves?limit=1000");
  const { leaves }: { leaves: { entry: string; payload: string }[] } = await log.json();
  const decisions = leaves
    .map(({ entry, payload }) => ({
      ...JSON.parse(entry),
      ...JSON.parse(Buffer.from(payload, "base64").toString()),
    }))
    .filter(({ action }) => action === "launch.decision");
  expect(decisions).toMatchObject([
    { object: "CHG-0001/rev/1", actor, event: "rejected" },
    { object: "CHG-0001/rev/2", actor, event: "deferred" },
  ]);
  await context.close();
});
