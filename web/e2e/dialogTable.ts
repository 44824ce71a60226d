import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type Page } from "@playwright/test";

import type { LaunchScene } from "./launchScene.ts";

const sources = join(import.meta.dirname, "../src");

/** How one dialog or drawer is opened. Names are part of those on the page, so that marked texts have them too. */
export interface DialogStep {
  /** The file below web/src that draws it. */
  source: string;
  /** A route; see `addressOf`. */
  at: string;
  open: (page: Page) => Promise<void>;
}

interface BooksStep extends DialogStep {
  /** What is done with it once it was looked at. */
  after?: (page: Page) => Promise<void>;
}

export interface LaunchStep extends DialogStep {
  by: "executive" | "lead";
  /** What is to happen before it is there. */
  first?: (scene: LaunchScene) => unknown;
  after?: (page: Page, scene: LaunchScene) => Promise<void>;
}

/** The files below web/src that draw a dialog or a drawer; what all of them are made of is in shared/ui. */
export function filesWithDialogs(): string[] {
  return readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.test)\.tsx$/.test(file) && !file.startsWith("shared/ui/"))
    .filter((file) =>
      /<(Modal|Drawer|Dialog|FormDialog|PickDialog|Popover|dialog)[\s>.]|role="(alert)?dialog"|aria-modal/.test(
        readFileSync(join(sources, file), "utf8"),
      ),
    )
    .toSorted();
}

const press = (name: string | RegExp) => async (page: Page) =>
  page.getByRole("main").getByRole("button", { name }).first().click();

const answer = (name: string) => async (page: Page) =>
  page.getByRole("dialog").getByRole("button", { name }).last().click();

const keys =
  (...all: readonly string[]) =>
  async (page: Page) => {
    for (const key of all) await page.keyboard.press(key);
  };

async function choose(page: Page, field: string, name: string, mimeType: string, text: string) {
  await page.getByLabel(field).setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
}

/** Every dialog of the books, of their pages and of the frame around them. */
export const booksDialogs: readonly BooksStep[] = [
  {
    source: "routes/books/AccountsPage.tsx",
    at: "/t/$tenant/accounts?panel=new",
    open: async () => {},
  },
  { source: "routes/books/AccountsPage.tsx", at: "/t/$tenant/accounts", open: press(/Change/) },
  { source: "routes/shell/KeyHelp.tsx", at: "/t/$tenant/accounts", open: keys("?") },
  { source: "routes/shell/Palette.tsx", at: "/t/$tenant/accounts", open: keys("Control+k") },
  { source: "routes/shell/TenantDialog.tsx", at: "/t/$tenant/accounts", open: keys("g", "t") },
  {
    source: "routes/shell/RailDrawer.tsx",
    at: "/t/$tenant/accounts",
    open: async (page) => {
      const desk = page.viewportSize() ?? { width: 1280, height: 800 };
      await page.setViewportSize({ ...desk, width: 390 });
      await page.getByRole("button", { name: "Menu" }).click();
      await page.setViewportSize(desk);
    },
  },
  {
    source: "features/journal/TakeAwayDialog.tsx",
    at: "/t/$tenant/journal/new?draft=$draft",
    open: async (page) => {
      await choose(page, "Document to attach", "bill.pdf", "application/pdf", "%PDF-1.4\n");
      await press(/^\W*Attach\b/)(page);
      await press(/Take away.*bill\.pdf/)(page);
    },
  },
  {
    source: "routes/imports/ImportPage.tsx",
    at: "/t/$tenant/import",
    open: async (page) => {
      const rows = "Day;Text;Amount;Counter account\n2026-03-02;Pens;-1.20;Exp:Pens\n";
      await choose(page, "File to import", "bank.csv", "text/csv", rows);
      await page.getByLabel("Account of all rows").first().fill("1000");
      await page.keyboard.press("Enter");
      await press("Check")(page);
      await press("Create…")(page);
    },
  },
  {
    source: "features/imports/ReverseDialog.tsx",
    at: "/t/$tenant/import",
    open: press("Reverse…"),
  },
  {
    source: "features/periods/ActDialog.tsx",
    at: "/t/$tenant/periods",
    open: press(/Close….*2025-11/),
    after: async (page) => {
      await page.getByRole("dialog").getByLabel("Reason").fill("November is complete");
      await answer("Close 2025-11")(page);
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },
  },
  {
    source: "features/periods/ActDialog.tsx",
    at: "/t/$tenant/periods",
    open: press(/Lock….*2025-11/),
  },
  {
    source: "features/periods/ActDialog.tsx",
    at: "/t/$tenant/periods",
    open: press(/Ask to reopen….*2025-11/),
    after: async (page) => {
      await page.getByRole("dialog").getByLabel("Reason").fill("The statement was wrong");
      await answer("Ask to reopen 2025-11")(page);
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },
  },
  {
    source: "features/periods/ActDialog.tsx",
    at: "/t/$tenant/periods",
    open: press(/Confirm reopening….*2025-11/),
  },
  {
    source: "features/periods/YearDialogs.tsx",
    at: "/t/$tenant/periods",
    open: press(/Close the year….*2025/),
    after: async (page) => {
      await page.getByRole("dialog").getByRole("combobox").selectOption({ index: 1 });
      await answer("Post the closing entry")(page);
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },
  },
  {
    source: "features/periods/YearDialogs.tsx",
    at: "/t/$tenant/periods",
    open: press(/Reopen the year….*2025/),
  },
  {
    source: "features/people/InviteDialog.tsx",
    at: "/t/$tenant/people",
    open: press("Invite somebody…"),
  },
  {
    source: "features/people/MemberDialogs.tsx",
    at: "/t/$tenant/people",
    open: press(/Change role….*Olga/),
  },
  {
    source: "features/people/MemberDialogs.tsx",
    at: "/t/$tenant/people",
    open: press(/Remove….*Olga/),
  },
  {
    source: "features/people/TokenDialogs.tsx",
    at: "/t/$tenant/tokens",
    open: press("Make a token…"),
  },
  { source: "features/people/TokenDialogs.tsx", at: "/t/$tenant/tokens", open: press("Revoke…") },
  {
    source: "features/settings/EnrolFactorDialog.tsx",
    at: "/settings",
    open: press("Enrol an authenticator…"),
  },
];

