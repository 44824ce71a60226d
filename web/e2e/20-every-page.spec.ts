import type { Page } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { expect, expectAccessible, signIn, signInToLaunch, test } from "./journey.ts";
import { clipped, setTextSize, stickingOut, unreachable } from "./layout.ts";
import { addressOf, isOfOperations, routeTable } from "./routeTable.ts";

/** `script/soak web` looks at phones and at the frame around each page too; here the frame is walked once. */
const isWhole = process.env["ACCUBOOKS_SOAK"] !== undefined;

/** A page once nothing of it is coming any more. */
async function arrive(page: Page, route: string): Promise<void> {
  await page.goto(addressOf(route));
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
}

async function expectFits(page: Page, route: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const [what, width, text] of [
    ["320 px", 320, 100],
    ["200 % text", 1280, 200],
  ] as const) {
    const message = `${route}, ${what}`;
    await page.setViewportSize({ ...before, width });
    await setTextSize(page, text);
    await expect.soft.poll(() => stickingOut(page), { message, timeout: 5000 }).toEqual([]);
    await expect.soft.poll(() => clipped(page), { message, timeout: 5000 }).toEqual([]);
  }
  await setTextSize(page, 100);
  await page.setViewportSize(before);
}

async function expectGood(page: Page, routes: readonly string[]): Promise<void> {
  for (const [place, route] of routes.entries()) {
    await test.step(route, async () => {
      await arrive(page, route);
      const walked = isWhole || place === 0 ? "body" : "main";
      expect.soft(await unreachable(page, walked), route).toEqual([]);
      await expectFits(page, route);
      await (isWhole ? expectAccessibleEverywhere(page) : expectAccessible(page));
    });
  }
}

// Every page of src/routes, those that come later too: by keys alone, with large text, on narrow screens, in both themes.
test("the pages of the books", async ({ page, program, watched }) => {
  test.setTimeout(900_000);
  watched.expectRefusal(/./);
  await expectGood(page, ["/sign-in"]);
  await signIn(page, program.demo);
  const pages = routeTable().filter((route) => route !== "/sign-in" && !isOfOperations(route));
  expect(pages.length).toBeGreaterThan(10);
  await expectGood(page, pages);
});

test("the pages of operations and launch", async ({ page, program, watched }) => {
  test.setTimeout(900_000);
  watched.expectRefusal(/./);
  await signInToLaunch(page, program, "executive");
  await expectGood(page, routeTable().filter(isOfOperations));
});
