import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type Page, test } from "@playwright/test";

import { type Books, newBooks } from "./books.ts";
import { booksDialogs, type DialogStep, launchDialogs, type LaunchStep } from "./dialogTable.ts";
import type { LaunchScene } from "./launchScene.ts";
import type { Program } from "./program.ts";
import { addressOf, arrive } from "./routeTable.ts";

/** Books of this name, and a draft of theirs, in which there is something to open each dialog of: what is closed there is nobody else's. */
export function booksForDialogs(program: Program, name: string): { books: Books; draft: string } {
  const books = newBooks(program, name);
  const tenant = ["--tenant", String(books.tenant)];
  const owner = { email: `${name}-owner@example.com`, password: `correct horse ${name} owner` };
  const who = ["--email", owner.email, "--name", "Olga", "--password-file", "-"];
  program.run(["user", "create", ...who, ...tenant, "--role", "owner"], owner.password);
  program.run(["token", "create", ...tenant, "--role", "viewer"]);
  const journal = join(program.folder, `${name}.journal`);
  writeFileSync(journal, "2025-11-15 Sale\n  assets:bank  900.00 USD\n  income:sales\n");
  program.run(["import", ...tenant, journal]);
  const saved = program.run(["draft", "save", ...tenant, "-"], '{"date": "2025-12-20"}');
  return { books: { ...books, accountant: owner }, draft: /\d+/.exec(saved)?.[0] ?? "" };
}

/** Looks at a dialog that is open; `what` names it. */
type Look = (page: Page, what: string) => Promise<void>;

async function openDialog(page: Page, { source, at, open }: DialogStep, look: Look): Promise<void> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await arrive(page, at);
  await open(page);
  await expect(page.getByRole("dialog")).toBeVisible();
  await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
  await look(page, `${source} on ${at}`);
  await expect(page.getByRole("dialog"), "what was looked at").toBeVisible();
}

/** Opens each dialog of the books, as their owner. */
export async function tourBooks(
  page: Page,
  { books, draft }: ReturnType<typeof booksForDialogs>,
  look: Look,
): Promise<void> {
  const known = { tenant: String(books.tenant), draft };
  for (const step of booksDialogs) {
    await test.step(step.source, async () => {
      await openDialog(page, { ...step, at: addressOf(step.at, known) }, look);
      await step.after?.(page);
    });
  }
}

/** Opens each dialog of the launch, and leaves behind a rejection, a key, an incident, and a rehearsal under way. */
export async function tourLaunch(
  scene: LaunchScene,
  pages: Readonly<Record<LaunchStep["by"], Page>>,
  look: Look,
): Promise<void> {
  for (const step of launchDialogs) {
    await test.step(step.source, async () => {
      await step.first?.(scene);
      const { execution } = scene;
      await openDialog(pages[step.by], { ...step, at: addressOf(step.at, { execution }) }, look);
      await step.after?.(pages[step.by], scene);
    });
  }
}
