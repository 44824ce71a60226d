import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { type Credentials, type Program, startProgram } from "./program.ts";
import { expect, test as watchedTest } from "./watched.ts";

type AxeResults = Awaited<ReturnType<AxeBuilder["analyze"]>>;

/** What a journey through the program of all of them stands on; its pages are watched as every journey's. */
export const test = watchedTest.extend<object, { program: Program }>({
  program: [
    // oxlint-disable-next-line no-empty-pattern -- the runner reads what is asked for from the pattern
    async ({}, give) => {
      const program = await startProgram();
      await give(program);
      await program.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  baseURL: ({ program }, give) => give(program.url),
});

export { expect };

/** No rule of WCAG 2.2 A and AA that a machine can check is broken, in either theme. */
export async function expectAccessible(page: Page): Promise<void> {
  await showIn(page, "light");
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  // In the page itself: without that it's put together in another one, which takes several times as long.
  const { violations: inLight } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] })
    .analyze();
  await showIn(page, "dark");
  const inDark = await brokenByColours(page);
  expect([...inLight.map(told("light")), ...inDark.map(told("dark"))]).toEqual([]);
}

async function showIn(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
}

type Violation = Pick<AxeResults["violations"][number], "id" | "nodes">;

/** Of the rules only those that a theme can break; axe is in the page already. */
function brokenByColours(page: Page): Promise<Violation[]> {
  return page.evaluate(async () => {
    const axe: { run: (what: Document, how: object) => Promise<AxeResults> } = Reflect.get(
      globalThis,
      "axe",
    );
    const rules = ["color-contrast", "link-in-text-block"];
    const how = { runOnly: { type: "rule", values: rules }, resultTypes: ["violations"] };
    const { violations } = await axe.run(document, how);
    return violations.map(({ id, nodes }) => ({ id, nodes }));
  });
}

const told =
  (theme: string) =>
  ({ id, nodes }: Violation): string =>
    `${theme} ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`;

/** Mail and password; who has a second factor is then asked for its code. */
export async function givePassword(page: Page, { email, password }: Credentials): Promise<void> {
  await page.getByLabel("Mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** From a fresh browser to the dashboard of the first tenant. */
export async function signIn(page: Page, person: Credentials): Promise<void> {
  await page.goto("/");
  await givePassword(page, person);
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
}

/** From a fresh browser to the launch, as one of its people; each time takes one of their recovery codes. */
export async function signInToLaunch(
  page: Page,
  program: Program,
  person: "lead" | "executive" | "product" | "business" | "on-call",
): Promise<void> {
  const of = (file: string): string =>
    readFileSync(join(program.folder, "data/launch-people", person, file), "utf8").trim();
  const codes = of("recovery-codes").split("\n");
  const used = codesUsed.get(person) ?? 0;
  codesUsed.set(person, used + 1);
  await page.goto("/launch");
  await givePassword(page, { email: `${person}@accubooks.test`, password: of("password") });
  await page.getByLabel("Code", { exact: true }).fill(codes[used] ?? "");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Launch" })).toBeVisible();
}

const codesUsed = new Map<string, number>();
