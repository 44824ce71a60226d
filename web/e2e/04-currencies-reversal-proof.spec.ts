import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expectEntries, newBooks, open } from "./books.ts";
import { expect, expectAccessible, test } from "./journey.ts";
import { typeWithoutPause } from "./typing.ts";

test("two currencies, a reversal, and a proof that a tampered answer doesn't pass", async ({
  page,
  program,
}) => {
  const books = newBooks(program, "proof");
  await open(page, books, "journal/new");
  await page.getByLabel("Description").fill("Ten euros bought");
  await page.getByLabel("Account, line 1").fill("1100");
  await page.keyboard.press("Tab");
  await page.getByLabel("Currency, line 1").fill("EUR");
  await page.getByLabel("Debit, line 1").fill("10");
  await expect(page.getByText("Out by 10.00 EUR: credit missing")).toBeVisible();
  await page.getByLabel("Worth, line 1").fill("10.85");
  await page.getByLabel("Account, line 2").fill("1000");
  await page.keyboard.press("Tab");
  await page.getByLabel("Debit, line 2").focus();
  await page.keyboard.press("=");
  await expect(page.getByLabel("Credit, line 2")).toHaveValue("10.85");
  await expectAccessible(page);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
  const proof = page.getByRole("region", { name: "Proof" });
  await expect(proof.getByText("matches", { exact: true })).toHaveCount(2);

  await page.getByRole("button", { name: "Reverse…" }).click();
  await page.getByLabel("Why it is reversed").fill("Bought twice");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Post reversal" }).click();
  await expect(page.getByRole("heading", { name: "Entry 2" })).toBeVisible();
  await expect(page.getByText("Bought twice")).toBeVisible();
  await page.getByRole("link", { name: "1", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
  await expect(page.getByText("reversed", { exact: true })).toBeVisible();
  await expect(proof.getByText("matches", { exact: true })).toHaveCount(3);

  await page.route("**/journal-entries/1/proof", async (route) => {
    const answer = await route.fetch();
    const body: { canonical: string } = await answer.json();
    const bytes = Buffer.from(body.canonical, "base64");
    bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
    await route.fulfill({
      response: answer,
      json: { ...body, canonical: bytes.toString("base64") },
    });
  });
  await proof.getByRole("button", { name: "Compute again" }).click();
  await expect(proof.getByText("does not match").first()).toBeVisible();
});

test("a reversal is posted once, though it was pressed for thrice and the first answer was lost", async ({
  page,
  program,
  watched,
}) => {
  const books = newBooks(program, "reversed-once");
  const journal = join(program.folder, "reversed-once.journal");
  writeFileSync(journal, "2026-03-15 Tea\n  expenses:tea  7.00 USD\n  assets:bank\n");
  program.run(["import", "--tenant", String(books.tenant), journal]);
  await open(page, books, "journal/1");
  await page.getByRole("button", { name: "Reverse…" }).click();
  await page.getByLabel("Why it is reversed").fill("Paid twice");
  watched.expectRefusal(/\/journal-entries\/1\/reversal$/, "no answer");
  const keys: (string | undefined)[] = [];
  await page.route("**/journal-entries/1/reversal", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    const answer = await route.fetch();
    await (keys.length === 1
      ? route.abort("connectionreset")
      : route.fulfill({ response: answer }));
  });
  await page.getByRole("button", { name: "Post reversal" }).focus();
  await typeWithoutPause(page, ["Enter", "Enter", "Enter"]);
  await expect(page.getByRole("heading", { name: "Entry 2" })).toBeVisible();
  expect(keys.length).toBeGreaterThan(1);
  expect(new Set(keys).size).toBe(1);
  await expect(page.getByRole("alert")).toHaveCount(0);
  expectEntries(program, books, 2);
});
