import { expect, type Page } from "@playwright/test";

import { clipped, stickingOut } from "./layout.ts";

/** What is written alike in English and in German. */
const alike = new Set([
  "Bank",
  "Browser",
  "Code",
  "CSV",
  "dept=hq, project=atlas",
  "Executive Operator",
  "Import",
  "Journal",
  "Launch",
  "Live",
  "Name",
  "Phase",
  "SHA-256",
]);

async function speak(page: Page, tag: "browser" | "de-DE"): Promise<void> {
  // As another tab's settings do.
  await page.evaluate((choice) => {
    localStorage.setItem("accubooks.locale", choice);
    dispatchEvent(new Event("storage"));
  }, tag);
  await expect(page.locator("html")).toHaveAttribute("lang", tag === "de-DE" ? "de" : "en");
}

/** Every text of the client's that stands on the page or is said of it, on a page whose texts are marked (tool/pseudo.ts). */
async function textsOn(page: Page): Promise<Set<string>> {
  const all = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      found.push(node.textContent ?? "");
    }
    const said = ["aria-label", "title", "placeholder", "alt"];
    for (const element of document.querySelectorAll(said.map((name) => `[${name}]`).join(", "))) {
      for (const name of said) found.push(element.getAttribute(name) ?? "");
    }
    return found;
  });
  const pieces = new Set<string>();
  for (const text of all) {
    let [before, rest] = ["", text];
    // From the inside out: a text may have been put into another one.
    while (before !== rest) {
      before = rest;
      rest = rest.replaceAll(/⟦([^⟦⟧]*)⟧/g, (_, piece: string) => {
        pieces.add(piece.replaceAll("·", "").trim());
        return " ";
      });
    }
  }
  return pieces;
}

/** A page whose texts are marked, and what is open on it, is German too where that is chosen: no text is left in English, nothing is cut off. */
export async function expectGermanToo(page: Page, what: string): Promise<void> {
  const inEnglish = await textsOn(page);
  await speak(page, "de-DE");
  if (what.startsWith("routes/shell/KeyHelp")) {
    // What the keys do is asked when the list of them is opened.
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
  }
  const left = [...(await textsOn(page))].filter(
    (text) =>
      inEnglish.has(text) && /\p{L}{2,}/u.test(text) && !alike.has(text.replace(/ \d+$/, "")),
  );
  expect.soft(left, `${what}, in both languages`).toEqual([]);
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const width of [1280, 390]) {
    await page.setViewportSize({ ...before, width });
    expect.soft(await clipped(page), `${what} in German at ${width}`).toEqual([]);
    expect.soft(await stickingOut(page), `${what} in German at ${width}`).toEqual([]);
  }
  await page.setViewportSize(before);
  await speak(page, "browser");
}
