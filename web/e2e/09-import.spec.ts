import { gzipSync } from "node:zlib";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { newBooks, open } from "./books.ts";
import { expect, test } from "./journey.ts";

const BANK = `Day;Text;Amount;Counter account
2026-03-02;Office chairs;-1,200;6000
2026-03-03;Coffee;-2,500;Exp:Foo
2026-03-04;Tea;-1,000;Exp:Foo
2026-03-05;Pens;-3,000;Exp:Bar
`;

test("an import with three problems is mended by mapping, done once, and reversed", async ({
  page,
  program,
}) => {
  test.slow();
  const books = newBooks(program, "importer");
  await open(page, books, "import");
  await expect(page.getByText("Nothing was imported yet.")).toBeVisible();
  await expectAccessibleEverywhere(page);
  const bank = { name: "bank.csv", mimeType: "text/csv", buffer: Buffer.from(BANK) };

  await page.getByLabel("File to import").setInputFiles(bank);
  await expect(page.getByLabel("Day is")).toHaveValue("date");
  await expect(page.getByText("Still to say: whose account this is.")).toBeVisible();
  await page.getByLabel("Account of all rows", { exact: true }).fill("1000");
  await page.keyboard.press("Enter");
  await expectAccessibleEverywhere(page);
  await page.getByRole("button", { name: "Check" }).click();

  // What is ambiguous is asked once for all of the file, before the rest can be judged.
  const importButton = page.getByRole("button", { name: "Import", exact: true });
  await expect(page.getByText("“-1,200” can be read in more than one way. 4 alike.")).toBeVisible();
  await expect(importButton).toBeDisabled();
  await expect(page.getByText("The import needs 0 errors; 1 are left.")).toBeVisible();
  await page.getByText("Show line").click();
  await expect(page.getByText("2026-03-02;Office chairs;-1,200;6000")).toBeVisible();
  await page.getByRole("button", { name: "decimal point: -1200" }).click();

  await expect(page.getByText("These books have no account “Exp:Foo”. 2 alike.")).toBeVisible();
  await expect(page.getByText("The import needs 0 errors; 2 are left.")).toBeVisible();
  await expectAccessibleEverywhere(page);
  const foo = page.getByRole("listitem").filter({ hasText: "Exp:Foo" });
  await foo.getByLabel("or is the account").fill("6000");
  await page.keyboard.press("Enter");
  const bar = page.getByRole("listitem").filter({ hasText: "Exp:Bar" });
  await expect(page.getByText("“Exp:Foo” is 6000")).toBeVisible();
  await bar.getByRole("button", { name: "Create…" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Pens and paper");
  await page.getByLabel("Type").selectOption("Expenses");
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByText("Nothing stands against it.")).toBeVisible();
  await expect(page.getByRole("row", { name: /1000 .*7,700/ })).toBeVisible();
  await importButton.click();
  await expect(page.getByText("The file is imported.")).toBeVisible();
  await expect(page.getByText("4 new entries; 0 are there already.")).toBeVisible();
  await expectAccessibleEverywhere(page);

  // Again: the titles are known, the answer of one file isn't taken for another's.
  await page.getByRole("button", { name: "Import another file" }).click();
  await page.getByLabel("File to import").setInputFiles(bank);
  await page.getByRole("button", { name: "Forget this mapping" }).click();
  await expect(page.getByText("is forgotten.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Forget this mapping" })).toHaveCount(0);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "decimal point: -1200" }).click();
  await expect(page.getByText("Already imported as entry 1: will be skipped.")).toBeVisible();
  await expect(page.getByText("Nothing in this file is new.")).toBeVisible();
  await expect(importButton).toBeDisabled();

  await page.getByRole("button", { name: "Reverse… bank.csv" }).click();
  const dialog = page.getByRole("dialog");
  await expectAccessibleEverywhere(page);
  await dialog.getByLabel("Reason", { exact: true }).fill("The wrong bank");
  await dialog.getByRole("button", { name: "Reverse", exact: true }).click();
  await expect(page.getByRole("row", { name: /bank\.csv .*reversed/ })).toBeVisible();
  await page.goto(`/t/${books.tenant}/journal/1`);
  await expect(page.getByText("The wrong bank")).toHaveCount(0);
  await expect(page.getByText("Reversed by")).toBeVisible();
});

