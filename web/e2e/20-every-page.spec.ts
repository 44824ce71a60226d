import { open } from "./books.ts";
import { booksDialogs, filesWithDialogs, launchDialogs } from "./dialogTable.ts";
import { booksForDialogs, tourBooks } from "./dialogTour.ts";
import { expectGood, expectGoodDialog } from "./good.ts";
import { expect, signIn, test } from "./journey.ts";
import { isOfOperations, routeTable } from "./routeTable.ts";

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

test("each dialog and drawer of the sources is one of those that are looked at", () => {
  const looked = new Set([...booksDialogs, ...launchDialogs].map(({ source }) => source));
  expect([...looked].toSorted()).toEqual(filesWithDialogs());
});
