import { expect, test } from "vitest";

import { breach } from "./arrows.ts";

const cases = [
  { from: "routes/books/area.ts", to: "features/ledger/queries", allowed: true },
  { from: "features/ledger/EntryForm.tsx", to: "features/ledger/queries", allowed: true },
  { from: "features/ledger/EntryForm.tsx", to: "shared/money/parse", allowed: true },
  { from: "features/ledger/EntryForm.tsx", to: "features/reports/queries", allowed: false },
  { from: "features/ledger/EntryForm.tsx", to: "routes/tenant", allowed: false },
  { from: "shared/ui/Page.tsx", to: "features/ledger/queries", allowed: false },
  { from: "shared/ui/Page.tsx", to: "routes/tenant", allowed: false },
];

test.each(cases)("$from may import $to: $allowed", ({ from, to, allowed }) => {
  expect(breach(from, to) === null).toBe(allowed);
});
