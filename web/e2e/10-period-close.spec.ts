import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { expectEntries, newBooks, open } from "./books.ts";
import { expect, test } from "./journey.ts";
import { typeWithoutPause } from "./typing.ts";

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
  const closing = dialog.getByRole("button", { name: "Post the closing entry" });
  await closing.focus();
  await typeWithoutPause(page, ["Enter", "Enter", "Enter"]);
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("Closed by entry 3")).toBeVisible();
  expectEntries(program, books, 3);
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

test("a year is closed once, though the answer was lost and it was asked for again", async ({
  page,
  program,
  watched,
}) => {
  const books = newBooks(program, "closed-once");
  const tenant = ["--tenant", String(books.tenant)];
  const journal = join(program.folder, "closed-once.journal");
  writeFileSync(journal, "2025-11-15 Sale\n  assets:bank  900.00 USD\n  income:sales\n");
  program.run(["import", ...tenant, journal]);
  await open(page, books, "periods");
  await page.getByRole("button", { name: "Close the year… 2025" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Earnings go to").selectOption({ index: 1 });
  await expect(dialog.getByRole("row", { name: /900\.00/ }).first()).toBeVisible();

  // The server closes it, and can't be heard for a while.
  watched.expectRefusal(/\/fiscal-years\/2025\/closing$/, "no answer", 409);
  await page.route("**/fiscal-years/2025/closing*", async (route) => {
    if (route.request().method() === "POST") await route.fetch();
    await route.abort("connectionreset");
  });
  const closing = dialog.getByRole("button", { name: "Post the closing entry" });
  await closing.click();
  await expect(dialog.getByRole("alert")).toHaveCount(1);
  await expect(dialog.getByRole("alert")).toContainText("The server did not answer");
  await page.unroute("**/fiscal-years/2025/closing*");
  // Asked again it is refused, as it is done: the page says that it is, and nothing of a failure.
  await closing.click();
  await expect(dialog.getByText("Closed by entry 2")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(closing).toBeDisabled();
  await dialog.getByRole("button", { name: "Cancel" }).last().click();
  await expect(page.getByText("Closed by entry 2")).toBeVisible();
  await expect(page.getByRole("button", { name: "Reopen the year… 2025" })).toBeVisible();
  expectEntries(program, books, 2);
});
