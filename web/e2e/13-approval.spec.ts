import { generateKeyPairSync, sign } from "node:crypto";

import { expect, type Route, test } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { enrolKey, flippedIn, openApproval, record, sentence, writeApproval } from "./deciding.ts";
import { LaunchScene } from "./launchScene.ts";

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
