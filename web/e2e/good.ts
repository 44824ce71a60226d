import { expect, type Page, test } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { expectAccessible } from "./journey.ts";
import { clipped, setTextSize, stickingOut, unreachable } from "./layout.ts";
import { addressOf, arrive, problemsOn } from "./routeTable.ts";

// By keys alone, with large text, on narrow screens, in both themes.

/** `script/soak web` looks at phones and at the frame around each page too; here the frame is walked once. */
const isWhole = process.env["ACCUBOOKS_SOAK"] !== undefined;

async function expectFits(page: Page, what: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const [how, width, text] of [
    ["320 px", 320, 100],
    ["200 % text", 1280, 200],
  ] as const) {
    const message = `${what}, ${how}`;
    await page.setViewportSize({ ...before, width });
    await setTextSize(page, text);
    await expect.soft.poll(() => stickingOut(page), { message, timeout: 5000 }).toEqual([]);
    await expect.soft.poll(() => clipped(page), { message, timeout: 5000 }).toEqual([]);
  }
  await setTextSize(page, 100);
  await page.setViewportSize(before);
}

/** Each of these pages. */
export async function expectGood(
  page: Page,
  routes: readonly string[],
  known: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [place, route] of routes.entries()) {
    await test.step(route, async () => {
      await arrive(page, addressOf(route, known));
      const walked = isWhole || place === 0 ? "body" : "main";
      expect.soft(await unreachable(page, walked), route).toEqual([]);
      await expectFits(page, route);
      await (isWhole ? expectAccessibleEverywhere(page) : expectAccessible(page));
      // By now whatever was asked for has been answered.
      expect.soft(await problemsOn(page), route).toEqual([]);
    });
  }
}

/** A dialog that is open; `what` names it. */
export async function expectGoodDialog(page: Page, what: string): Promise<void> {
  expect.soft(await unreachable(page, "[role='dialog']"), what).toEqual([]);
  await expectGoodOverlay(page, what);
}

/** What is open over a page; how it is walked by keys is for each to say. */
export async function expectGoodOverlay(page: Page, what: string): Promise<void> {
  await expectFits(page, what);
  await (isWhole ? expectAccessibleEverywhere(page) : expectAccessible(page));
}
