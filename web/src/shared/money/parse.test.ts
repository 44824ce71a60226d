import { describe, expect, test } from "vitest";

import { parseMoney, type Commodity } from "./parse";

const USD = { code: "USD", scale: 2 };
const EUR = { code: "EUR", scale: 2 };
const CHF = { code: "CHF", scale: 2 };
const INR = { code: "INR", scale: 2 };
const JPY = { code: "JPY", scale: 0 };
const KWD = { code: "KWD", scale: 3 };
const NAMELESS = { code: "", scale: 4 };

/** The minor units, or why the text is refused. */
function read(text: string, commodity: Commodity, locale: string): bigint | string {
  const reading = parseMoney(text, commodity, locale);
  return reading.ok ? reading.minor : reading.refusal;
}

type Case = [text: string, commodity: Commodity, locale: string, means: bigint | string];

const separators: Case[] = [
  // Both present: the last is the decimal sign, in whichever locale.
  ["1.234,56", USD, "en-US", 123456n],
  ["1,234.56", EUR, "de-DE", 123456n],
  ["1,234,567.89", EUR, "de-DE", 123456789n],
  ["1.234.567,89", USD, "en-US", 123456789n],
  ["1.234,567,890", USD, "en-US", "groups"],
  ["1.23,45", USD, "en-US", "groups"],
  ["1234.567,89", USD, "en-US", "groups"],
  // One kind, several times: groups.
  ["1,234,567", USD, "en-US", 123456700n],
  ["1.234.567", USD, "en-US", 123456700n],
  ["1,234,567", EUR, "de-DE", 123456700n],
  ["1.2.3", USD, "en-US", "groups"],
  ["12.50 13.40", USD, "en-US", "groups"],
  // One of them once: the locale's decimal sign, or its grouping where that fits, or decimal.
  ["12,34", USD, "en-US", 1234n],
  ["12,5", USD, "en-US", 1250n],
  ["1,234", USD, "en-US", 123400n],
  ["0,123", USD, "en-US", "decimals"],
  ["01,234", USD, "en-US", "decimals"],
  ["1234,567", USD, "en-US", "decimals"],
  ["1.234", USD, "en-US", "decimals"],
  ["1.234", EUR, "de-DE", 123400n],
  ["1.23", EUR, "de-DE", 123n],
  ["1,234", EUR, "de-DE", "decimals"],
  ["1.234", EUR, "fr-FR", "decimals"],
  ["1,234", KWD, "en-US", 1234000n],
  ["1.234", KWD, "en-US", 1234n],
  ["1,234", KWD, "de-DE", 1234n],
  ["1,234", JPY, "ja-JP", 1234n],
  ["1.5", JPY, "ja-JP", "decimals"],
  ["1.", USD, "en-US", 100n],
  [".5", USD, "en-US", 50n],
  [",5", USD, "en-US", 50n],
  [",500", USD, "en-US", "decimals"],
  [".", USD, "en-US", "unreadable"],
  // Spaces and apostrophes only group.
  ["1'234.50", CHF, "de-CH", 123450n],
  ["1\u2019234.50", CHF, "de-CH", 123450n],
  ["1\u2019234,50", CHF, "de-CH", 123450n],
  ["1\u202f234,56", EUR, "fr-FR", 123456n],
  ["1 234 567,89", EUR, "fr-FR", 123456789n],
  ["1 234 567", USD, "en-US", 123456700n],
  ["12 34", EUR, "fr-FR", "groups"],
  ["1'234,567.89", CHF, "de-CH", "groups"],
  // India groups by two before the last three; nobody else does.
  ["12,34,567.00", INR, "en-IN", 123456700n],
  ["1,23,45,678", INR, "en-IN", 1234567800n],
  ["1,234,567", INR, "en-IN", 123456700n],
  ["1,23,4567", INR, "en-IN", "groups"],
  ["12,34,567.00", USD, "en-US", "groups"],
];

const signs: Case[] = [
  ["-5", USD, "en-US", -500n],
  ["\u22125", USD, "en-US", -500n],
  ["5-", USD, "en-US", -500n],
  ["5,00 -", EUR, "de-DE", -500n],
  ["+5", USD, "en-US", 500n],
  ["(1,234.56)", USD, "en-US", -123456n],
  ["($5)", USD, "en-US", -500n],
  ["$(5)", USD, "en-US", -500n],
  ["-5-", USD, "en-US", "unreadable"],
  ["(-5)", USD, "en-US", -500n],
  ["--5", USD, "en-US", "unreadable"],
  ["5.-", CHF, "de-CH", "unreadable"],
  ["\u20135", USD, "en-US", "unreadable"],
  ["\u2013", USD, "en-US", 0n],
  ["0", USD, "en-US", 0n],
  ["-0.00", USD, "en-US", 0n],
];

