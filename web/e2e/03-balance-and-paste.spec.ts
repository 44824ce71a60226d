import { newBooks, open } from "./books.ts";
import { expect, test } from "./journey.ts";

test("an unbalanced entry isn't posted, = balances it, and what is pasted is what is echoed", async ({
  page,
  program,
}) => {
  const books = newBooks(program, "paste");
  await open(page, books, "journal/new");
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/journal-entries")) {
      posts.push(request.url());
    }
  });
  const [debit, credit] = [page.getByLabel("Debit, line 1"), page.getByLabel("Credit, line 1")];
  for (const [pasted, echo, isCredit] of [
    ["1.234,56", "1,234.56", false],
    ["(1,234.56)", "\u22121,234.56", true],
    ["12,5*3", "37.50", false],
  ] as const) {
    await credit.fill("");
    await debit.fill(pasted);
    await expect(page.getByText(`= ${echo}`)).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(isCredit ? credit : debit).toHaveValue(echo.replace("\u2212", ""));
    await expect(isCredit ? debit : credit).toHaveValue("");
  }
  await debit.fill("1.234");
  await page.keyboard.press("Tab");
  await expect(page.getByText("At most 2 digits may follow the decimal sign.")).toBeVisible();
  await debit.fill("37.50");

  await page.getByLabel("Account, line 1").fill("6000");
  await page.keyboard.press("Tab");
  await page.getByLabel("Debit, line 2").focus();
  await page.keyboard.press("Alt+d");
  await expect(page.getByLabel("Debit, line 2")).toHaveValue("37.50");
  await page.keyboard.press("Alt+Backspace");
  await expect(page.getByText("Line removed.")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByLabel("Debit, line 2")).toHaveValue("37.50");
  await page.getByLabel("Account, line 2").fill("1000");
  await page.keyboard.press("Tab");
  await page.getByLabel("Debit, line 2").fill("30");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("alert")).toContainText("Debits and credits differ");
  await expect(page.getByText("Out by 67.50 USD: credit missing")).toBeVisible();
  expect(posts).toEqual([]);

  await page.getByLabel("Debit, line 2").fill("");
  await page.keyboard.press("=");
  await expect(page.getByLabel("Credit, line 2")).toHaveValue("37.50");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
  expect(posts).toHaveLength(1);
});
