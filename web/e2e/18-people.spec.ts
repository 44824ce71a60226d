import { expectAccessibleEverywhere } from "./accessible.ts";
import { newBooks, open } from "./books.ts";
import { expect, givePassword, test } from "./journey.ts";

test("an owner invites somebody, who joins; roles, the last owner, tokens, the audit and the tenant's settings", async ({
  browser,
  page,
  program,
  watched,
}) => {
  test.setTimeout(400_000);
  watched.expectRefusal(/\/members\//, 409);
  watched.expectRefusal(/\/calendar$|\/me$/, 422);
  watched.expectRefusal(/\/invitations\/acceptance$/, 422);
  const books = newBooks(program, "people");
  const owner = { email: "paula@example.com", password: "correct horse olga staple" };
  const where = ["--tenant", String(books.tenant), "--role", "owner"];
  program.run(
    ["user", "create", "--email", owner.email, "--name", "Olga", "--password-file", "-", ...where],
    owner.password,
  );
  await open(page, { ...books, accountant: owner }, "people");
  await expect(page.getByRole("row", { name: /Olga \(you\)/ })).toContainText("none");
  await expectAccessibleEverywhere(page);

  // The invitation's link is shown once; whoever has it makes an account with it.
  await page.getByRole("button", { name: "Invite somebody…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Mail address").fill("ivan@example.com");
  await dialog.getByLabel("Role").selectOption("Viewer");
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Make the invitation" }).click();
  await expect(dialog.getByText("ivan@example.com is invited")).toBeVisible();
  await expectAccessibleEverywhere(page);
  const link = (await dialog.locator("code").textContent()) ?? "";
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("row", { name: /ivan@example\.com/ })).toContainText("open until");

  const context = await browser.newContext({ baseURL: program.url });
  const other = await context.newPage();
  await other.goto(link);
  await other.getByLabel("Your name").fill("Ivan");
  await other.getByLabel("Password", { exact: true }).fill("short");
  await other.getByRole("button", { name: "Make the account and join" }).click();
  await expect(other.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/12/);
  await expectAccessibleEverywhere(other);
  await other.getByLabel("Password", { exact: true }).fill("correct horse ivan staple");
  await other.getByRole("button", { name: "Make the account and join" }).click();
  await expect(other.getByText("The account is made.")).toBeVisible();
  await givePassword(other, { email: "ivan@example.com", password: "correct horse ivan staple" });
  await expect(other.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await context.close();

  await page.reload();
  await expect(page.getByRole("row", { name: /ivan@example\.com Viewer accepted/ })).toBeVisible();
  await page.getByRole("button", { name: "Change role… Ivan" }).click();
  await dialog.getByLabel("Role").selectOption("Bookkeeper");
  await dialog.getByRole("button", { name: "Change the role" }).click();
  await expect(page.getByRole("row", { name: /^Ivan/ })).toContainText("Bookkeeper");
  await page.getByRole("button", { name: "Remove… Olga" }).click();
  await dialog.getByRole("button", { name: "Remove from the tenant" }).click();
  await expect(dialog.getByText(/keeps at least one owner/)).toBeVisible();
  await expectAccessibleEverywhere(page);
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Tokens" }).click();
  await expect(page.getByText("No program has a token yet.")).toBeVisible();
  await page.getByRole("button", { name: "Make a token…" }).click();
  await dialog.getByLabel("What it is for").fill("Web shop");
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await expect(dialog.locator("code")).toHaveText(/^ab_[0-9a-f]{64}$/);
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("row", { name: /Web shop/ })).toContainText("never");
  await page.getByRole("button", { name: "Revoke… Web shop" }).click();
  await dialog.getByRole("button", { name: "Revoke the token" }).click();
  await expect(page.getByRole("row", { name: /Web shop/ })).toContainText("revoked");
  await expectAccessibleEverywhere(page);

  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByLabel("What").selectOption("Token");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/kind=token/);
  const made = page.getByRole("row", { name: /Token made/ });
  await expect(made.getByRole("button")).toHaveText("Olga");
  await expect(made).toContainText("Web shop (token made by Olga)");
  await expect(page.getByRole("row", { name: /Token changed/ })).toContainText("revoked_at");
  await expectAccessibleEverywhere(page);
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: /Download/ }).click();
  expect((await saved).suggestedFilename()).toBe(`audit-${books.tenant}.jsonl`);

  // A new name is one's own to give, and stands where the old one stood.
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "My settings" }).click();
  const ownName = page.getByLabel("Name", { exact: true });
  await expect(ownName).toHaveValue("Olga");
  await ownName.fill(" ");
  await page.getByRole("button", { name: "Change the name" }).click();
  await expect(ownName).toHaveAccessibleDescription(/1 to 200 characters/);
  await expectAccessibleEverywhere(page);
  await ownName.fill("Olga Ivanova");
  await ownName.press("Enter");
  await expect(page.getByText("Saved.")).toBeVisible();

  // Single letters act as long as that is wanted, the other keys always.
  const letters = page.getByLabel("Single letters act as keys");
  const palette = page.getByRole("dialog", { name: "Go to" });
  await letters.uncheck();
  await page.keyboard.press("?");
  await page.keyboard.press("Control+k");
  await expect(palette).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await letters.check();
  await page.keyboard.press("?");
  await expect(dialog.getByText("Keys on this screen")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await page.goBack();
  await expect(made.getByRole("button")).toHaveText("Olga Ivanova");

  await page.getByRole("navigation").getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByLabel("Name").fill("People and Sons");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("button", { name: "People and Sons" })).toBeVisible();
  await page.getByLabel("Fiscal year begins in").selectOption("April");
  await page.getByLabel("on day").selectOption("6");
  await page.getByLabel("Time zone").fill("Europe/Atlantis");
  await page.getByRole("button", { name: "Set the calendar" }).click();
  await expect(page.getByLabel("Time zone")).toHaveAccessibleDescription(/IANA|zone/);
  await page.getByLabel("Time zone").fill("Europe/London");
  await page.getByRole("button", { name: "Set the calendar" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expectAccessibleEverywhere(page);
});
