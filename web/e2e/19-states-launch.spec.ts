import type { Browser, Locator, Page, Route } from "@playwright/test";

import { LaunchScene, type Part, tooManyStreams } from "./launchScene.ts";
import { areLookedAt, arrive, expectState, holdStill } from "./pictures.ts";
import { startRelay } from "./relay.ts";
import { expect, test } from "./watched.ts";

// Named states of launch and operations. Journeys 12 to 16 go the same ways; here they are looked at, and gone for that alone.
test.skip(!areLookedAt, "pictures are compared only when asked for");

const minutes = 60_000;
test.describe.configure({ timeout: 15 * minutes });

let scene: LaunchScene;
test.beforeAll(async () => {
  scene = new LaunchScene();
  await scene.start();
});
test.afterAll(() => scene.stop());

const record = "/launch/changes/CHG-0001";

/** A page of that person; figures in `live` aren't those of the next time. */
async function pageOf(browser: Browser, part: Part, live?: string): Promise<Page> {
  const { page } = await scene.signIn(browser, part);
  await holdStill(page, live);
  return page;
}

async function expectRequest(browser: Browser): Promise<void> {
  const page = await pageOf(browser, "lead");
  await arrive(page, "/launch");
  await expect(page.getByText("Pending approval")).toBeVisible();
  await expectState(page, "launch-phases");
  await expectState(page, "launch-phases-phone", "phone");
  await arrive(page, record);
  await expect(page.getByText("You requested or edited this change")).toBeVisible();
  await expectState(page, "record-of-author");
  await page.context().close();
}

/** A key that is made, and it in the list. */
async function expectKeys(page: Page): Promise<void> {
  await arrive(page, "/launch/keys");
  await page.getByRole("button", { name: "Enrol a key in this browser…" }).click();
  await expectState(page, "key-enrolment", "dark");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/Code of your authenticator/).fill(scene.code("executive"));
  await dialog.getByRole("button", { name: "Make and enrol the key" }).click();
  await expect(dialog.getByText("The key is enrolled")).toBeVisible();
  await expectState(page, "key-enrolled");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expectState(page, "signing-keys");
}

async function expectDecision(page: Page): Promise<void> {
  await arrive(page, record);
  await expect(page.getByRole("button", { name: "Approve…" })).toBeEnabled();
  await expect(page.getByText("Not notified")).toHaveCount(0);
  const measured = page.getByRole("definition").filter({ hasText: /requests, \d+ errors/ });
  await expectState(page, "record-print", "print", { isWhole: true, mask: [measured] });
  await expectState(page, "record");
  await expectState(page, "record-dark", "dark");
  await expectState(page, "record-phone", "phone");
  await page.getByRole("button", { name: "Approve…" }).click();
  await page.getByRole("checkbox").first().check();
  await page.getByLabel("Written approval").fill("I approve phase 1 execution");
  await expectState(page, "approval");
  await expectState(page, "approval-phone", "phone-dark");
  await page.keyboard.press("Escape");
}

/** How long ago, or until when, what a pre-check looks at is: in as many figures as that takes. */
function agesIn(page: Page): Locator {
  return page
    .getByRole("row")
    .filter({ hasText: /^(backup|on call|approval)/ })
    .locator("td:last-child");
}

/** The number of one that is sustained, on this page. On a busy machine a baseline of seconds may lack a route. */
async function sustain(page: Page): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const number = await scene.rehearse(60);
    await arrive(page, `/launch/executions/${number}`);
    const state = page.getByRole("main").locator("[data-status]").first();
    await expect(state).toHaveText("Baseline");
    if (attempt === 1) {
      await expectState(page, "execution-baseline", "light", { mask: [agesIn(page)] });
    }
    await expect(state).toHaveText(/^(Sustained|Cancelled)$/, { timeout: 8 * minutes });
    if ((await state.textContent()) === "Sustained") return number;
    expect(attempt, "a baseline comes about").toBeLessThan(4);
  }
}

async function expectExecution(browser: Browser): Promise<void> {
  scene.approve();
  const page = await pageOf(browser, "on-call", "main");
  const number = await sustain(page);
  // From then on to its end nothing but figures changes.
  await expect(page.getByText("not judged yet")).toHaveCount(0);
  await expectState(page, "execution");
  await expectState(page, "execution-dark", "dark");
  await expectState(page, "execution-phone", "phone-dark");
  await expect(page.getByText("the execution has ended")).toBeVisible({ timeout: 5 * minutes });
  await expect(page.getByText("The report of a rehearsal isn't signed.")).toBeVisible();
  await expectState(page, "execution-ended", "light", { mask: [agesIn(page)] });
  await expectEvidence(page, number);
  await page.context().close();
}

