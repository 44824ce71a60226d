import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, type Page } from "@playwright/test";

const routes = join(import.meta.dirname, "../src/routes");

interface Declared {
  parent: string;
  path: string | null;
  isPage: boolean;
}

/** Every route as it is declared in src/routes, by the name of its constant. */
function declared(): Map<string, Declared> {
  const files = readdirSync(routes, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(area|layouts)\.ts$/.test(name),
  );
  const found = new Map<string, Declared>();
  for (const file of files) {
    const text = readFileSync(join(routes, file), "utf8");
    for (const [, name = "", body = ""] of text.matchAll(
      /const (\w+) = createRoute\(\{(.*?)\n\}\);/gs,
    )) {
      found.set(name, {
        parent: /getParentRoute: \(\) => (\w+)/.exec(body)?.[1] ?? "",
        path: /\bpath: "([^"]*)"/.exec(body)?.[1] ?? null,
        isPage: /component: lazyRouteComponent\([^)]*\)?[^)]*Page"/.test(body),
      });
    }
  }
  return found;
}

/** The addresses of all pages, `/t/$tenant/journal/$number`: those of pages to come too, as soon as they are declared. */
export function routeTable(): string[] {
  const all = declared();
  const pathOf = (name: string): string => {
    const route = all.get(name);
    if (route === undefined) return "";
    const own = route.path === null ? "" : `/${route.path}`;
    return pathOf(route.parent) + own;
  };
  return [...all]
    .filter(([, { isPage }]) => isPage)
    .map(([name]) =>
      pathOf(name)
        .replaceAll(/\/{2,}/g, "/")
        .replace(/(.)\/$/, "$1"),
    )
    .toSorted();
}

/** What stands for the parts of an address in the demo. */
const parts: Readonly<Record<string, string>> = {
  tenant: "1",
  account: "1",
  number: "1",
  change: "CHG-0001",
};

/** The address of a page; `known` says what its parts are that the demo has none of. */
export function addressOf(route: string, known: Readonly<Record<string, string>> = {}): string {
  return route.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const part = known[name] ?? parts[name];
    if (part === undefined) throw new Error(`Nothing is known to stand for ${name} in ${route}`);
    return part;
  });
}

/** Pages of the other world: for who has a part in the launch. */
export function isOfOperations(route: string): boolean {
  return /^\/(launch|ops)/.test(route);
}

/** Goes to a page and waits until nothing of it is coming any more. */
export async function arrive(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await page.waitForLoadState("load");
  await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
}

/** What of a page couldn't be shown, in its words: a problem, or that there is no such page. */
export function problemsOn(page: Page): Promise<string[]> {
  const nowhere = /There is no such page|Diese Seite gibt es nicht/;
  return page
    .locator("main [role='alert'][class*='_problem_']")
    .or(page.getByRole("heading", { level: 1, name: nowhere }))
    .allInnerTexts();
}
