import type { Page } from "@playwright/test";

import { expectAccessible } from "./journey.ts";

/** On a desk and on a phone. */
export async function expectAccessibleEverywhere(page: Page): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const width of [1280, 390]) {
    // One width after the other, on the one page.
    // oxlint-disable-next-line no-await-in-loop
    await page.setViewportSize({ ...before, width });
    // oxlint-disable-next-line no-await-in-loop
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(before);
}
