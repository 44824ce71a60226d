import { afterEach, describe, expect, test, vi } from "vitest";

import { seeded, type Random } from "../testing/seeded";
import { fromWire, magnitude, MINOR_MAX, toWire } from "./decimal";
import { formatMoney } from "./format";
import { parseMoney, type Commodity, type Reading } from "./parse";

const LOCALES = ["en-US", "de-DE", "de-CH", "fr-FR", "en-IN", "ja-JP"];
const COMMODITIES: Commodity[] = [
  { code: "USD", scale: 2 },
  { code: "EUR", scale: 2 },
  { code: "JPY", scale: 0 },
  { code: "KWD", scale: 3 },
  { code: "VTI", scale: 6 },
];
const CASES = 10_000;
const SIGNS = [
  ..."0123456789",
  ..."0123456789",
  ..."..,,'  +-*/()",
  "\u2212",
  "\u202f",
  "\u2019",
  "$",
  "\u20ac",
];

function amount(random: Random): bigint {
  const minor = random.bigint(63);
  return minor > MINOR_MAX ? MINOR_MAX : minor;
}

function figureOf(reading: Reading): bigint | null {
  return reading.ok ? reading.minor : null;
}

function refuse(): never {
  throw new Error("an amount became a number");
}

/** Runs a law for many seeds; a failure names its own. */
function forAll(law: (random: Random) => void): void {
  for (let seed = 0; seed < CASES; seed += 1) {
    try {
      law(seeded(seed));
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
}

describe("money", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test("what is shown reads as itself, in every style", () => {
    forAll((random) => {
      const [minor, commodity, locale] = [
        amount(random),
        random.pick(COMMODITIES),
        random.pick(LOCALES),
      ];
      const shown = formatMoney(minor, commodity.scale, locale, {
        negative: random.pick(["minus", "brackets"] as const),
        zero: random.pick(["figure", "dash"] as const),
      });
      const text = random.pick([shown, `${shown} ${commodity.code}`, ` ${shown}`]);
      const reading = parseMoney(text, commodity, locale);
      expect({ text, locale, means: figureOf(reading) }).toEqual({ text, locale, means: minor });
    });
  });

  test("the wire form reads as itself", () => {
    forAll((random) => {
      const [minor, { scale }] = [amount(random), random.pick(COMMODITIES)];
      expect(fromWire(toWire(minor, scale), scale)).toBe(minor);
    });
  });

  test("whatever is typed is refused, or is the figure that is echoed", () => {
    let read = 0;
    forAll((random) => {
      const [commodity, locale] = [random.pick(COMMODITIES), random.pick(LOCALES)];
      const text = Array.from({ length: 1 + random.below(9) }, () => random.pick(SIGNS)).join("");
      const means = figureOf(parseMoney(text, commodity, locale));
      const echo = means === null ? text : formatMoney(means, commodity.scale, locale);
      read += means === null ? 0 : 1;
      expect({ text, means: figureOf(parseMoney(echo, commodity, locale)) }).toEqual({
        text,
        means,
      });
    });
    expect(read).toBeGreaterThan(CASES / 10); // or the law would say nothing
  });

  test("a figure means the same in a sum, and a sum what its parts do", () => {
    forAll((random) => {
      const [commodity, locale] = [random.pick(COMMODITIES), random.pick(LOCALES)];
      const parts = Array.from({ length: 2 + random.below(3) }, () => random.bigint(40));
      const text = parts
        .map((part) => formatMoney(part < 0n ? -part : part, commodity.scale, locale))
        .map((shown, index) => {
          const negative = (parts[index] ?? 0n) < 0n;
          return index === 0 ? (negative ? `-${shown}` : shown) : `${negative ? "-" : "+"}${shown}`;
        })
        .join("");
      const reading = parseMoney(text, commodity, locale);
      const sum = parts.reduce((all, part) => all + part, 0n);
      expect({ text, means: figureOf(reading) }).toEqual({ text, means: sum });
    });
  });

  test("a product is the exact one, rounded half up", () => {
    forAll((random) => {
      const scale = 2;
      const [price, quantity] = [random.bigint(30), random.bigint(20)];
      const text = `${toWire(price, 4)}*${toWire(quantity, 3)}`;
      const reading = parseMoney(text, { code: "USD", scale }, "en-US");
      const [exact, unit] = [price * quantity, 10n ** 5n];
      const rounded = (magnitude(exact) + unit / 2n) / unit;
      const means = exact < 0n ? -rounded : rounded;
      expect({ text, means: figureOf(reading) }).toEqual({ text, means });
    });
  });

  test("an amount of another locale's writing is refused or means the same", () => {
    const commodity = { code: "USD", scale: 2 };
    forAll((random) => {
      const minor = amount(random);
      const [written, reads] = [random.pick(LOCALES), random.pick(LOCALES)];
      const text = formatMoney(minor, 2, written);
      const means = figureOf(parseMoney(text, commodity, reads)) ?? minor;
      expect({ text, reads, means }).toEqual({ text, reads, means: minor });
    });
  });

  test("nothing passes through a floating-point number", () => {
    vi.stubGlobal("parseFloat", refuse);
    vi.stubGlobal("parseInt", refuse);
    vi.stubGlobal("Number", refuse);
    forAll((random) => {
      const minor = amount(random);
      const shown = formatMoney(minor, 2, "de-CH");
      const reading = parseMoney(`${shown}*1`, { code: "CHF", scale: 2 }, "de-CH");
      expect(figureOf(reading)).toBe(minor);
    });
  });
});
