import { expect, test } from "vitest";

import { changesOf } from "./change";

const pairs: [object | null, object | null, string[][]][] = [
  [null, null, []],
  [{ role: "viewer", since: "x" }, { role: "owner", since: "x" }, [["role", "viewer", "owner"]]],
  [null, { name: "Bank", parent: null }, [["name", "–", "Bank"]]],
  [{ active: true }, { active: false }, [["active", "true", "false"]]],
  [{ pairs: { a: "1" } }, null, [["pairs", '{"a":"1"}', "–"]]],
];

test.each(pairs)("of %j and %j differ %j", (before, after, expected) => {
  const found = changesOf({ before, after });
  expect(found.map((change) => [change.name, change.before, change.after])).toEqual(expected);
});
