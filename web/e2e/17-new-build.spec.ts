import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { newBooks, open } from "./books.ts";
import { expect, test } from "./journey.ts";

const built = join(import.meta.dirname, "../dist");

const newName = (name: string): string => name.replace(/.{4}\.js$/, "9999.js");

/** The bundle as a build of changed sources leaves it: each script has another name. Also the name of one that went. */
function newerBuild(folder: string): { bundle: string; gone: string } {
  const bundle = join(folder, "newer-build");
  cpSync(built, bundle, { recursive: true });
  const assets = join(bundle, "assets");
  for (const file of readdirSync(assets)) {
    // What was compressed is of the old names.
    if (/\.(br|gz)$/.test(file)) rmSync(join(assets, file));
  }
  const scripts = readdirSync(assets).filter((file) => file.endsWith(".js"));
  const texts = [join(bundle, "index.html"), ...scripts.map((name) => join(assets, name))];
  for (const file of texts) {
    const text = scripts.reduce(
      (before, name) => before.replaceAll(name, newName(name)),
      readFileSync(file, "utf8"),
    );
    writeFileSync(file, text);
  }
  for (const name of scripts) renameSync(join(assets, name), join(assets, newName(name)));
  return { bundle, gone: scripts.find((name) => name.startsWith("TrialBalancePage")) ?? "" };
}

test("a new build while a tab is open: it says so, keeps what was typed, and never runs a page as a script", async ({
  page,
  program,
  watched,
}) => {
  const books = newBooks(program, "deployed");
  await open(page, books, "journal/new");
  await page.getByLabel("Description").fill("Typed before the new build");
  await expect(page.getByText("Kept in this browser")).toBeVisible();

  const { bundle, gone } = newerBuild(program.folder);
  watched.expectRefusal(/^\/assets\//, 404);
  watched.expectLine(/Failed to fetch dynamically imported module/);
  await program.kill();
  await program.serve({ ACCUBOOKS_WEB_DIRECTORY: bundle });
  await page.getByRole("link", { name: "Trial balance" }).click();
  await expect(
    page.getByRole("heading", { name: "A new version of AccuBooks is here" }),
  ).toBeVisible();
  const old = await page.request.get(`/assets/${gone}`);
  expect(old.status()).toBe(404);
  expect(old.headers()["content-type"]).not.toContain("html");

  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page.getByRole("heading", { name: "Trial balance" })).toBeVisible();
  await page.getByRole("link", { name: "New entry" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("Typed before the new build");

  await program.kill();
  await program.serve();
});