async function expectEvidence(page: Page, number: string): Promise<void> {
  const verify = page.getByRole("link", { name: "Verify in this browser" });
  await expect(async () => {
    await arrive(page, `/launch/executions/${number}/evidence`);
    await expect(verify).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: minutes });
  const folder = page.getByRole("definition").first();
  await expectState(page, "evidence", "light", { mask: [folder] });
  await arrive(page, "/launch/verify");
  await expectState(page, "verify-empty");
  await arrive(page, `/launch/verify?execution=${number}`);
  const proven = scene.offline("audit", "verify", scene.evidence, "--policy", scene.policy);
  const [fingerprint = ""] = /[0-9a-f]{64}/.exec(proven.stdout) ?? [];
  await page.getByLabel(/Policy, from a stakeholder/).setInputFiles(scene.policy);
  const typed = page.getByLabel(/Fingerprint of the policy/);
  await typed.fill(fingerprint);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByText("Everything holds. Checked in this browser.")).toBeVisible({
    timeout: minutes,
  });
  await expectState(page, "verified", "light", { mask: [typed] });
  await typed.fill(fingerprint.replace(/^./, (first) => (first === "0" ? "1" : "0")));
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByText("NOT VERIFIED")).toBeVisible({ timeout: minutes });
  await expectState(page, "not-verified", "dark", { mask: [typed] });
}

async function expectIncidents(browser: Browser): Promise<void> {
  const page = await pageOf(browser, "lead");
  await arrive(page, "/launch/incidents");
  await expect(page.getByText("No incident was filed.")).toBeVisible();
  await expectState(page, "incidents-empty");
  await page.getByRole("button", { name: "File an incident…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Severity").selectOption("p0");
  await dialog.getByLabel("What is wrong").fill("Balances look wrong");
  await expectState(page, "incident-filed", "dark");
  await dialog.getByRole("button", { name: "File it" }).click();
  await expect(page.getByText("A P0 is closed by the Executive Operator alone.")).toBeVisible();
  await expectState(page, "incidents");
  await expectState(page, "incidents-phone", "phone");
  await page.context().close();
}

test("operations look as they did: coming, without data, filled, stale", async ({
  browser,
  watched,
}) => {
  watched.expectRefusal(...tooManyStreams);
  const relay = await startRelay(new URL(scene.url));
  const { context, page } = await scene.signIn(browser, "product", relay.url);
  await holdStill(page, "main");
  const held: Route[] = [];
  await page.route("**/api/v1/ops", (route) => void held.push(route));
  await page.goto("/ops");
  await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
  await expectState(page, "operations-loading");
  await Promise.all(held.map((route) => route.continue()));
  await page.unroute("**/api/v1/ops");
  const live = page.getByText("Live", { exact: true });
  await expect(live).toBeVisible();
  // What was asked for before is forgotten first.
  const latency = page.getByRole("listitem").filter({ hasText: /^Latency p95/ });
  await expect(latency).toContainText("no data", { timeout: 2 * minutes });
  await expectState(page, "operations-no-data");

  await arrive(page, "/launch");
  await arrive(page, "/ops");
  await expect(live).toBeVisible();
  await expect(latency).toContainText("ms");
  await expectState(page, "operations", "light", { isWhole: true });
  await expectState(page, "operations-dark", "dark");
  await expectState(page, "operations-phone", "phone");
  relay.freeze();
  await expect(page.getByText(/^Data \d+ s old$/)).toBeVisible();
  await expectState(page, "operations-stale");
  await context.close();
  relay.stop();
});

test("the launch looks as it did, from the request to the evidence", async ({
  browser,
  watched,
}) => {
  watched.expectRefusal(...tooManyStreams);
  // The report of what has just ended isn't made yet.
  watched.expectRefusal(/\/report$/, 404);
  await expectRequest(browser);
  const page = await pageOf(browser, "executive");
  await expectKeys(page);
  await expectDecision(page);
  await page.context().close();
  await expectExecution(browser);
  await expectIncidents(browser);
});
