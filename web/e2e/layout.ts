import type { Page } from "@playwright/test";

/** What sticks out of the page sideways, so that the page would have to be scrolled in both directions; empty where nothing does. */
export function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    // A part that scrolls by itself, as a wide table does, may be as wide as it likes.
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== document.documentElement &&
      (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    return [...document.querySelectorAll("body *")]
      .filter(
        (element) =>
          element.getBoundingClientRect().right > clientWidth + 1 &&
          !scrolls(element.parentElement),
      )
      .map((element) => element.outerHTML.slice(0, 160));
  });
}

/** Words of buttons, labels, heads and links that are cut off where they stand, and that no title tells whole. */
export function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const labels = "button, label, legend, h1, h2, h3, th, [role='columnheader'], nav a, dt, kbd";
    return [...document.querySelectorAll<HTMLElement>(labels)]
      .flatMap((element) => [element, ...element.querySelectorAll<HTMLElement>("span")])
      .filter(
        (element) =>
          element.checkVisibility() &&
          element.clientWidth > 1 &&
          element.closest("[title]") === null &&
          getComputedStyle(element).overflowX !== "visible" &&
          element.scrollWidth > element.clientWidth + 1,
      )
      .map((element) => element.outerHTML.slice(0, 160));
  });
}

// One of a group of radio buttons takes the Tab key; what is never tabbed to has its own keys.
const acts = "a[href], button, input:not([type='radio']), select, textarea, summary, [tabindex]";

/** What of a part can be acted on with the mouse, and the Tab key doesn't come to; and what has the focus while something covers it. */
export async function unreachable(page: Page, part: string): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const most = await page.evaluate((wantedOnes) => {
    scrollTo({ top: 0 });
    const wanted = [...document.querySelectorAll<HTMLElement>(wantedOnes)].filter(
      (element) =>
        element.tabIndex >= 0 && element.checkVisibility() && !element.matches(":disabled"),
    );
    for (const element of wanted) element.dataset["wanted"] = "";
    // The first one is where Tab comes to in a page that was just opened.
    wanted[0]?.focus();
    return wanted.length;
  }, `${part} :is(${acts})`);
  if (most === 0) return [];
  // A part that scrolls takes a press too, though it is no act.
  const covered: string[] = [];
  let isRound = false;
  for (let press = 0; press <= most + 20; press += 1) {
    if (press > 0) await page.keyboard.press("Tab");
    const { isOver, hidden } = await look(page);
    if (hidden !== "") covered.push(`covered: ${hidden}`);
    isRound = isOver;
    if (isRound) break;
  }
  // Where Tab has come round, what it has missed is missed.
  if (!isRound) await seeBehindGrowingLists(page);
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-wanted]:not([data-seen])")].map(
      (element) => `not reached: ${element.outerHTML.slice(0, 400)}`,
    ),
  );
  return [...covered, ...missed];
}

/** Looks at what has the focus: whether nothing else is to be seen, and the focused element if something covers it. */
function look(page: Page): Promise<{ isOver: boolean; hidden: string }> {
  return page.evaluate(async () => {
    // What the focus brings forward is there with the next frame.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) {
      return { isOver: false, hidden: "" };
    }
    // A field of several parts, as one for a date, keeps the focus as Tab goes through them.
    const isSame = focused.dataset["now"] !== undefined;
    for (const before of document.querySelectorAll<HTMLElement>("[data-now]")) {
      delete before.dataset["now"];
    }
    focused.dataset["now"] = "";
    const wasSeen = !isSame && focused.dataset["seen"] !== undefined;
    focused.dataset["seen"] = "";
    const { left, right, top, bottom } = focused.getBoundingClientRect();
    // The middle of what is in the window of it.
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
    const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
    const above = document.elementFromPoint(x, y);
    const isSeen = above !== null && (focused.contains(above) || above.contains(focused));
    const isLast = document.querySelector("[data-wanted]:not([data-seen])") === null;
    return { isOver: wasSeen || isLast, hidden: isSeen ? "" : focused.outerHTML.slice(0, 400) };
  });
}

/** A list that grows as one goes through it never ends: to what stands behind it, Tab comes from its neighbour. */
async function seeBehindGrowingLists(page: Page): Promise<void> {
  while (await focusBeforeMissed(page)) {
    await page.keyboard.press("Tab");
    await look(page);
  }
}

/** Focuses what stands before the next one that was missed; false where none is left to try. */
function focusBeforeMissed(page: Page): Promise<boolean> {
  return page.evaluate((all) => {
    const missed = document.querySelector<HTMLElement>(
      "[data-wanted]:not([data-seen], [data-tried])",
    );
    if (missed === null) return false;
    missed.dataset["tried"] = "";
    const tabbed = [...document.querySelectorAll<HTMLElement>(all)].filter(
      (element) =>
        element.tabIndex >= 0 && element.checkVisibility() && !element.matches(":disabled"),
    );
    tabbed[tabbed.indexOf(missed) - 1]?.focus();
    return true;
  }, acts);
}

/** Letters as large as a person may have set them in the browser: `percent` of its usual size. */
export async function setTextSize(page: Page, percent: number): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Page.enable");
  await browser.send("Page.setFontSizes", { fontSizes: { standard: (16 * percent) / 100 } });
  await browser.detach();
}
