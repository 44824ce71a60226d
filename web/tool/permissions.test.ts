import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { isPermission, may } from "../src/shared/session/permissions.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/permissions.md"), "utf8");
const roles = ["owner", "accountant", "bookkeeper", "viewer"] as const;

test("a screen offers what the table of permissions says", () => {
  const rows = [...page.matchAll(/^\| `([\w.]+)` \|(.*)\|$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, name = "", row] of rows) {
    const cells = row?.split("|").slice(0, roles.length) ?? [];
    const offered = roles.map((role) => isPermission(name) && may(role, name));
    expect([name, ...offered]).toEqual([name, ...cells.map((cell) => cell.trim() === "yes")]);
  }
});
