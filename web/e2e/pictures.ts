import { expect, type Locator, type Page } from "@playwright/test";

import { arrive as goTo } from "./routeTable.ts";

// Pictures of named states. With `ACCUBOOKS_STATES=compare` they are compared with how the states looked when somebody last
// looked at them: e2e/states/. `ACCUBOOKS_STATES=write` writes those anew, to be looked at again.

/** Whether pictures are compared, or written, at all. */
export const areLookedAt = process.env["ACCUBOOKS_STATES"] !== undefined;

const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/**
 * What is another one each time is shown as zeros from here on: digests and ids, ports, moments, and every figure in `live` (a selector).
 * Words stay, and so do names with a figure in them, such as p95 and CHG-0001.
 */
export async function holdStill(page: Page, live = ":not(*)"): Promise<void> {
  await page.addInitScript((places) => {
    const still = (said: string, parent: Element | null): string => {
      const held = said
        .replaceAll(
          /\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{4}-[0-9a-f]{4}|[0-9a-f]{7,})\b/g,
          (id) => "0".repeat(id.length),
        )
        .replaceAll(/(?<=:)\d{5}\b/g, "00000");
      if (parent?.closest("time")) {
        const moment = held.replaceAll(/\d+/g, "00").replaceAll(/\b[AP]M/g, "AM");
        return moment.replaceAll(/\b[A-Z][a-z]{2}(?= 00)/g, "Jan");
      }
      const isLive = parent?.closest("code") === null && parent.closest(places) !== null;
      return isLive ? held.replaceAll(/(?<![\w-])\d+(?:[.,:]\d+)*/g, "0") : held;
    };
    const hold = (text: Node): void => {
      const said = text.nodeValue ?? "";
      const held = still(said, text.parentElement);
      if (held !== said) text.nodeValue = held;
    };
    // Heard of before anything is drawn.
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        if (type === "characterData") hold(target);
        for (const added of addedNodes) {
          const texts = document.createNodeIterator(added, NodeFilter.SHOW_TEXT);
          for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) hold(text);
        }
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
    const style = new CSSStyleSheet();
    style.replaceSync(`[role="img"] :is(polyline, [class*="before"]) { visibility: hidden }`);
    document.adoptedStyleSheets.push(style);
  }, live);
}

/** In which theme, and on what. */
type Look = "light" | "dark" | "phone" | "phone-dark" | "print";

interface Frame {
  /** All of a page that is higher than the window, too. */
  isWhole?: boolean;
  /** A part of the page alone. */
  part?: Locator;
  /** What can't be held still: what is drawn, or typed. */
  mask?: readonly Locator[];
}

/** The page looks as it did. It is waited for, as long as for anything else. */
export async function expectState(
  page: Page,
  name: string,
  look: Look = "light",
  { isWhole = false, part, mask = [] }: Frame = {},
): Promise<void> {
  await page.setViewportSize(look.startsWith("phone") ? phone : desk);
  await page.emulateMedia({
    colorScheme: look.endsWith("dark") ? "dark" : "light",
    media: look === "print" ? "print" : "screen",
    reducedMotion: "reduce",
  });
  await page.mouse.move(0, 0);
  const masked = { mask: [...mask, page.locator("canvas")], maskColor: "#868f9c" };
  await (part === undefined
    ? expect.soft(page).toHaveScreenshot(`${name}.png`, { ...masked, fullPage: isWhole })
    : expect.soft(part).toHaveScreenshot(`${name}.png`, masked));
}

/** Goes to a page at a desk, and waits until nothing of it is coming any more. */
export async function arrive(page: Page, path: string): Promise<void> {
  await page.setViewportSize(desk);
  await goTo(page, path);
}