const JOURNAL = `2026-04-01 Opening
  Aktiva:Giro        1,000 USD
  Eigenkapital

2026-04-02 Consulting
  Aktiva:Giro          500 USD
  Income:Consulting
`;

const CURRENCY = "<cmdty:space>CURRENCY</cmdty:space><cmdty:id>USD</cmdty:id>";
const account = (id: string, name: string, type: string): string =>
  `<gnc:account><act:name>${name}</act:name><act:id>${id}</act:id><act:type>${type}</act:type>` +
  `<act:commodity>${CURRENCY}</act:commodity></gnc:account>`;
const split = (id: string, value: string): string =>
  `<trn:split><split:value>${value}</split:value><split:quantity>${value}</split:quantity>` +
  `<split:account>${id}</split:account></trn:split>`;
const GNUCASH =
  `<gnc-v2><gnc:book>${account("a", "Petty cash", "CASH")}${account("b", "Stamps", "EXPENSE")}` +
  `<gnc:transaction><trn:id>c</trn:id><trn:currency>${CURRENCY}</trn:currency>` +
  "<trn:date-posted><ts:date>2026-04-03 10:59:00 +0000</ts:date></trn:date-posted>" +
  "<trn:description>Post office</trn:description>" +
  `<trn:splits>${split("b", "1250/100")}${split("a", "-1250/100")}</trn:splits></gnc:transaction>` +
  "</gnc:book></gnc-v2>";

test("a journal's readings are asked, and its accounts are made or mapped; then a GnuCash book", async ({
  page,
  program,
}) => {
  const books = newBooks(program, "ledgerer");
  await open(page, books, "import");
  await page.getByLabel("File to import").setInputFiles({
    name: "books.journal",
    mimeType: "text/plain",
    buffer: Buffer.from(JOURNAL),
  });
  await page.getByRole("button", { name: "as Ledger: 1000" }).click();
  await expect(page.getByText("“Income:Consulting” will be a new account.")).toBeVisible();
  const giro = page.getByRole("listitem").filter({ hasText: "“Aktiva:Giro”" });
  await giro.getByLabel("or is the account").fill("1000");
  await page.keyboard.press("Enter");
  await expect(page.getByText("“Aktiva:Giro” is 1000")).toBeVisible();
  await expect(page.getByText("“Aktiva” will be a new account.")).toHaveCount(0);
  const equity = page.getByRole("listitem").filter({ hasText: "“Eigenkapital”" });
  await equity.getByLabel("Type").selectOption("Equity");
  await expect(page.getByText("Nothing stands against it.")).toBeVisible();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("The file is imported.")).toBeVisible();
  await page.getByRole("link", { name: "Open entry 1" }).click();
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
  await expect(page.getByText("Eigenkapital").first()).toBeVisible();

  await page.goto(`/t/${books.tenant}/import`);
  await page.getByLabel("File to import").setInputFiles({
    name: "home.gnucash",
    mimeType: "application/octet-stream",
    buffer: gzipSync(GNUCASH),
  });
  await expect(page.getByText("“Stamps” will be a new account.")).toBeVisible();
  await expect(page.getByText("Nothing stands against it.")).toBeVisible();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("1 new entries; 0 are there already.")).toBeVisible();
  await page.getByRole("link", { name: "Open entry 3" }).click();
  await expect(page.getByText("Post office")).toBeVisible();
  await expect(page.getByRole("row", { name: /Stamps.*12\.50/ })).toBeVisible();
});
