import { generateKeyPairSync, sign } from "node:crypto";

import type { Page, Route } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { enrolKey, flippedIn, openApproval, record, sentence, writeApproval } from "./deciding.ts";
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

/** Sends what this browser signed on under the signature of a key that nobody enrolled. */
async function signedByAnother(route: Route): Promise<void> {
  if (route.request().method() !== "POST") return route.fallback();
  const { envelope } = route.request().postDataJSON();
  const payload = Buffer.from(envelope.payload, "base64");
  const head = `DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${payload.length} `;
  const { privateKey } = generateKeyPairSync("ed25519");
  const sig = sign(null, Buffer.concat([Buffer.from(head), payload]), privateKey);
  const [{ keyid }] = envelope.signatures;
  const signatures = [{ keyid, sig: sig.toString("base64") }];
  return route.continue({ postData: { envelope: { ...envelope, signatures } } });
}

/** Everything that the approver has to see, in the order of the page, with what the shipped plan says. */
const sections: Readonly<Record<string, readonly (RegExp | string)[]>> = {
  "Approval request": [
    "Authorization to execute Database connection pool scaling of AccuBooks v1.0.0",
    "Expected duration1 h",
    "Full: rolled back within 10 min",
  ],
  "What will change": [
    /database\.pool\.min\s*10\s*20/,
    /database\.pool\.max\s*50\s*200/,
    "Hot reload in 2 steps",
    "500 synthetic requests, 50 at a time; then 1 h of monitoring",
    /What will not change.*schema.*calculation_suite.*security_boundary/,
    /Passes when.*pool_max = 200.*pool_utilisation < 70 %.*error_rate < 0\.1 %/,
    /Rolls back when.*error_rate > 1 % for 5 min/,
  ],
  Who: [
    /Lea Lindqvist\s*Production Engineering Lead/,
    /Eve Okafor\s*Executive Operator\s*Waiting for the decision/,
    /Pia Rossi\s*Product Lead/,
    /Bob Tan\s*Business Lead/,
    /Olu Mensah\s*On-Call Engineer/,
  ],
  "Executive approval": [
    "The post-change report is there within 24 hours",
    "Phase 1 must succeed before phase 2 begins",
    "Any P0 incident pauses everything at once and notifies the Executive Operator",
    "Evidence is preserved in launch/evidence/phase1_pool_scaling/",
    "Pending: Executive Operator",
  ],
  Status: [
    /Request submitted\s*done/,
    /Approval\s*open/,
    "The Executive Operator approves in writing, rejects or defers.",
    sentence,
    "I approve the execution of database pool scaling for AccuBooks v1.0.0",
  ],
  Executions: ["Nothing was executed yet."],
  "The requester confirms": ["I will roll back at once if any success criterion fails"],
  "Pre-approval verification": [
    "The production audit covered 50000 customers.",
    "The decision was CONDITIONAL GO",
    /Synthetic load\d+ requests, 0 errors/,
    "The rollback was rehearsed on this build",
  ],
  "Guides reviewed": [
    "docs/launch/database-pool-scaling.md",
    "docs/launch/monitoring.md",
    "docs/launch/controlled-beta.md",
    "docs/launch/post-beta-review.md",
    "docs/launch/audit-trail.md",
  ],
  "Rejections and deferrals": ["None."],
  "Document control": [/1\s*Pending approval/, "drafted, revision 1", "submitted, revision 1"],
};

async function expectWholeRecord(page: Page): Promise<void> {
  await expect(page.getByText("Risk LOW")).toBeVisible();
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(Object.keys(sections));
  for (const [title, says] of Object.entries(sections)) {
    const section = page.locator("section").filter({
      has: page.getByRole("heading", { level: 2, name: title, exact: true }),
    });
    for (const words of says) await expect(section, title).toContainText(words);
  }
}

test("the requester can't approve; the executive enrols a key, approves, and everybody's verifier agrees", async ({
  browser,
  watched,
}) => {
  watched.expectRefusal(...tooManyStreams);
  // Signed with a key that nobody enrolled.
  watched.expectRefusal(/\/decisions$/, 403);
  const lead = await scene.signIn(browser, "lead");
  await lead.page.goto(record);
  await expect(lead.page.getByText("You requested or edited this change")).toBeVisible();
  await expect(lead.page.getByRole("button", { name: /^(Approve|Reject|Defer)/ })).toHaveCount(0);
  await expectWholeRecord(lead.page);
  await expectAccessibleEverywhere(lead.page);

  const { context, page } = await scene.signIn(browser, "executive");
  await page.goto(record);
  await expect(page.getByRole("button", { name: "Approve…" })).toBeDisabled();
  await expect(page.getByText("You have no enrolled key in this browser.")).toBeVisible();

  const fingerprint = await enrolKey(scene, "executive", page);
  await expectAccessibleEverywhere(page);
  const keys = scene.cli("executive", "key", "list");
  expect(keys.stdout).toContain(fingerprint);

  // Of bytes that aren't those of the digest nothing is drawn, and nothing is decided.
  await page.route("**/payload", flippedIn('"to":200'));
  await page.goto(record);
  await expect(page.getByRole("alert")).toContainText(
    "The bytes are not those that the server says they are",
  );
  await expect(page.getByRole("button", { name: /^(Approve|Reject|Defer)/ })).toHaveCount(0);
  await expectAccessibleEverywhere(page);
  await page.unroute("**/payload");

  // A wrong sentence, or one tick too few, isn't sent.
  await page.goto(record);
  await page.getByRole("button", { name: "Approve…" }).click();
  await writeApproval(page, "I approve phase 1 execution");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Still to do: write the sentence.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Sign and approve" })).toBeDisabled();
  await expectAccessibleEverywhere(page);

  // What was edited since it was read isn't signed.
  await writeApproval(page, sentence);
  const edited = scene.cli("lead", "launch", "request", "phase1", "--new-revision");
  expect(edited.stderr).toBe("");
  await dialog.getByRole("button", { name: "Sign and approve" }).click();
  await expect(dialog.getByText("The revision was edited meanwhile")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).last().click();

  // Nor does anybody decide with a key that isn't theirs.
  await page.route("**/decisions", signedByAnother);
  await openApproval(page);
  await dialog.getByRole("button", { name: "Sign and approve" }).click();
  await expect(dialog.getByRole("alert")).toContainText("None of your enrolled keys signed this");
  await page.unroute("**/decisions");
  await dialog.getByRole("button", { name: "Cancel" }).last().click();

  // The new revision is drawn, with what changed, and approved.
  await expect(page.getByRole("heading", { name: "CHG-0001, revision 2" })).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "revision", exact: true })).toBeVisible();
  await openApproval(page);
  await dialog.getByLabel(/Conditions that must hold at the start/).fill("open_p0 = 0");
  await dialog.getByRole("button", { name: "Sign and approve" }).click();
  await expect(page.getByText("Signed by Eve Okafor")).toBeVisible();
  await expect(page.getByText("open_p0 = 0 (checked at the start)")).toBeVisible();
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