const currencies: Case[] = [
  ["$1,200", USD, "en-US", 120000n],
  ["-$5", USD, "en-US", -500n],
  ["$-5", USD, "en-US", -500n],
  ["1.200,00 \u20ac", EUR, "de-DE", 120000n],
  ["5,00 \u20ac-", EUR, "de-DE", -500n],
  ["CHF 12.50", CHF, "de-CH", 1250n],
  ["12.50 usd", USD, "en-US", 1250n],
  ["US$ 5", USD, "de-DE", "unreadable"],
  ["\uffe51,234", JPY, "ja-JP", 1234n],
  ["\uff11\uff12\uff13", JPY, "ja-JP", 123n],
  ["\u20b912,34,567", INR, "en-IN", 123456700n],
  ["KWD 1.250", KWD, "en-US", 1250n],
  ["5$00", USD, "en-US", "unreadable"],
  ["\u20ac5", USD, "en-US", "unreadable"],
  ["5 EUR", USD, "en-US", "unreadable"],
  ["1.2345", NAMELESS, "en-US", 12345n],
  ["12\u00b2", USD, "en-US", "unreadable"],
  ["1e3", USD, "en-US", "unreadable"],
  ["0x10", USD, "en-US", "unreadable"],
  ["NaN", USD, "en-US", "unreadable"],
  ["Infinity", USD, "en-US", "unreadable"],
  ["12\t13", USD, "en-US", "unreadable"],
];

const sums: Case[] = [
  ["12,5*3", USD, "en-US", 3750n],
  ["1,234*2", USD, "en-US", 246800n],
  ["1+2*3", USD, "en-US", 700n],
  ["(1+2)*3", USD, "en-US", 900n],
  ["-(1+2)", USD, "en-US", -300n],
  ["2*-3", USD, "en-US", -600n],
  ["1.000,50+2", EUR, "de-DE", 100250n],
  ["1 234,56 + 2", EUR, "fr-FR", 123656n],
  ["$5 + $3", USD, "en-US", 800n],
  ["10/3", USD, "en-US", 333n],
  ["20/3", USD, "en-US", 667n],
  ["10/3*3", USD, "en-US", 1000n],
  ["10/3+10/3+10/3", USD, "en-US", 1000n],
  ["0.01/2", USD, "en-US", 1n],
  ["-0.01/2", USD, "en-US", -1n],
  ["100*1.0825", USD, "en-US", 10825n],
  ["0.005+0.005", USD, "en-US", "decimals"],
  ["(0.005+0.005)*2", USD, "en-US", 2n],
  ["1*1+0.005", USD, "en-US", "decimals"],
  ["100/3", JPY, "ja-JP", 33n],
  ["1/0", USD, "en-US", "division"],
  ["1/(2-2)", USD, "en-US", "division"],
  ["(5)+10", USD, "en-US", "brackets"],
  ["2*(5)", USD, "en-US", "brackets"],
  ["((1+2))", USD, "en-US", 300n],
  ["5--3", USD, "en-US", "unreadable"],
  ["5+", USD, "en-US", "unreadable"],
  ["*5", USD, "en-US", "unreadable"],
  ["(1+2", USD, "en-US", "unreadable"],
  ["1+2)", USD, "en-US", "unreadable"],
  ["(1+2)3", USD, "en-US", "unreadable"],
];

const limits: Case[] = [
  ["", USD, "en-US", "empty"],
  ["  ", USD, "en-US", "empty"],
  ["92233720368547758.07", USD, "en-US", 2n ** 63n - 1n],
  ["92233720368547758.08", USD, "en-US", "range"],
  ["-92233720368547758.08", USD, "en-US", "range"],
  ["9007199254740993", JPY, "ja-JP", 9007199254740993n],
  ["99999999999*99999999999", USD, "en-US", "range"],
  ["1".repeat(101), USD, "en-US", "length"],
  ["(".repeat(100), USD, "en-US", "unreadable"],
];

describe("parseMoney", () => {
  const tables = { separators, signs, currencies, sums, limits };
  for (const [name, cases] of Object.entries(tables)) {
    test.each(cases)(`${name}: %j of %o in %s`, (text, commodity, locale, means) => {
      expect(read(text, commodity, locale)).toBe(means);
    });
  }

  test("says what was computed, and what was rounded", () => {
    expect(parseMoney("10/4", USD, "en-US")).toEqual({
      ok: true,
      minor: 250n,
      computed: true,
      rounded: false,
    });
    expect(parseMoney("10/3", USD, "en-US")).toMatchObject({ computed: true, rounded: true });
    expect(parseMoney("10", USD, "en-US")).toMatchObject({ computed: false, rounded: false });
  });
});
