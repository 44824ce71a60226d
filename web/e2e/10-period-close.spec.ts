import { expectAccessibleEverywhere } from "./accessible.ts";
import { newBooks, open } from "./books.ts";
import { expect, test } from "./journey.ts";

test("a month is closed, locked by typing it, and a year closed and reopened", async ({
  page,
  program,
  watched,
}) => {
  test.slow();
  const books = newBooks(program, "closer");
  const owner = { email: "closing-owner@example.com", password: "correct horse owner staple" };
  const tenant = ["--tenant", String(books.tenant)];
  const who = ["--email", owner.email, "--name", "Owner", "--password-file", "-"];
  program.run(["user", "create", ...who, ...tenant, "--role", "owner"], owner.password);
  await open(page, { ...books, accountant: owner }, "import");
  await page.getByLabel("File to import").setInputFiles({
    name: "year.journal",
    mimeType: "text/plain",
    buffer: Buffer.from(
      "2025-11-15 Sale\n  1000  900.00 USD\n  4000\n\n2025-12-10 Rent\n  6000  250.00 USD\n  1000\n",
    ),
  });
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("The file is imported.")).toBeVisible();

  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page.getByRole("heading", { name: "Periods", exact: true })).toBeVisible();
  await expectAccessibleEverywhere(page);

  // The year first, while its days are open.
  await page.getByRole("button", { name: "Close the year… 2025" }).click();
  const dialog = page.getByRole("dialog");
  if ((await dialog.getByLabel("Earnings go to").inputValue()) === "") {
    await dialog.getByLabel("Earnings go to").selectOption({ index: 1 });
  }
  await expect(dialog.getByRole("row", { name: /650\.00/ })).toBeVisible();
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Post the closing entry" }).click();
  await expect(page.getByText("Closed by entry 3")).toBeVisible();
  await page.getByRole("button", { name: "Reopen the year… 2025" }).click();
  await dialog.getByLabel("Reason").fill("A bill was missing");
  await dialog.getByRole("button", { name: "Reverse the closing entry" }).click();
  await expect(page.getByRole("button", { name: "Close the year… 2025" })).toBeVisible();

  await page.getByRole("button", { name: "Close… 2025-11" }).click();
  await expect(dialog.getByText("The books verify")).toBeVisible();
  await expect(dialog.getByText("4 entries verified")).toBeVisible();
  await expectAccessibleEverywhere(page);
  await dialog.getByLabel("Reason").fill("November is complete");
  await dialog.getByRole("button", { name: "Close 2025-11" }).click();
  const november = page.getByRole("row", { name: /November 2025/ });
  await expect(november).toContainText("soft closed");

  // A draft in the period forbids the lock, in the server's words.
  const saved = program.run(["draft", "save", ...tenant, "-"], '{"date": "2025-11-20"}');
  const draft = /[0-9]+/.exec(saved)?.[0] ?? "";
  await page.getByRole("button", { name: "Lock… 2025-11" }).click();
  await expect(dialog.getByText("drafts are dated in the period or before it")).toBeVisible();
  const lock = dialog.getByRole("button", { name: "Lock 2025-11 for good" });
  await dialog.getByLabel("Reason").fill("Filed");
  await expect(lock).toBeDisabled();
  await dialog.getByLabel("Type 2025-11 to lock it").fill("2025-12");
  await expect(lock).toBeDisabled();
  await dialog.getByLabel("Type 2025-11 to lock it").fill("2025-11");
  await expectAccessibleEverywhere(page);
  watched.expectRefusal(/\/periods\/2025-11\/lock$/, 409);
  await lock.click();
  await expect(dialog.getByRole("alert")).toContainText("The period isn't locked");
  await dialog.getByRole("button", { name: "Cancel" }).last().click();

  // Reopening is asked for, and waits for its notice where there is one owner.
  await page.getByRole("button", { name: "Ask to reopen… 2025-11" }).click();
  await dialog.getByLabel("Reason").fill("The statement was wrong");
  await dialog.getByRole("button", { name: "Ask to reopen 2025-11" }).click();
  await page.getByRole("button", { name: "Confirm reopening… 2025-11" }).click();
  await dialog.getByLabel("Reason").fill("Seen");
  watched.expectRefusal(/\/periods\/2025-11\/reopening$/, 409);
  await dialog.getByRole("button", { name: "Reopen 2025-11" }).click();
  await expect(dialog.getByRole("alert")).toContainText("24 hours");
  await dialog.getByRole("button", { name: "Cancel" }).last().click();

  // Without the draft it is locked for good.
  program.run(["draft", "delete", ...tenant, draft]);
  await page.getByRole("button", { name: "Lock… 2025-11" }).click();
  await dialog.getByLabel("Reason").fill("Filed");
  await dialog.getByLabel("Type 2025-11 to lock it").fill("2025-11");
  await lock.click();
  await expect(november).toContainText("hard locked");
  await expect(page.getByText("Locked to Nov 30, 2025")).toBeVisible();
});
