import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";

import type { Page } from "@playwright/test";

import { ourAddresses } from "./addresses.ts";
import { typeLine } from "./books.ts";
import { makeKey, openApproval } from "./deciding.ts";
import { givePassword } from "./journey.ts";
import { tooManyStreams, writePlan } from "./launchScene.ts";
import { binary, type Credentials, environment, freePort } from "./program.ts";
import { expect, test } from "./watched.ts";

// README.md, from its one command to evidence that was verified, as somebody goes who has read nothing else.

test.skip(
  process.env["ACCUBOOKS_SOAK"] === undefined,
  "from an empty folder to sealed evidence takes minutes: script/soak web",
);

const minutes = 60_000;
test.describe.configure({ timeout: 20 * minutes });

const root = resolve(import.meta.dirname, "../..");

/** README's rehearsal, which takes three minutes of a quiet machine, five times faster still. */
const timeScale = { inReadme: "--time-scale 60", here: "--time-scale 300" };

/** What README has somebody type, without its comments. */
const commands = new Set(
  [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^\$ (.+?)(?: +# .*)?$/gm)].map(
    ([, command]) => command ?? "",
  ),
);

function expectInReadme(lines: readonly string[]): void {
  expect([...commands]).toEqual(expect.arrayContaining([...lines]));
}

/** A folder that is to README's commands what a clone is, in which script/build has nothing left to do. */
class Clone {
  readonly folder = mkdtempSync("/tmp/accubooks-readme-");
  demo: Credentials = { email: "", password: "" };
  url = "";
  #stop: () => Promise<void> = async () => {};

  constructor() {
    // The system user postgres has to reach its data.
    chmodSync(this.folder, 0o755);
    for (const part of ["script", "build", "launch"]) mkdirSync(join(this.folder, part));
    copyFileSync(join(root, "script/server"), join(this.folder, "script/server"));
    writeFileSync(join(this.folder, "script/build"), "#!/bin/sh\n", { mode: 0o755 });
    symlinkSync(dirname(binary), join(this.folder, "build/release"));
    // "Use a quiet machine", says README; what the limits are on a busy one isn't what is looked at here.
    writePlan(join(this.folder, "launch/plan.yaml"), "PATIENT");
  }

  /** `script/server`, on ports that nobody else has. */
  async serve(): Promise<void> {
    expectInReadme(["script/server"]);
    const [port, opsPort] = [await freePort(), await freePort()];
    this.url = `http://127.0.0.1:${port}`;
    ourAddresses.add(this.url);
    const log = join(this.folder, "serve.log");
    const serving = spawn(
      join(this.folder, "script/server"),
      ["--listen", `127.0.0.1:${port}`, "--ops-listen", `127.0.0.1:${opsPort}`],
      {
        env: { ...environment(), ACCUBOOKS_LAUNCH_PLAN: "launch/plan.yaml" },
        stdio: ["ignore", "pipe", openSync(log, "w")],
      },
    );
    const ended = new Promise<void>((done) => {
      serving.once("exit", () => done());
    });
    this.#stop = async () => {
      serving.kill("SIGINT");
      await ended;
    };
    await new Promise<void>((ready, failed) => {
      if (serving.stdout === null) throw new Error("The program's output is a pipe.");
      createInterface({ input: serving.stdout }).on("line", (line) => {
        const told = /^Sign in as (\S+) with the password (\S+)$/.exec(line);
        if (told !== null) this.demo = { email: told[1] ?? "", password: told[2] ?? "" };
        if (line === `AccuBooks is ready on ${this.url}`) ready();
      });
      void ended.then(() => failed(new Error(readFileSync(log, "utf8"))));
    });
  }

  /** What these lines of README print, typed into one terminal. */
  type(...lines: readonly string[]): string {
    expectInReadme(lines);
    const here = `accubooks() { if [ "$1" = launch ]; then set -- "$@" --url ${this.url}; fi; command accubooks "$@"; }`;
    const script = [here, ...lines].join("\n").replace(timeScale.inReadme, timeScale.here);
    return execFileSync("bash", ["-euc", script], {
      cwd: this.folder,
      env: environment(),
      encoding: "utf8",
    });
  }

  /** A file of one of the five people. */
  told(part: string, file: string): string {
    return readFileSync(join(this.folder, "var/launch-people", part, file), "utf8").trim();
  }

  async stop(): Promise<void> {
    await this.#stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const path = "export PATH=$PWD/build/release:$PATH";

let clone: Clone;
test.beforeAll(async () => {
  test.setTimeout(5 * minutes);
  clone = new Clone();
  await clone.serve();
});
test.afterAll(() => clone.stop());

async function postByKeyboard(page: Page): Promise<void> {
  await page.keyboard.press("n");
  await expect(page.getByLabel("Date")).toBeFocused();
  await page.keyboard.press("Enter"); // today
  await page.keyboard.press("Enter"); // no reference
  await page.keyboard.type("Insurance of the next year");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter"); // no tags
  await typeLine(page, { account: "1300", debit: "1357.90" });
  await typeLine(page, { account: "1000", credit: "1357.90" });
  await expect(page.getByText("Balanced")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { level: 1, name: /^Entry \d+$/ })).toBeVisible();
}

/** From the figure of the balance sheet to its line, and to the entry. */
async function drillToEntry(page: Page): Promise<void> {
  const entry = await page.getByRole("heading", { level: 1 }).innerText();
  await page.getByRole("link", { name: "Balance sheet" }).click();
  const sheet = page.getByRole("table", { name: "Balance sheet" });
  const row = sheet.getByRole("row").filter({ hasText: "Prepaid expenses" });
  await row.getByRole("link", { name: "1,357.90" }).click();
  await expect(page.getByRole("heading", { name: "1300 Prepaid expenses" })).toBeVisible();
  const line = page.getByRole("row").filter({ hasText: "Insurance of the next year" });
  await expect(line).toContainText("1,357.90");
  await line.getByRole("link", { name: /^\d+$/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(entry);
  await expect(page.getByText("Insurance of the next year")).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

/** From the sign-in to a record that is signed, of which no more is known than its number. */
async function approve(page: Page): Promise<void> {
  const [forSignIn = "", forKey = ""] = clone.told("executive", "recovery-codes").split("\n");
  const password = clone.told("executive", "password");
  await givePassword(page, { email: "executive@accubooks.test", password });
  await page.getByLabel("Code", { exact: true }).fill(forSignIn);
  await page.keyboard.press("Enter");
  const phases = page.getByRole("listitem").filter({ hasText: "Pending approval" });
  await phases.getByRole("link", { name: "CHG-0001" }).click();
  await expect(page.getByRole("heading", { name: "CHG-0001, revision 1" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve…" })).toBeDisabled();
  await page.getByRole("link", { name: "Enrol a key" }).click();
  await makeKey(page, forKey);
  await page.goBack();
  await openApproval(page);
  await page.getByRole("dialog").getByRole("button", { name: "Sign and approve" }).click();
  await expect(page.getByText("Signed by Eve Okafor")).toBeVisible();
}

/** As on-call engineer and lead, whose part README has at the command line. */
async function startRehearsal(): Promise<void> {
  clone.type(
    path,
    "ACCUBOOKS_TOKEN_FILE=var/launch-people/on-call/token accubooks launch ack phase1",
  );
  // Everybody must have been told of the approval first, and the backup be checked, which takes a moment.
  await expect(() => {
    const told = clone.type(
      path,
      "export ACCUBOOKS_TOKEN_FILE=var/launch-people/lead/token",
      "accubooks launch start phase1 --rehearsal --time-scale 60",
    );
    expect(told).toContain("execution 1, attempt 1 (rehearsal, 300 times faster)");
  }).toPass({ timeout: 2 * minutes });
}

/** The outcomes of a rehearsal, as the page and as the evidence call them. */
const outcomes: Readonly<Record<string, string>> = {
  Rehearsed: "rehearsed",
  "Rolled back": "rolled_back",
};

/**
 * Stays to the end, and has it go on where something paused it; the outcome. On a machine that does something else beside, that may be
 * the other one than README shows.
 */
async function watchToItsEnd(page: Page): Promise<string> {
  await page.getByRole("link", { name: "Rehearsal 1" }).click();
  await expect(page.getByRole("note")).toContainText("REHEARSAL, 300 times faster");
  const state = page.getByRole("main").locator("[data-status]").first();
  await expect(async () => {
    if ((await state.textContent()) === "Paused") await resume(page);
    await expect(state).toHaveText(/^(Rehearsed|Rolled back)$/, { timeout: 2000 });
  }).toPass({ timeout: 8 * minutes });
  return outcomes[(await state.textContent()) ?? ""] ?? "";
}

async function resume(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Resume" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("The machine was busy for a moment");
  await dialog.getByRole("button", { name: "Resume the execution" }).click();
  await expect(dialog).toHaveCount(0);
}

async function verifyEvidence(page: Page, outcome: string): Promise<void> {
  const verify = page.getByRole("link", { name: "Verify in this browser" });
  await page.getByRole("link", { name: "Evidence", exact: true }).click();
  await expect(async () => {
    await page.reload();
    await expect(verify).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: minutes });
  const told = clone.type(
    path,
    "accubooks audit verify launch/evidence/phase1_pool_scaling --policy launch/policy.json",
  );
  expect(told).toContain(`CHG-0001 revision 1, attempt 1 (a rehearsal): ${outcome}\n`);
  expect(told).toContain("approve by Eve Okafor as executive_operator");
  expect(told).toMatch(/^Verified\.$/m);
  await verify.click();
  const policy = join(clone.folder, "launch/policy.json");
  await page.getByLabel(/Policy, from a stakeholder/).setInputFiles(policy);
  const [, fingerprint = ""] = /^policy ([0-9a-f]{64})$/m.exec(told) ?? [];
  await page.getByLabel(/Fingerprint of the policy/).fill(fingerprint);
  await page.getByRole("button", { name: "Verify" }).click();
  const good = page.getByText("Everything holds. Checked in this browser.");
  await expect(good).toBeVisible({ timeout: minutes });
}

test("a new user goes README's way: an entry, a report, an approval, a rehearsal, and its evidence", async ({
  page,
  watched,
}) => {
  watched.expectRefusal(...tooManyStreams);
  // The report of what has just ended isn't made yet.
  watched.expectRefusal(/\/report$/, 404);
  // A pause may be over before somebody ends it.
  watched.expectRefusal(/\/intents$/, 409);
  await page.goto(clone.url);
  await test.step("sign in to the demo tenant", () => givePassword(page, clone.demo));
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await test.step("post an entry by keyboard", () => postByKeyboard(page));
  await test.step("drill from a report to it", () => drillToEntry(page));
  await signOut(page);
  await test.step("sign the approval record as Executive Operator", () => approve(page));
  await test.step("start a rehearsal", startRehearsal);
  const outcome = await test.step("watch it to its end", () => watchToItsEnd(page));
  await test.step("verify the evidence in the page", () => verifyEvidence(page, outcome));
});
