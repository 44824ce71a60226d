import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import type { Page } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { typeLine } from "./books.ts";
import { expect, expectAccessible, givePassword, test } from "./journey.ts";
import { typeWithoutPause } from "./typing.ts";

test("a new tenant from a template; its first entry, by keyboard only, shows everywhere", async ({
  page,
  program,
  watched,
}) => {
  test.setTimeout(300_000);
  watched.expectRefusal(/\/me\/tenants$/, 422);
  const kay = { email: "kay@example.com", password: "correct horse kay staple" };
  program.run(
    ["user", "create", "--email", kay.email, "--name", "Kay", "--password-file", "-"],
    kay.password,
  );
  await page.goto("/");
  await givePassword(page, kay);
  await expect(page.getByText("You belong to no tenant yet.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Make a tenant of your own" }).focus();
  await page.keyboard.press("Enter");

  const name = page.getByLabel("Name of the company");
  await expect(name).toBeFocused();
  await page.keyboard.type("Kay's Chairs");
  await page.keyboard.press("Tab");
  await page.keyboard.type("LOL");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Accounts to begin with")).toHaveValue("us");
  await expectAccessibleEverywhere(page);
  // A refusal stands at its field; the next press makes one tenant.
  const make = page.getByRole("button", { name: "Make the tenant" });
  await make.press("Enter");
  await expect(page.getByText("ISO 4217 has no currency LOL")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Base currency").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("usd");
  await make.press("Enter");
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Kay's Chairs" })).toBeVisible();

  // To an account by fast fingers: where the accounts are still on their way, Enter waits for them.
  const answer = holding(page, /\/accounts\?/);
  await typeWithoutPause(page, ["Control+k", "1", "5", "0", "0", "Enter"]);
  await expect(page.getByRole("listbox")).toHaveAttribute("aria-busy", "true");
  answer();
  await expect(page.getByRole("heading", { name: /Equipment/ })).toBeVisible();

  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await expect(page.getByText("There are no entries yet.")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("n");
  await expect(page.getByLabel("Date")).toBeFocused();
  await page.keyboard.type("2026-03-15");
  await page.keyboard.press("Enter");
  await page.keyboard.type("INV-81");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Office chairs");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter"); // no tags
  await typeLine(page, { account: "1500", debit: "1200" });
  await typeLine(page, { account: "1000", credit: "1200" });
  await expect(page.getByText("Balanced")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Control+Enter");

  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
  await expect(page.getByText("Office chairs")).toBeVisible();
  await expect(page.locator("dt:text-is('Posted by') + dd")).toHaveText("Kay");
  await expectAccessible(page);
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await expect(page.getByRole("row", { name: /Office chairs/ })).toContainText("1,200.00");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();

  // In the ledger of its account, in the trial balance and on the dashboard.
  await typeWithoutPause(page, ["Control+k", "1", "5", "0", "0", "Enter"]);
  await expect(page.getByRole("heading", { name: /Equipment/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Office chairs/ })).toContainText("1,200.00");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page.getByRole("heading", { name: "Trial balance" })).toBeVisible();
  await expect(page.getByRole("row", { name: /Equipment/ }).first()).toContainText("1,200.00");
  await typeWithoutPause(page, ["g", "d"]);
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Cash and bank" })).toContainText("1,200.00");
  const last = page.getByRole("table", { name: "Last entries" });
  await expect(last.getByRole("row", { name: /Office chairs/ })).toContainText("1,200.00");
  await expect(page.getByRole("region", { name: "Drafts waiting" }).getByRole("link")).toHaveText(
    "0",
  );
  await expect(page.getByRole("region", { name: "Books checked" })).toContainText("In order");
  await expectAccessible(page);

  // What is typed while the palette itself is on its way is for the palette, and no key of the page's ("n" is a new entry).
  const later = holding(page, /\/assets\/Palette-/);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await typeWithoutPause(page, ["Control+k", "e", "q", "u", "i", "p", "m", "e", "n", "t", "Enter"]);
  await expect(page.getByLabel("Go to a page or account")).toHaveValue("equipment");
  later();
  await expect(page.getByRole("heading", { name: /Equipment/ })).toBeVisible();

  // A button that is replaced by its menu keeps the focus; what is typed while the editor is on its way is the entry's.
  const menu = holding(page, /\/assets\/UserMenu-/);
  const editor = holding(page, /\/assets\/NewEntryPage-/);
  await page.reload();
  await expect(page.getByRole("heading", { name: /Equipment/ })).toBeVisible();
  const user = page.getByRole("button", { name: "You" });
  await user.focus();
  const menuLoaded = page.waitForResponse(/\/assets\/UserMenu-/);
  menu();
  await (await menuLoaded).finished();
  await expect(user).toHaveAttribute("aria-expanded", "false");
  await expect(user).toBeFocused();
  await typeWithoutPause(page, ["n", ..."2026-03-16", "Enter", "Enter", ..."Lamps", "Enter"]);
  editor();
  await expect(page.getByLabel("Tags")).toBeFocused();
  await expect(page.getByLabel("Date")).toHaveValue("03/16/2026");
  await expect(page.getByLabel("Description")).toHaveValue("Lamps");
  await page.keyboard.press("Enter");
  await typeLine(page, { account: "1500", debit: "90" });
  await typeLine(page, { account: "1000", credit: "90" });
  await page.keyboard.press("Control+s");
  await expect(page.getByText(/^Saved as draft \d+\.$/)).toBeVisible();
  await page.getByRole("link", { name: "Dashboard" }).click();
  await page
    .getByRole("region", { name: "Drafts waiting" })
    .getByRole("link", { name: "1" })
    .click();
  await page.getByRole("link", { name: /^Draft \d+$/ }).click();
  await expect(page).toHaveURL(/draft=\d+/);
  // A draft's documents come and go; what was typed meanwhile is saved over the draft all the same.
  const [receipt, other] = [join(program.folder, "receipt.txt"), join(program.folder, "other.pdf")];
  writeFileSync(receipt, "Lamps, paid in cash");
  writeFileSync(other, "%PDF-1.7 of something else");
  const file = page.getByLabel("Document to attach");
  const attach = page.getByRole("button", { name: "Attach", exact: true });
  for (const path of [other, receipt]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person does
    await file.setInputFiles(path);
    // oxlint-disable-next-line no-await-in-loop
    await attach.click();
    // oxlint-disable-next-line no-await-in-loop
    await expect(page.getByRole("link", { name: basename(path) })).toBeVisible();
  }
  await expectAccessibleEverywhere(page);
  await file.setInputFiles({
    name: "page.html",
    mimeType: "text/html",
    buffer: Buffer.from("<p>"),
  });
  await expect(page.getByText("The server takes no files of this kind.")).toBeVisible();
  await expect(attach).toBeDisabled();
  await page.getByRole("button", { name: "Take away… other.pdf" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Take it away" }).click();
  await expect(page.getByRole("link", { name: "other.pdf" })).toBeHidden();
  await expect(file).toBeFocused();
  await page.getByLabel("Description").fill("Two lamps");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Entry 2" })).toBeVisible();
  await expect(page.getByText("Two lamps")).toBeVisible();
  await expect(page.getByRole("link", { name: "receipt.txt" })).toBeVisible();
  await expect(page.getByText("19 bytes · Kay")).toBeVisible();
  await expect(page.getByRole("button", { name: /Take away/ })).toBeHidden();
  await file.setInputFiles(other);
  await attach.click();
  await expect(page.getByRole("link", { name: "other.pdf" })).toBeVisible();
  await expectAccessible(page);
});

test("books that began without accounts are offered the templates, of whom may make accounts", async ({
  page,
  program,
}) => {
  const made = program.run(["tenant", "create", "--name", "Not Yet Ltd", "--currency", "USD"]);
  const tenant = /[0-9]+/.exec(made)?.[0] ?? "";
  const somebody = (role: string) => {
    const who = { email: `${role}@notyet.test`, password: `correct horse ${role} staple` };
    const what = ["--name", role, "--password-file", "-", "--tenant", tenant, "--role", role];
    program.run(["user", "create", "--email", who.email, ...what], who.password);
    return who;
  };
  await page.goto(`/t/${tenant}/accounts`);
  await givePassword(page, somebody("viewer"));
  await expect(page.getByText("These books have no accounts yet.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Make these accounts" })).toHaveCount(0);
  await page.context().clearCookies();

  await page.goto(`/t/${tenant}/accounts`);
  await givePassword(page, somebody("accountant"));
  const chart = page.getByLabel("Accounts to begin with");
  await expect(chart).toHaveValue("us");
  await expectAccessibleEverywhere(page);
  await chart.selectOption("A few accounts of each type (7 accounts)");
  await page.getByRole("button", { name: "Make these accounts" }).press("Enter");
  await expect(page.getByRole("row", { name: /1000 Bank/ })).toBeVisible();
  await expect(page.getByLabel("Filter by code or name")).toBeFocused();
  await expect(chart).toBeHidden();
});

/** Keeps answers back until what it returns is called. */
function holding(page: Page, url: RegExp): () => void {
  let release: (() => void) | undefined;
  const wait = new Promise<void>((resolve) => {
    release = resolve;
  });
  void page.route(url, async (route) => {
    await wait;
    await route.continue();
  });
  return () => release?.();
}
