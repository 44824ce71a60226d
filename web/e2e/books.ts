import { expect, type Page } from "@playwright/test";

import { givePassword } from "./journey.ts";
import type { Credentials, Program } from "./program.ts";

export interface Books {
  tenant: number;
  accountant: Credentials;
}

/** Empty books with the small chart (1000 Bank, 6000 Expenses, …), and an accountant of theirs. */
export function newBooks(program: Program, name: string): Books {
  const made = ["--name", `${name} Ltd`, "--currency", "USD", "--chart", "minimal"];
  const tenant = Number(/[0-9]+/.exec(program.run(["tenant", "create", ...made]))?.[0]);
  const accountant = { email: `${name}@example.com`, password: `correct horse ${name} staple` };
  const who = ["--email", accountant.email, "--name", name, "--password-file", "-"];
  const what = ["--tenant", String(tenant), "--role", "accountant"];
  program.run(["user", "create", ...who, ...what], accountant.password);
  return { tenant, accountant };
}

/** Opens a page of these books, signing in on the way. */
export async function open(page: Page, { tenant, accountant }: Books, path: string): Promise<void> {
  await page.goto(`/t/${tenant}/${path}`);
  await givePassword(page, accountant);
}

/** That the books hold so many entries, and nothing is wrong with them. */
export function expectEntries(program: Program, books: Books, entries: number): void {
  const verified = program.run(["verify", "--tenant", String(books.tenant), "--json"]);
  expect(JSON.parse(verified)).toMatchObject({ entries, breaches: [] });
}

/** Types one line and goes on to the next: account, no memo, the currency as it stands, the amount on its side. */
export async function typeLine(
  page: Page,
  line: { account: string; debit?: string; credit?: string },
): Promise<void> {
  await page.keyboard.type(line.account);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type(line.debit ?? "");
  await page.keyboard.press("Enter");
  if (line.debit !== undefined) return;
  await page.keyboard.type(line.credit ?? "");
  await page.keyboard.press("Enter");
}

/** Lets somebody into books of somebody else, as their owner does. */
export async function letIn(program: Program, tenant: number, email: string): Promise<void> {
  const token = program.run(["token", "create", "--tenant", String(tenant), "--role", "owner"]);
  const answer = await fetch(`${program.url}/api/v1/tenants/${tenant}/members`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token.trim()}`, "Content-Type": "application/json" },
    body: JSON.stringify({ email, role: "accountant" }),
  });
  expect(answer.status).toBe(201);
}
