import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

import { type Credentials, type Program, startProgram } from "./program.ts";

type AxeResults = Awaited<ReturnType<AxeBuilder["analyze"]>>;

interface Watched {
  /** Refusals that the journey provokes: the browser writes a line about each, which is then no fault. */
  expectRefusal: (path: RegExp) => void;
  /** A line that the journey makes the console have. */
  expectLine: (line: RegExp) => void;
}

/** What every journey stands on: the program, and a page that is watched for anything that must never happen. */
export const test = base.extend<{ watched: Watched }, { program: Program }>({
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
  watched: [
    async ({ page, program }, give) => {
      const faults: string[] = [];
      const lines: RegExp[] = [];
      // Who isn't signed in is told so.
      const refusals = [/\/api\/v1\/session$/];
      await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => {
          // oxlint-disable-next-line no-console -- the line that fails the journey
          console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
      page.on("console", (message) => {
        const isRefusal =
          message.text().startsWith("Failed to load resource") &&
          refusals.some((path) => path.test(new URL(message.location().url).pathname));
        const isExpected = isRefusal || lines.some((line) => line.test(message.text()));
        if (message.type() === "error" && !isExpected) faults.push(`console: ${message.text()}`);
      });
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(program.url) && !/^(data|blob):/.test(url))
          faults.push(`foreign: ${url}`);
      });
      await give({
        expectRefusal: (path) => void refusals.push(path),
        expectLine: (line) => void lines.push(line),
      });
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
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
