import { expect, test } from "vitest";

import { best } from "./pick";

const items = ["1000 Cash", "6300 Office furniture", "Furniture sold", "Trial balance"].map(
  (label) => ({ label }),
);

test.each([
  { typed: "", found: ["1000 Cash", "6300 Office furniture", "Furniture sold", "Trial balance"] },
  { typed: "furn", found: ["Furniture sold", "6300 Office furniture"] },
  { typed: "off furn", found: ["6300 Office furniture"] },
  { typed: "  BALANCE tri", found: ["Trial balance"] },
  { typed: "urnit", found: ["6300 Office furniture", "Furniture sold"] },
  { typed: "xyz", found: [] },
])("$typed finds $found", ({ typed, found }) => {
  expect(best(items, typed).map((item) => item.label)).toEqual(found);
});