const change = "/launch/changes/CHG-0001";
const incidents = "/launch/incidents";

const decide = (name: string): LaunchStep => ({
  source: "features/launch/decision/DecisionDialog.tsx",
  by: "executive",
  at: change,
  open: press(name),
});
const steer = (name: string): LaunchStep => ({
  source: "features/launch/execution/SteerDialog.tsx",
  by: "executive",
  at: "/launch/executions/$execution",
  open: press(name),
});

/** The launch from its first request to a rehearsal that goes on, with every dialog on the way. */
export const launchDialogs: readonly LaunchStep[] = [
  {
    source: "features/settings/FactorSection.tsx",
    by: "executive",
    at: "/settings",
    open: press("Give it up…"),
  },
  {
    source: "features/keys/EnrolDialog.tsx",
    by: "executive",
    at: "/launch/keys",
    open: press("Enrol a key in this browser…"),
    after: async (page, scene) => {
      await page.getByLabel(/Code of your authenticator/).fill(scene.code("executive"));
      await answer("Make and enrol the key")(page);
      await expect(page.getByText("The key is enrolled")).toBeVisible();
    },
  },
  {
    source: "features/keys/RevokeDialog.tsx",
    by: "executive",
    at: "/launch/keys",
    open: press("Revoke…"),
  },
  {
    source: "features/launch/phases/RequestDialog.tsx",
    by: "lead",
    at: "/launch",
    first: (scene) => {
      const reason = ["--reason", "The restore of the backup was not tried"];
      const rejected = scene.sign("executive", "launch", "reject", "phase1", ...reason);
      expect(rejected.status, rejected.stderr).toBe(0);
    },
    open: press("Request approval…"),
    after: async (page) => {
      await answer("Request approval")(page);
      await expect(page.getByRole("dialog")).toHaveCount(0, { timeout: 60_000 });
    },
  },
  {
    source: "features/launch/execution/WithdrawDialog.tsx",
    by: "lead",
    at: change,
    open: press("Withdraw…"),
  },
  decide("Reject…"),
  decide("Defer…"),
  decide("Approve…"),
  {
    source: "features/launch/execution/StartDialog.tsx",
    by: "lead",
    at: change,
    first: (scene) => scene.approve(),
    open: press("Start…"),
  },
  // The rehearsal takes two minutes or so: what else is looked at waits until it is paused.
  {
    ...steer("PAUSE"),
    first: (scene) => scene.rehearse(60),
    after: async (page) => {
      await answer("Pause the execution")(page);
      await expect(page.getByRole("button", { name: "Resume" })).toBeEnabled();
    },
  },
  steer("ROLL BACK"),
  steer("Abort"),
  {
    ...steer("Resume"),
    after: async (page) => {
      await page.getByRole("dialog").getByLabel("Reason").fill("It was looked into");
      // A trigger or the silence of the samples may have ended the pause, as on a busy machine; its deadline is hours away.
      const answered = page.waitForResponse(/\/intents$/);
      await answer("Resume the execution")(page);
      await answered;
    },
  },
  {
    source: "features/launch/incidents/IncidentDialogs.tsx",
    by: "lead",
    at: incidents,
    open: press("File an incident…"),
    after: async (page) => {
      await page.getByRole("dialog").getByLabel("What is wrong").fill("Balances look wrong");
      await answer("File it")(page);
      await expect(page.getByText("Balances look wrong")).toBeVisible();
    },
  },
  {
    source: "features/launch/incidents/IncidentDialogs.tsx",
    by: "executive",
    at: incidents,
    open: press("Close with a report…"),
  },
];
