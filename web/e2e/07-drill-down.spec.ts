import { expect, expectAccessible, signIn, test } from "./journey.ts";

test("goes from the balance sheet to the account, the entry and back, with filters and place kept; the URL opens the same", async ({
  page,
  program,
  browser,
}) => {
  await signIn(page, program.demo);
  await page.getByRole("link", { name: "Balance sheet" }).click();
  await page.getByLabel("Beside").selectOption("2");
  await page.getByLabel("Compared with").selectOption("Quarters before");
  const sheet = page.getByRole("table", { name: "Balance sheet" });
  await expect(sheet.getByRole("columnheader", { name: "Change" }).first()).toBeVisible();
  await expect(page.getByText(/Balanced · as of entry/)).toBeVisible();
  await expectAccessible(page);

  const row = sheet.getByRole("row").filter({ hasText: "Checking" });
  const figure = await row.getByRole("link").nth(1).innerText();
  await row.getByRole("link").nth(1).click();
  await expect(page.getByRole("heading", { name: "1000 Checking" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "Opening" })).toBeVisible();
  // The last balance of the ledger is the figure that led here.
  await page.keyboard.press("End");
  await expect(page.getByRole("row").filter({ hasText: "Closing" })).toContainText(figure);
  await expectAccessible(page);
  const shared = page.url();

  await page.keyboard.press("Home");
  await expect(page.getByRole("row").filter({ hasText: "Opening" })).toBeInViewport();
  const entry = page.getByRole("row").getByRole("link", { name: /^\d+$/ }).first();
  const number = await entry.innerText();
  await entry.click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(number);
  await expectAccessible(page);

  await page.goBack();
  await expect(page).toHaveURL(shared);
  await expect(page.getByRole("heading", { name: "1000 Checking" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/compare=2&every=quarter/);
  await expect(sheet.getByRole("columnheader", { name: "Change" }).first()).toBeVisible();

  const other = await browser.newPage();
  await other.goto(shared);
  await other.getByLabel("Mail address").fill(program.demo.email);
  await other.getByLabel("Password", { exact: true }).fill(program.demo.password);
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(other.getByRole("heading", { name: "1000 Checking" })).toBeVisible();
  expect(other.url()).toBe(shared);
  await other.close();
});
