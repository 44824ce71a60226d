import { newBooks, open, typeLine } from "./books.ts";
import { expect, test } from "./journey.ts";

test("an answer that is lost posts once, and a killed tab loses nothing", async ({
  context,
  page,
  program,
  watched,
}) => {
  const books = newBooks(program, "outage");
  await open(page, books, "journal/new");
  await page.getByLabel("Description").fill("Typed before the tab died");
  await page.getByLabel("Account, line 1").focus();
  await typeLine(page, { account: "6000", debit: "7" });
  await typeLine(page, { account: "1000", credit: "7" });
  await expect(page.getByText("Kept in this browser")).toBeVisible();
  const crashed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: false });
  await crashed;

  const second = await context.newPage();
  await second.goto(`/t/${books.tenant}/journal/new`);
  await expect(second.getByLabel("Description")).toHaveValue("Typed before the tab died");
  await expect(second.getByLabel("Credit, line 2")).toHaveValue("7.00");

  // The server takes the entry, and goes away before its answer arrives.
  watched.expectRefusal(/./);
  await second.route("**/journal-entries", async (route) => {
    await route.fetch();
    await program.kill();
    await route.abort("connectionreset");
    await second.unroute("**/journal-entries");
  });
  await second.keyboard.press("Control+Enter");
  await expect(second.getByText("The server has not answered.")).toBeVisible();
  await expect(second.getByLabel("Debit, line 1")).not.toBeEditable();
  await program.serve();
  await expect(second.getByRole("heading", { name: "Entry 1" })).toBeVisible({ timeout: 30_000 });
  await second.goto(`/t/${books.tenant}/journal`);
  await expect(second.getByRole("row", { name: /Typed before the tab died/ })).toHaveCount(1);
  const verified = program.run(["verify", "--tenant", String(books.tenant), "--json"]);
  expect(JSON.parse(verified)).toMatchObject({ entries: 1, breaches: [] });
});
