import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test as base } from "@playwright/test";

import { ourAddresses } from "./addresses.ts";
import { type Credentials, type Program, startProgram } from "./program.ts";

type AxeResults = Awaited<ReturnType<AxeBuilder["analyze"]>>;

/** How a request came to nothing: the status of its answer, or none came. */
type Failure = number | "no answer";

interface Watched {
  /**
   * Refusals that the journey provokes: the browser writes a line about each, which is then no fault. `how` says in which way; without
   * it, in any.
   */
  expectRefusal: (path: RegExp, ...how: readonly Failure[]) => void;
  /** A line that the journey makes the console have. */
  expectLine: (line: RegExp) => void;
}

interface Expected {
  refusals: { path: RegExp; how: readonly Failure[] }[];
  lines: RegExp[];
}

/** What every journey stands on: the program, and a browser of which each page is watched for anything that must never happen. */
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
    async ({ browser }, give) => {
      const faults: string[] = [];
      // Who isn't signed in is told so.
      const refusals: Expected["refusals"] = [{ path: /\/api\/v1\/session$/, how: [401] }];
      const expected: Expected = { refusals, lines: [] };
      await Promise.all(browser.contexts().map((one) => watch(one, expected, faults)));
      // A context is had only once it is watched, or a page that loads at once is ahead of that. `newPage` makes its own by it too.
      const newContext = browser.newContext.bind(browser);
      browser.newContext = async (options) => {
        const context = await newContext(options);
        await watch(context, expected, faults);
        return context;
      };
      await give({
        expectRefusal: (path, ...how) => void expected.refusals.push({ path, how }),
        expectLine: (line) => void expected.lines.push(line),
      });
      browser.newContext = newContext;
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

function watch(context: BrowserContext, expected: Expected, faults: string[]): Promise<unknown> {
  context.on("weberror", (error) => faults.push(`error: ${error.error().message}`));
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    const [line, at] = [message.text(), message.location().url];
    const isExpected = expected.lines.some((one) => one.test(line)) || isRefusal(line, at);
    if (!isExpected) faults.push(`console: ${line} ${at}`);
  });
  const isRefusal = (line: string, at: string): boolean => {
    const how = failureOf(line);
    if (how === null || !URL.canParse(at)) return false;
    const { pathname } = new URL(at);
    return expected.refusals.some(
      (one) => one.path.test(pathname) && (one.how.length === 0 || one.how.includes(how)),
    );
  };
  let origin: string | null = null;
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!/^https?:$/.test(url.protocol)) return;
    // A browser is for one program, that of ours which it asks first.
    if (ourAddresses.has(url.origin)) origin ??= url.origin;
    if (url.origin !== origin) faults.push(`foreign: ${url}`);
  });
  return context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      // oxlint-disable-next-line no-console -- the line that fails the journey
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
}

/** What the browser's own line says of a request that failed; null for another line. */
function failureOf(line: string): Failure | null {
  if (!line.startsWith("Failed to load resource")) return null;
  const [, status] = /status of (\d+)/.exec(line) ?? [];
  return status === undefined ? "no answer" : Number(status);
}

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
