import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { booksForDialogs, tourBooks, tourLaunch } from "./dialogTour.ts";
import { open } from "./books.ts";
import { expectGermanToo } from "./german.ts";
import { expectGood, expectGoodDialog } from "./good.ts";
import { expect, signIn, test } from "./journey.ts";
import { LaunchScene, tooManyStreams } from "./launchScene.ts";
import { clipped, stickingOut } from "./layout.ts";
import { type Credentials, enrol, newPerson } from "./program.ts";
import { addressOf, arrive, isOfOperations, problemsOn, routeTable } from "./routeTable.ts";

const web = join(import.meta.dirname, "..");

let bundle = "";

/** The same sources with every text marked (tool/pseudo.ts), built once. */
test.beforeAll(() => {
  bundle = mkdtempSync(join(tmpdir(), "accubooks-pseudo-"));
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
});
test.afterAll(() => rmSync(bundle, { recursive: true, force: true }));

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

/** At a desk's and a phone's width: nothing is cut off, whatever else is looked at. */
async function expectWhole(page: Page, what: string, look: () => Promise<void>): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await look();
    expect.soft(await clipped(page), `${what} at ${width}`).toEqual([]);
    expect.soft(await stickingOut(page), `${what} at ${width}`).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function walk(
  page: Page,
  routes: readonly string[],
  look: (route: string) => Promise<void>,
  known: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const route of routes) {
    await test.step(route, async () => {
      await arrive(page, addressOf(route, known));
      await expectWhole(page, route, () => look(route));
      expect.soft(await problemsOn(page), route).toEqual([]);
    });
  }
}

/** Looks for words that are no text of ours, from here on, on a page whose texts are marked; what was `typed` there is none of ours. */
function looseness(page: Page, typed = ""): (what: string) => Promise<void> {
  const said = gather(page);
  for (const word of wordsOf(typed)) said.add(word);
  return (message) => expect.soft.poll(() => loose(page, said), { message }).toEqual([]);
}

/** The way in of somebody with a second factor, and a wrong code of it, on pages whose texts are marked. */
async function tourSignIn(page: Page, { email, password }: Credentials): Promise<void> {
  const look = looseness(page, email);
  const field = (name: string) => page.getByLabel(new RegExp(`^\\W*${name}\\W*$`));
  const expectBoth = async (what: string): Promise<void> => {
    await expectWhole(page, what, () => look(what));
    await expectGermanToo(page, what);
  };
  await arrive(page, "/sign-in");
  await expectBoth("signing in");
  await field("Mail address").fill(email);
  await field("Password").fill(password);
  await page.keyboard.press("Enter");
  await expect(field("Code")).toBeFocused();
  await expectBoth("signing in, the code");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await expectBoth("signing in, a wrong code");
}

/** Has nothing asked for while there is nobody to answer. */
async function leave(...pages: readonly Page[]): Promise<void> {
  await Promise.all(pages.map((page) => page.goto("about:blank")));
}

const ofBooks = routeTable().filter((route) => route !== "/sign-in" && !isOfOperations(route));
const ofOperations = routeTable().filter(isOfOperations);

test("with every text marked, no page of the books has a word that is none, nor a clipped label", async ({
  page,
  browser,
  program,
  watched,
}) => {
  test.setTimeout(900_000);
  watched.expectRefusal(/\/session$/, 403);
  await signIn(page, program.demo);
  const careful = newPerson(program, "careful", "viewer");
  enrol(program, careful.email);
  const made = booksForDialogs(program, "marked");
  const theirs = await browser.newPage();
  await open(theirs, made.books, "");
  await expect(theirs.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await leave(page, theirs);
  await program.kill();
  await program.serve({ ACCUBOOKS_WEB_DIRECTORY: bundle });
  const nobody = await browser.newPage();
  await tourSignIn(nobody, careful);
  await walk(page, ofBooks, looseness(page));
  const look = looseness(theirs);
  await tourBooks(theirs, made, async (_, what) => {
    await expectWhole(theirs, what, () => look(what));
    await expectGermanToo(theirs, what);
  });
  await nobody.close();
  await theirs.close();
  await leave(page);
  await program.kill();
  await program.serve();
});

async function expectGerman(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
}

// One launch for all that is looked at there, for it takes its time: journey 20 has that of the books.
test.describe("operations and launch", () => {
  let scene: LaunchScene;
  // Not cursory: its rehearsal isn't over before it is paused.
  test.beforeAll(() => {
    scene = new LaunchScene("PATIENT");
  });
  test.afterAll(() => scene.stop());

  test("each dialog with every text marked, by keys, narrow and in both themes; each page so, and in German", async ({
    browser,
    watched,
  }) => {
    test.setTimeout(1_800_000);
    watched.expectRefusal(...tooManyStreams);
    // The report of what has just ended isn't made yet.
    watched.expectRefusal(/\/report$/, 404);
    watched.expectRefusal(/\/intents$/, 409);
    await scene.start({ ACCUBOOKS_WEB_DIRECTORY: bundle });
    const { page: lead } = await scene.signIn(browser, "lead");
    const { page: executive } = await scene.signIn(browser, "executive");
    const session = await executive.context().storageState();
    const look = new Map([lead, executive].map((page) => [page, looseness(page)]));
    await tourLaunch(scene, { lead, executive }, async (page, what) => {
      await expectWhole(page, what, async () => look.get(page)?.(what));
      await expectGoodDialog(page, what);
    });
    await scene.abort();
    const { execution } = scene;
    await walk(executive, ofOperations, looseness(executive), { execution });
    await leave(lead, executive);

    await scene.end();
    await scene.start();
    await expectGood(executive, ofOperations, { execution });
    const german = await browser.newPage({
      baseURL: scene.url,
      locale: "de-DE",
      storageState: session,
    });
    await walk(german, ofOperations, () => expectGerman(german), { execution });
    await german.close();
    await lead.context().close();
    await executive.context().close();
  });
});

test("in German no label of the books is clipped, and figures are written as there", async ({
  page,
  browser,
  program,
}) => {
  test.setTimeout(900_000);
  await signIn(page, program.demo);
  const session = await page.context().storageState();
  const german = await browser.newPage({ locale: "de-DE", storageState: session });
  await walk(german, ofBooks, () => expectGerman(german));
  await german.goto("/t/1/reports/trial-balance");
  await expect(german.getByRole("heading", { name: "Summen und Salden" })).toBeVisible();
  await expect(
    german
      .getByRole("table")
      .getByText(/^\d{1,3}\.\d{3},\d{2}$/)
      .first(),
  ).toBeVisible();
  await german.close();
});
