import { newBooks, open, typeLine } from "./books.ts";
import { expect, expectAccessible, test } from "./journey.ts";

test("a first entry by keyboard only shows in the journal", async ({ page, program }) => {
  const books = newBooks(program, "keyboard");
  await open(page, books, "journal");
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
  await typeLine(page, { account: "6000", debit: "1200" });
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
});
