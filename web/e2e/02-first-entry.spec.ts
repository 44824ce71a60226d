import { writeFileSync } from "node:fs";
import { join } from "node:path";

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
  watched.expectRefusal(/\/me\/tenants$/);
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

  // A draft waits there with its document, which is the entry's once it is posted.
  await page.keyboard.press("n");
  await expect(page.getByLabel("Date")).toBeFocused();
  await page.keyboard.type("2026-03-16");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter"); // no reference
  await page.keyboard.type("Lamps");
  await page.keyboard.press("Enter");
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
  const draft = Number(/draft=(\d+)/.exec(page.url())?.[1]);
  const books = Number(/\/t\/(\d+)\//.exec(page.url())?.[1]);
  const receipt = join(program.folder, "receipt.txt");
  writeFileSync(receipt, "Lamps, paid in cash");
  const where = ["--tenant", String(books), "--draft", String(draft)];
  program.run(["attachment", "add", ...where, receipt]);
  await page.reload();
  await expect(page.getByRole("link", { name: "receipt.txt" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Entry 2" })).toBeVisible();
  await expect(page.getByRole("link", { name: "receipt.txt" })).toBeVisible();
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
