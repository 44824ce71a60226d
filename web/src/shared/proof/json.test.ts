// @vitest-environment node
import { describe, expect, test } from "vitest";

import { sha256, toHex, utf8 } from "./bytes";
import { canonicalJson, Fields, JsonError, parseJson, readCanonical } from "./json";

describe("canonical JSON", () => {
  test("is the published form of a nested array", async () => {
    const value = parseJson('[ 56, { "d": true, "10": null, "1": [ ] } ]');
    expect(canonicalJson(value)).toBe('[56,{"1":[],"10":null,"d":true}]');
    expect(toHex(await sha256(utf8(canonicalJson(value)))).slice(0, 8)).toBe("099601b1");
  });

  test("sorts by UTF-16 code units, not by characters", () => {
    // U+1F602 begins with the code unit D83D, before U+FB33.
    expect(canonicalJson({ "\ufb33": 1, "\u{1f602}": 2, "\r": 3, "1": 4, ö: 5 })).toBe(
      '{"\\r":3,"1":4,"ö":5,"\u{1f602}":2,"\ufb33":1}',
    );
  });

  test("keeps a member that is called like a prototype's", () => {
    const text = '{"__proto__":{"a":1},"constructor":2}';
    expect(canonicalJson(parseJson(text))).toBe(text);
  });

  test.each(["1.5", "1e400", "9007199254740993", '"\\ud800"', "[".repeat(40) + "]".repeat(40)])(
    "has no form for %s",
    (text) => {
      expect(() => canonicalJson(parseJson(text))).toThrow(JsonError);
    },
  );

  test.each(['{"a":1}', '{"a":[1,-2,"x\\n"],"b":null}', '"€"'])(
    "is read as it stands: %s",
    (text) => {
      expect(canonicalJson(readCanonical(utf8(text)))).toBe(text);
    },
  );

  test.each([
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a": 1}',
    '{"a":1}\n',
    '{"a":1.0}',
    '{"a":-0}',
    '"\\u0041"',
    "\ufeff1",
  ])("is nothing else: %j", (text) => {
    expect(() => readCanonical(utf8(text))).toThrow(JsonError);
  });
});

describe("fields", () => {
  test("are there, and of their kind", () => {
    const fields = new Fields(parseJson('{"a":"x","b":1,"c":[{"d":true}],"e":null}'));
    expect([fields.text("a"), fields.count("b"), fields.textOrNull("e")]).toEqual(["x", 1, null]);
    expect(() => fields.nothingElse()).toThrow("c isn't known");
    expect(fields.parts("c").map((one) => one.truth("d"))).toEqual([true]);
    fields.nothingElse();
    expect(() => fields.text("b")).toThrow("b isn't a text");
    expect(() => fields.count("missing")).toThrow("missing isn't a whole number");
    expect(() => fields.text("toString")).toThrow(JsonError);
  });
});
