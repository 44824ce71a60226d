import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { expectAccessibleEverywhere } from "./accessible.ts";
import { codeOf } from "./authenticator.ts";
import { expect, expectAccessible, givePassword, test } from "./journey.ts";
import { newPerson, type Program } from "./program.ts";

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

/** Enrols an authenticator in the settings; its address and the recovery codes. */
async function enrolInBrowser(
  page: Page,
  password: string,
): Promise<{ uri: URL; recovery: string[] }> {
  await page.getByRole("button", { name: "Enrol an authenticator…" }).click();
  const dialog = page.getByRole("dialog", { name: "Enrol an authenticator" });
  await dialog.getByLabel("Present password").fill("not the password at all");
  await dialog.getByLabel("Present password").press("Enter");
  await expect(dialog.getByText("the password with which you sign in")).toBeVisible();
  await expectAccessibleEverywhere(page);
  await dialog.getByLabel("Present password").fill(password);
  await dialog.getByLabel("Present password").press("Enter");

  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  const key = await dialog.getByRole("group", { name: "Key" }).locator("code").textContent();
  const uri = new URL(`otpauth://totp/AccuBooks?secret=${(key ?? "").replaceAll(" ", "")}`);
  const code = dialog.getByLabel("Code that the authenticator shows now");
  await expect(code).toBeFocused();
  await code.fill("000000");
  await code.press("Enter");
  await expect(dialog.getByText("a fresh code, or a recovery code that wasn't used")).toBeVisible();
  await expectAccessibleEverywhere(page);
  await code.fill(codeOf(uri));
  await code.press("Enter");

  await expect(dialog.getByText("The authenticator is enrolled")).toBeVisible();
  await expectAccessibleEverywhere(page);
  const told = await dialog
    .getByRole("group", { name: "Recovery codes" })
    .locator("code")
    .textContent();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  return { uri, recovery: (told ?? "").split("\n") };
}

test("first sign-in, an authenticator enrolled, a recovery code, and a lock after five wrong codes", async ({
  page,
  program,
  watched,
}) => {
  test.setTimeout(300_000);
  watched.expectRefusal(/\/me\/second-factor/, 403, 422);
  watched.expectRefusal(/\/session$/, 403, 429);
  const ann = newPerson(program, "ann", "bookkeeper");
  const code = page.getByLabel("Code", { exact: true });
  const submit = page.getByRole("button", { name: "Sign in", exact: true });

  // Whoever asks for a page signs in first and then sees that page.
  await page.goto("/t/1/accounts?filter=bank");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expectAccessible(page);
  await givePassword(page, ann);
  await expect(page.getByRole("heading", { name: "Accounts" })).toBeVisible();
  await expect(page).toHaveURL(/accounts\?filter=bank$/);
  // To no other site.
  await page.goto(`/sign-in?next=${encodeURIComponent("http://elsewhere.invalid/")}`);
  await expect(page).toHaveURL(/\/t\/1(\/|$)/);
  await expect(page.getByRole("button", { name: "You" })).toBeVisible();

  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "My settings" }).click();
  await expect(page.getByRole("heading", { name: "My settings" })).toBeVisible();
  await expectAccessibleEverywhere(page);
  const { uri, recovery } = await enrolInBrowser(page, ann.password);
  expect(recovery).toHaveLength(10);
  await expect(page.getByText("Recovery codes left")).toBeVisible();

  await signOut(page);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  // The code that proved the enrolment was spent on it; the next one signs in.
  await givePassword(page, ann);
  await code.fill(codeOf(uri, 1));
  await submit.click();
  await expect(page.getByRole("heading", { name: /My settings|Dashboard/ })).toBeVisible();
  await signOut(page);

  await givePassword(page, ann);
  await expectAccessible(page);
  await code.fill(recovery[0] ?? "");
  await code.press("Enter");
  await expect(page.getByRole("heading", { name: /My settings|Dashboard/ })).toBeVisible();
  await signOut(page);

  await givePassword(page, ann);
  const locked = page.getByText(/Too many attempts\. The next one is free at \d/);
  // A recovery code that was used is as wrong as any.
  for (const wrong of [recovery[0] ?? "", "000000", "000001", "000002", "000003"]) {
    // One after the other, as a person guesses.
    // oxlint-disable-next-line no-await-in-loop
    await tryCode(page, wrong);
    // oxlint-disable-next-line no-await-in-loop
    await expect(page.getByText("The code is wrong, over or used")).toBeVisible();
    // oxlint-disable-next-line no-await-in-loop
    await expect(locked).toBeHidden();
  }
  await tryCode(page, recovery[1] ?? "");
  await expect(locked).toBeVisible();
  await expectAccessible(page);
});

test("who has forgotten a password sets a new one with the secret that came by mail", async ({
  page,
  program,
  watched,
}) => {
  watched.expectRefusal(/\/password-resets\/conclusion$/, 403, 422);
  const rita = newPerson(program, "rita", "bookkeeper");
  const secret = page.getByLabel("Secret of the mail");
  const password = page.getByLabel("New password");
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgotten password?" }).click();
  await expect(page.getByRole("heading", { name: "Forgotten password" })).toBeVisible();
  await expectAccessibleEverywhere(page);
  await page.getByLabel("Mail address").fill(rita.email);
  await page.getByLabel("Mail address").press("Enter");
  await expect(page.getByRole("status")).toContainText("a mail is on its way");
  await expectAccessibleEverywhere(page);

  const wanted = "correct horse rita again";
  await secret.fill(`abr_${"0".repeat(64)}`);
  await password.fill(wanted);
  await password.press("Enter");
  await expect(secret).toHaveAccessibleDescription(/ask for another/);
  await secret.fill(await secretByMail(program, rita.email));
  await password.fill("short");
  await password.press("Enter");
  await expect(password).toHaveAccessibleDescription(/12/);
  await expectAccessibleEverywhere(page);
  await password.fill(wanted);
  await password.press("Enter");
  await expect(page.getByRole("status")).toContainText("The password is set");
  await expectAccessibleEverywhere(page);

  await page.getByRole("link", { name: "To sign in" }).click();
  watched.expectRefusal(/\/session$/, 401);
  await givePassword(page, rita);
  await expect(page.getByRole("alert")).toBeVisible();
  await givePassword(page, { ...rita, password: wanted });
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
});

/** Without a mail server what would be sent is a file in the outbox. */
async function secretByMail({ folder }: Program, email: string): Promise<string> {
  const outbox = join(folder, "launch/outbox");
  const found = (): string => {
    const mails = existsSync(outbox) ? readdirSync(outbox) : [];
    const texts = mails.map((name) => readFileSync(join(outbox, name), "utf8"));
    const mail = texts.find((text) => text.includes(email)) ?? "";
    return /abr_[0-9a-f]{64}/.exec(mail)?.[0] ?? "";
  };
  await expect.poll(found).not.toBe("");
  return found();
}

/** Sends a code and waits for what comes of it. */
async function tryCode(page: Page, code: string): Promise<void> {
  const answered = page.waitForResponse("**/api/v1/session");
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await answered;
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
}
