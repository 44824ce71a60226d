import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { newBooks, open } from "./books.ts";
import { expect, signIn, test } from "./journey.ts";

const measures = ["opening", "debit", "credit", "closing"] as const;
const testing = join(import.meta.dirname, "../../src/testing");

/** "1,234.50", "(3.00)" and "–" as they stand on screen. */
function figureOf(shown: string): number {
  const digits = Number(shown.replace(/[^\d.]/g, ""));
  return /[(\u2212-]/.test(shown) ? -digits : digits;
}

async function saved(page: Page, button: string, folder: string): Promise<string> {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: button, exact: true }).click();
  const download = await coming;
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

/** Cells of a table without quotes in it, by the names of its columns. */
function rowsOf([head = [], ...rows]: readonly (readonly string[])[]): Record<string, string>[] {
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ""])));
}

/** A workbook's one sheet, read by other code than that which wrote it. */
function cellsOf(workbook: string): string[][] {
  const script = `import json, pathlib, sys; sys.path.insert(0, sys.argv[1]); import workbook
print(json.dumps([["" if c.value is None else str(c.value) for c in row] for row in workbook.rows_of(pathlib.Path(sys.argv[2]).read_bytes())]))`;
  return JSON.parse(
    execFileSync("/usr/bin/python3", ["-c", script, testing, workbook], { encoding: "utf8" }),
  );
}

test("CSV and XLSX hold the figures of the screen", async ({ page, program }) => {
  await signIn(page, program.demo);
  await page.getByRole("link", { name: "Trial balance" }).click();
  const table = page.getByRole("table", { name: "Trial balance" });
  await expect(table.getByRole("row").nth(3)).toBeVisible();
  // Of a row in another currency, its own figures stand below those in the books' currency.
  const rows = await table.locator("tbody tr").evaluateAll((found) =>
    found.map((row) => ({
      name: row.querySelector("th")?.textContent,
      cells: [...row.querySelectorAll("td")].map(
        (cell) => (cell.querySelector("a > span > span") ?? cell).textContent ?? "",
      ),
    })),
  );
  const shown = rows
    // What earlier years left unclosed is on no account; the files have a code for it.
    .map(({ name, cells: [code, ...figures] }) => [
      name === "Retained (unclosed)" ? "retained_unclosed" : code,
      ...figures.map(figureOf),
    ])
    .filter(([code]) => code !== "");
  expect(shown.length).toBeGreaterThan(5);

  const csv = readFileSync(await saved(page, "CSV", program.folder), "utf8");
  const written = csv.trim().split("\n");
  const files = {
    csv: rowsOf(written.map((line) => line.split(","))),
    xlsx: rowsOf(cellsOf(await saved(page, "XLSX", program.folder))),
  };
  for (const [format, lines] of Object.entries(files)) {
    const held = lines
      .filter((row) => row["account_code"] !== "")
      .map((row) => [row["account_code"], ...measures.map((measure) => Number(row[measure]))]);
    expect(held, format).toEqual(shown);
  }
});

interface Word {
  text: string;
  top: number;
}

/** Words by page, with how far from the top they stand. */
function wordsOf(pdf: string): Word[][] {
  const told = execFileSync("pdftotext", ["-bbox", pdf, "-"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return told
    .split("<page ")
    .slice(1)
    .map((page) =>
      [...page.matchAll(/yMin="([\d.]+)"[^>]*>([^<]*)<\/word>/g)].map(([, top, text]) => ({
        text: text ?? "",
        top: Number(top),
      })),
    );
}

const entries = 900;
const lots = "of many words that need a second line when they are printed on paper as here";

function entryText(number: number): string {
  const day = String(1 + (number % 28)).padStart(2, "0");
  const words = `from${number} ${lots} ${lots} to${number}`;
  return `2026-03-${day} * ${words}\n    assets:bank  1.00 USD\n    income:sales  -1.00 USD\n\n`;
}

test("a ledger of forty pages repeats its heads and splits no row", async ({ page, program }) => {
  const books = newBooks(program, "printed");
  const journal = join(program.folder, "printed.journal");
  writeFileSync(journal, Array.from({ length: entries }, (_, at) => entryText(at)).join(""));
  program.run(["import", "--tenant", String(books.tenant), journal]);
  await open(page, books, "reports/general-ledger?from=2026-01-01&to=2026-12-31");
  await expect(page.getByText(/Balanced/)).toBeVisible();
  const pdf = join(program.folder, "ledger.pdf");
  await page.pdf({ path: pdf, format: "A4", preferCSSPageSize: true });

  const pages = wordsOf(pdf);
  expect(pages.length).toBeGreaterThanOrEqual(40);
  // Each says which of how many it is; the first, of which books, and their digest at the last entry.
  expect(pages.map((words) => words.slice(-3).map(({ text }) => text))).toEqual(
    pages.map((_, at) => [String(at + 1), "/", String(pages.length)]),
  );
  const proof = await page.request.get(
    `/api/v1/tenants/${books.tenant}/journal-entries/${entries}/proof`,
  );
  const [first = []] = pages;
  expect(first.map(({ text }) => text)).toContain((await proof.json()).hash);
  const pageOf = (wanted: RegExp): Map<string, number[]> => {
    const found = new Map<string, number[]>();
    pages.forEach((words, at) => {
      for (const { text } of words) {
        const [, number] = wanted.exec(text) ?? [];
        if (number !== undefined) found.set(number, [...(found.get(number) ?? []), at]);
      }
    });
    return found;
  };
  const begins = pageOf(/^from(\d+)$/);
  // Each entry stands in the ledgers of both its accounts, whole on one page each time.
  expect(begins.size).toBe(entries);
  expect([...begins.values()].every((places) => places.length === 2)).toBe(true);
  expect([...pageOf(/^to(\d+)$/)].toSorted()).toEqual([...begins].toSorted());
  for (const words of pages) {
    const head = words.filter(({ text }) => ["Debit", "Credit", "Balance"].includes(text));
    expect(head.map(({ text }) => text)).toEqual(["Debit", "Credit", "Balance"]);
    const firstRow = words.find(({ text }) => /^from\d+$/.test(text))?.top ?? Infinity;
    expect(Math.max(...head.map(({ top }) => top))).toBeLessThan(firstRow);
  }
});
