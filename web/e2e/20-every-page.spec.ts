import { open } from "./books.ts";
import { booksDialogs, filesWithDialogs, launchDialogs } from "./dialogTable.ts";
import { booksForDialogs, tourBooks } from "./dialogTour.ts";
import { expectGood, expectGoodDialog, expectGoodOverlay } from "./good.ts";
import { expect, signIn, test } from "./journey.ts";
import { unreachable } from "./layout.ts";
import { arrive, isOfOperations, routeTable } from "./routeTable.ts";

// Every page of src/routes, those that come later too: by keys alone, with large text, on narrow screens, in both themes.
test("the pages of the books", async ({ page, program }) => {
  test.setTimeout(900_000);
  await expectGood(page, ["/sign-in"]);
  await signIn(page, program.demo);
  const pages = routeTable().filter((route) => route !== "/sign-in" && !isOfOperations(route));
  expect(pages.length).toBeGreaterThan(10);
  await expectGood(page, pages);
});

test("the dialogs of the books", async ({ page, program }) => {
  test.setTimeout(900_000);
  const made = booksForDialogs(program, "dialogs");
  await open(page, made.books, "");
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
  await tourBooks(page, made, expectGoodDialog);
});

test("what opens over a page and is no dialog: the menu of the person, and a calendar", async ({
  page,
  program,
}) => {
  await signIn(page, program.demo);
  await arrive(page, "/t/1/journal/new");
  const person = page.getByRole("button", { name: "You" });
  await person.focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu");
  await expect(menu).toBeVisible();
  const entries = menu.locator("[role^='menuitem']");
  for (let at = 0; at < (await entries.count()); at += 1) {
    await expect(entries.nth(at)).toBeFocused();
    await page.keyboard.press("ArrowDown");
  }
  // Behind the last comes the first.
  await expect(entries.first()).toBeFocused();
  await expectGoodOverlay(page, "the menu of the person");
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(person).toBeFocused();

  const field = page.getByLabel("Date", { exact: true });
  await field.fill("2026-03-31");
  await page.keyboard.press("Alt+ArrowDown");
  const day = (name: string) => page.getByRole("button", { name: `${name}, 2026`, exact: true });
  await expect(day("Mar 31")).toBeFocused();
  expect.soft(await unreachable(page, "[role='group']:has([data-day])"), "calendar").toEqual([]);
  await expectGoodOverlay(page, "the calendar");
  await day("Mar 31").focus();
  for (const [key, name] of [
    ["PageUp", "Feb 28"],
    ["ArrowRight", "Mar 1"],
    ["ArrowDown", "Mar 8"],
    ["End", "Mar 31"],
    ["ArrowLeft", "Mar 30"],
    ["Home", "Mar 1"],
  ] as const) {
    await page.keyboard.press(key);
    await expect(day(name)).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("03/01/2026");
  await page.keyboard.press("Alt+ArrowDown");
  await expect(day("Mar 1")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  await expect(day("Mar 1")).toHaveCount(0);
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("03/01/2026");
});

test("each dialog and drawer of the sources is one of those that are looked at", () => {
  const looked = new Set([...booksDialogs, ...launchDialogs].map(({ source }) => source));
  expect([...looked].toSorted()).toEqual(filesWithDialogs());
});
