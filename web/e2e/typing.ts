import type { CDPSession, Page } from "@playwright/test";

/**
 * Presses keys one right behind the other, as fast fingers do: `page.keyboard` waits until each has been seen to, and so never
 * finds out whether one is lost. Characters, `Enter`, and letters with `Control+`.
 */
export async function typeWithoutPause(page: Page, keys: readonly string[]): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await Promise.all(keys.flatMap((key) => press(browser, key)));
  await browser.detach();
}

function press(browser: CDPSession, key: string): Promise<unknown>[] {
  const isHeld = key.startsWith("Control+");
  const name = key.replace("Control+", "");
  const isCharacter = name.length === 1;
  const event = {
    key: name,
    windowsVirtualKeyCode: isCharacter ? name.toUpperCase().charCodeAt(0) : 13,
    modifiers: isHeld ? 2 : 0,
  };
  const text = isCharacter ? name : "\r";
  const down = isHeld
    ? ({ type: "rawKeyDown", ...event } as const)
    : ({ type: "keyDown", ...event, text } as const);
  return [down, { type: "keyUp", ...event } as const].map((one) =>
    browser.send("Input.dispatchKeyEvent", one),
  );
}
