import { execFileSync } from "node:child_process";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { expect, signIn, signInToLaunch, test } from "./journey.ts";
import { clipped, stickingOut } from "./layout.ts";
import { addressOf, isOfOperations, routeTable } from "./routeTable.ts";

const web = join(import.meta.dirname, "..");

/** The same sources with every text marked (tool/pseudo.ts). */
function pseudoBuild(folder: string): string {
  const bundle = join(folder, "pseudo");
  const vite = join(web, "node_modules/.bin/vite");
  const options = [
    "build",
    "--mode",
    "pseudo",
    "--outDir",
    bundle,
    "--emptyOutDir",
    "--logLevel",
    "warn",
  ];
  execFileSync(process.execPath, [vite, ...options], { cwd: web, stdio: "inherit" });
  return bundle;
}

/** The words of the server's answers to a page, names included: what it says is data and no text of the client's. */
function gather(page: Page): Set<string> {
  const said = new Set<string>();
  page.on("response", async (response) => {
    if (!response.url().includes("/api/")) return;
    for (const word of wordsOf(await response.text().catch(() => ""))) said.add(word);
  });
  return said;
}

function wordsOf(text: string): string[] {
  return text.match(/\p{L}{2,}/gu) ?? [];
}

/** What stands on the page, or is said of it, outside of every mark. */
async function unmarked(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    // A language in its own words, a currency in the page's: that isn't the client's text.
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
    const nameByBrowser = (value: string): string => {
      const [type, tongue] = /^[A-Z]{3}$/.test(value)
        ? (["currency", navigator.language] as const)
        : (["language", value] as const);
      try {
        return new Intl.DisplayNames(tongue, { type }).of(value) ?? "";
      } catch {
        return "";
      }
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent === null || parent.closest("script, style, noscript, kbd, code") !== null)
        continue;
      const option = parent.closest("option");
      const name = option === null ? "" : nameByBrowser(option.value);
      if (name !== "" && option?.text.includes(name) === true) continue;
      found.push(node.textContent ?? "");
    }
    for (const element of document.querySelectorAll(
      "[aria-label], [title], [placeholder], [alt]",
    )) {
      for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        found.push(element.getAttribute(name) ?? "");
      }
    }
    return found;
  });
  return texts.map((text) => {
    let [before, rest] = ["", text];
    // From the inside out: a text may have been put into another one.
    while (before !== rest) [before, rest] = [rest, rest.replaceAll(/⟦[^⟦⟧]*⟧/g, " ")];
    return rest.replaceAll(/\b[0-9a-f]{16,}\b/g, ""); // a digest that the page computed
  });
}

/** Names that are the same in every language: the product's, months and days by the browser, and of formats. */
const names = new Set(["AccuBooks", "UTC", "GMT", "AM", "PM", "SHA", "ID"]);
// The days of a year have every month and every day of the week.
for (let day = 1; day <= 365; day += 1) {
  for (const style of ["long", "short"] as const) {
    const written = new Date(2026, 0, day).toLocaleDateString("en-US", {
      month: style,
      weekday: style,
    });
    for (const word of wordsOf(written)) names.add(word);
  }
}

/** Texts with a word that no answer of the server has. */
async function loose(page: Page, said: ReadonlySet<string>): Promise<string[]> {
  return (await unmarked(page)).filter((text) =>
    wordsOf(text).some((word) => !said.has(word) && !names.has(word)),
  );
}

/** Each page at a desk's and a phone's width: nothing is cut off, whatever else is looked at. */
async function walk(page: Page, routes: readonly string[], look: (route: string) => Promise<void>) {
  for (const route of routes) {
    await test.step(route, async () => {
      await page.goto(addressOf(route));
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
      await page.waitForLoadState("load");
      await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await look(route);
        expect.soft(await clipped(page), `${route} at ${width}`).toEqual([]);
        expect.soft(await stickingOut(page), `${route} at ${width}`).toEqual([]);
      }
    });
  }
}

const ofBooks = routeTable().filter((route) => route !== "/sign-in" && !isOfOperations(route));
const ofOperations = routeTable().filter(isOfOperations);

test("with every text marked, no page has a word that is none, nor a clipped label", async ({
  page,
  browser,
  program,
  watched,
}) => {
  test.setTimeout(900_000);
  watched.expectRefusal(/./);
  await signIn(page, program.demo);
  const launch = await browser.newPage();
  await signInToLaunch(launch, program, "product");
  await program.kill();
  await program.serve({ ACCUBOOKS_WEB_DIRECTORY: pseudoBuild(program.folder) });
  const nobody = await browser.newPage();
  for (const [walked, routes] of [
    [nobody, ["/sign-in"]],
    [page, ofBooks],
    [launch, ofOperations],
  ] as const) {
    const said = gather(walked);
    await walk(walked, routes, (route) =>
      expect.soft.poll(() => loose(walked, said), { message: route, timeout: 5000 }).toEqual([]),
    );
  }
  await nobody.close();
  await launch.close();
  await program.kill();
  await program.serve();
});

test("in German no label is clipped, and figures are written as there", async ({
  page,
  browser,
  program,
}) => {
  test.setTimeout(900_000);
  await signIn(page, program.demo);
  const session = await page.context().storageState();
  const german = await browser.newPage({ locale: "de-DE", storageState: session });
  const faults: string[] = [];
  german.on("pageerror", ({ message }) => faults.push(message));
  await walk(german, ofBooks, async () => {
    await expect(german.locator("html")).toHaveAttribute("lang", "de");
  });
  await german.setViewportSize({ width: 1280, height: 800 });
  await german.goto("/t/1/reports/trial-balance");
  await expect(german.getByRole("heading", { name: "Summen und Salden" })).toBeVisible();
  await expect(
    german
      .getByRole("table")
      .getByText(/^\d{1,3}\.\d{3},\d{2}$/)
      .first(),
  ).toBeVisible();
  expect(faults).toEqual([]);
  await german.close();
});
