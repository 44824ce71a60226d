import type { Page } from "@playwright/test";

import { type Books, newBooks, open, typeLine } from "./books.ts";
import { expect, expectAccessible, test } from "./journey.ts";
import { type Credentials, type Program } from "./program.ts";

/** Another member of these books. */
function join(program: Program, books: Books, name: string, role: string): Credentials {
  const person = { email: `${name}@example.com`, password: `correct horse ${name} staple` };
  const who = ["--email", person.email, "--name", name, "--password-file", "-"];
  program.run(
    ["user", "create", ...who, "--tenant", String(books.tenant), "--role", role],
    person.password,
  );
  return person;
}

/** Closes or locks a month, as an owner at the command line. */
function actOnMonth(program: Program, { tenant }: Books, act: "close" | "lock", month: string) {
  const where = ["--tenant", String(tenant), "--period", month];
  program.run(["period", act, ...where, "--reason", "as agreed"]);
}

/** Puts an account out of use, as an owner's program does. */
async function deactivate(program: Program, { tenant }: Books, code: string): Promise<void> {
  const token = program.run(["token", "create", "--tenant", String(tenant), "--role", "owner"]);
  const accounts = `${program.url}/api/v1/tenants/${tenant}/accounts`;
  const headers = { Authorization: `Bearer ${token.trim()}`, "Content-Type": "application/json" };
  const { items } = await (await fetch(accounts, { headers })).json();
  const { id } = items.find((one: { code: string }) => one.code === code);
  const body = JSON.stringify({ active: false });
  const answer = await fetch(`${accounts}/${id}`, { method: "PATCH", headers, body });
  expect(answer.status).toBe(200);
}

/** A new entry of this day, complete but for being posted. */
async function typeEntry(page: Page, day: string, credited = "1000"): Promise<void> {
  await page.getByLabel("Date").fill(day);
  await page.getByLabel("Description").fill(`Of ${day}`);
  await page.getByLabel("Account, line 1").focus();
  await typeLine(page, { account: "6000", debit: "7" });
  await typeLine(page, { account: credited, credit: "7" });
}

test("a locked and a closed month, another's tenant and a viewer are each refused where it happens", async ({
  page,
  program,
  watched,
}) => {
  test.setTimeout(300_000);
  watched.expectRefusal(/\/journal-entries$/, 403, 404, 409, 422);
  watched.expectRefusal(/\/journal-entries:alike$|\/members$/, 403);
  const books = newBooks(program, "refusals");
  const foreign = newBooks(program, "foreign");
  const viewer = join(program, books, "vera", "viewer");

  // The month is closed while the entry is typed: what the page knew of it doesn't save anybody.
  await open(page, books, "journal/new");
  await typeEntry(page, "2026-01-10");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Entry 1" })).toBeVisible();
  await page.goto(`/t/${books.tenant}/journal/new`);
  await typeEntry(page, "2026-01-11");
  actOnMonth(program, books, "close", "2026-01");
  await page.keyboard.press("Control+Enter");
  const closed = page.getByText(
    "The entry's day is in a period that is closed; date it after, or give a late_reason.",
  );
  await expect(closed).toBeVisible();
  await expect(page.getByLabel("Date")).toHaveAccessibleDescription(/period that is closed/);
  await expectAccessible(page);

  actOnMonth(program, books, "lock", "2026-01");
  await page.getByLabel("Description").fill("Of January all the same");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByLabel("Date")).toHaveAccessibleDescription(
    /locked for good; date it after/,
  );
  await expectAccessible(page);
  await page.getByLabel("Date").fill("2026-02-01");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Entry 2" })).toBeVisible();

  // An account that somebody puts out of use meanwhile is refused at its line.
  await page.goto(`/t/${books.tenant}/journal/new`);
  await typeEntry(page, "2026-02-03", "4000");
  await deactivate(program, books, "4000");
  await page.keyboard.press("Control+Enter");
  const refused = page.getByLabel("Account, line 2");
  await expect(refused).toHaveAccessibleDescription(/account that isn't active any more/);
  await expect(refused).toBeFocused();
  await expect(page.getByLabel("Account, line 1")).not.toHaveAccessibleDescription(/active/);
  await expectAccessible(page);

  // Another's tenant is no other than one that isn't there.
  await page.goto(`/t/${foreign.tenant}/journal`);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await expectAccessible(page);
  const told = await page.evaluate(
    async (tenant) => (await fetch(`/api/v1/tenants/${tenant}/journal-entries`)).json(),
    foreign.tenant,
  );
  expect(told).toMatchObject({ status: 404, code: "identity.tenant_not_found" });

  // A viewer isn't offered what a viewer may not, and is told who asks all the same.
  await page.getByRole("link", { name: "Go to the start" }).click();
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await open(page, { ...books, accountant: viewer }, "people");
  await expect(page.getByText(/permission member\.manage/)).toBeVisible();
  await expect(page.getByRole("link", { name: "People" })).toBeHidden();
  await expectAccessible(page);
  await page.goto(`/t/${books.tenant}/journal/new`);
  await typeEntry(page, "2026-02-02");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText(/permission journal\.post/)).toBeVisible();
  await expectAccessible(page);
});
