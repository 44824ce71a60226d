import { codeOf } from "./authenticator.ts";
import { expect, expectAccessible, givePassword, test } from "./journey.ts";
import { enrol, newPerson } from "./program.ts";

test("signs in with a second factor and with a recovery code, and is locked out after wrong codes", async ({
  page,
  program,
}) => {
  const ann = newPerson(program, "ann", "bookkeeper");
  const { uri, recovery } = enrol(program, ann.email);
  const dashboard = page.getByRole("heading", { name: "Dashboard" });
  const code = page.getByLabel("Code", { exact: true });
  const submit = page.getByRole("button", { name: "Sign in", exact: true });

  // Whoever asks for a page signs in first and then sees that page.
  await page.goto("/t/1/accounts?filter=bank");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expectAccessible(page);
  await givePassword(page, ann);
  await code.fill(codeOf(uri));
  await submit.click();
  await expect(page.getByRole("heading", { name: "Accounts" })).toBeVisible();
  await expect(page).toHaveURL(/accounts\?filter=bank$/);

  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await givePassword(page, ann);
  await code.fill(recovery[0] ?? "");
  await code.press("Enter");
  await expect(page.getByRole("heading", { name: /Accounts|Dashboard/ })).toBeVisible();
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();

  await givePassword(page, ann);
  await code.fill(recovery[0] ?? "");
  await submit.click();
  await expect(page.getByRole("alert")).toBeVisible();
  const locked = page.getByText(/Too many attempts\. The next one is free at \d/);
  for (let wrong = 0; wrong < 10 && !(await locked.isVisible()); wrong += 1) {
    const answered = page.waitForResponse("**/api/v1/session");
    await code.fill("000000");
    await submit.click();
    await answered;
    await expect(submit).toBeEnabled();
  }
  await expect(locked).toBeVisible();
  await expectAccessible(page);
  await expect(dashboard).toBeHidden();
});
