import { expect, type Page, type Route } from "@playwright/test";

import type { LaunchScene, Part } from "./launchScene.ts";

export const record = "/launch/changes/CHG-0001";
export const sentence = "I approve Phase 1 execution";

/** Makes a key in this person's browser; its fingerprint. */
export async function enrolKey(scene: LaunchScene, part: Part, page: Page): Promise<string> {
  await page.goto("/launch/keys");
  return makeKey(page, scene.code(part));
}

/** The same where the page of the keys is open already, for this code of the person's. */
export async function makeKey(page: Page, code: string): Promise<string> {
  await page.getByRole("button", { name: "Enrol a key in this browser…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/Code of your authenticator/).fill(code);
  await dialog.getByRole("button", { name: "Make and enrol the key" }).click();
  await expect(dialog.getByText("The key is enrolled")).toBeVisible();
  const fingerprint = await dialog.locator("code").getAttribute("title");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  return fingerprint ?? "";
}

/** Opens the approval of what the record's page shows, and fills it in. */
export async function openApproval(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Approve…" }).click();
  await writeApproval(page, sentence);
}

export async function writeApproval(page: Page, words: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  for (const box of await dialog.getByRole("checkbox").all()) await box.check();
  await dialog.getByLabel("Type the new value of database.pool.max").fill("200");
  await dialog.getByLabel("Written approval").fill(words);
}

/** Answers with the server's bytes, of which one of this text is another one. */
export function flippedIn(text: string): (route: Route) => Promise<void> {
  return async (route) => {
    const answer = await route.fetch();
    const bytes = await answer.body();
    const at = bytes.indexOf(text);
    expect(at, `${text} is in the answer`).toBeGreaterThan(-1);
    const last = at + text.length - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    await route.fulfill({ response: answer, body: bytes });
  };
}
