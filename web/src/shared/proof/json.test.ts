// @vitest-environment node
import { describe, expect, test } from "vitest";

import { fromHex, sha256, toHex, utf8 } from "./bytes";
import { canonicalJson, Fields, JsonError, parseJson, readCanonical } from "./json";

/** The number of these bits. */
function numberOf(bits: string): number {
  return new DataView(fromHex(bits)?.buffer ?? new ArrayBuffer(8)).getFloat64(0);
}

describe("canonical JSON", () => {
  // Those of src/base/canonical_json_test.cpp but the one with fractions: the ends of each form's SHA-256.
  const published: [string, string, string, string][] = [
    ["arrays", '[56, {"d": true, "10": null, "1": [ ]}]', "099601b1", "ac42"],
    [
      "french",
      '{"peach": "This sorting order", "péché": "is wrong according to French", ' +
        '"pêche": "but canonicalization MUST", "sin": "ignore locale"}',
      "d99d0ebd",
      "7ed5",
    ],
    [
      "structures",
      '{"1": {"f": {"f": "hi","F": 5} ,"\\n": 56.0}, "10": { }, "": "empty", "a": { }, ' +
        '"111": [ {"e": "yes","E": "no" } ], "A": { }}',
      "605f6500",
      "95d5",
    ],
    ["unicode", '{"Unnormalized Unicode":"A\\u030a"}', "0d99aad9", "81d3"],
    [
      "weird",
      '{"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\u000a": "Newline", "1": "One", ' +
        '"\\u0080": "Control\\u007f", "\\ud83d\\ude02": "Smiley", ' +
        '"\\u00f6": "Latin Small Letter O With Diaeresis", ' +
        '"\\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge"}',
      "6af595a9",
      "94d1",
    ],
  ];
  test.each(published)("is the published form of %s", async (_name, text, head, tail) => {
    const digest = toHex(await sha256(utf8(canonicalJson(parseJson(text)))));
    expect([digest.slice(0, head.length), digest.slice(-tail.length)]).toEqual([head, tail]);
  });

  test("escapes and names a value as RFC 8785 does in its section 3.2", () => {
    const text =
      '{"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}';
    expect(canonicalJson(parseJson(text))).toBe(
      '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(canonicalJson(parseJson('"\\b\\f\\n\\r\\t\\u000b\\u001F\\u007f\\/\\"\\\\<é"'))).toBe(
      '"\\b\\f\\n\\r\\t\\u000b\\u001f\u007f/\\"\\\\<é"',
    );
  });

  // RFC 8785, appendix B, by the bits of the number.
  test.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["433fffffffffffff", "9007199254740991"],
    ["c33fffffffffffff", "-9007199254740991"],
  ])("writes the number %s as %s", (bits, text) => {
    expect(canonicalJson(numberOf(bits))).toBe(text);
  });

  // This system signs none of them.
  test.each([
    ["0000000000000001", "5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555555", "333333333.3333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
    ["7fffffffffffffff", "NaN"],
    ["7ff0000000000000", "Infinity"],
  ])("has no form for the number %s, %s", (bits) => {
    expect(() => canonicalJson(numberOf(bits))).toThrow(JsonError);
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
