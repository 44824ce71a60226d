/** How a locale writes figures. */
export type Separators = {
  decimal: string;
  /** Empty where the locale groups with something that no reader of ours knows. */
  group: "," | "." | " " | "'" | "";
  /** Digits of the last group is always three; of those before it, three or (in India) two. */
  inner: 2 | 3;
};

const known = new Map<string, Separators>();

/** Memoised: building an `Intl.NumberFormat` takes longer than everything else in a key press. */
export function separatorsOf(locale: string): Separators {
  const seen = known.get(locale);
  if (seen !== undefined) {
    return seen;
  }
  const parts = new Intl.NumberFormat(locale, {
    numberingSystem: "latn",
    useGrouping: "always",
    minimumFractionDigits: 1,
  }).formatToParts(1234567n);
  const digits = parts.filter((part) => part.type === "integer").map((part) => part.value.length);
  const separators: Separators = {
    decimal: parts.find((part) => part.type === "decimal")?.value ?? ".",
    group: groupSign(parts.find((part) => part.type === "group")?.value ?? ""),
    inner: digits.at(-2) === 2 ? 2 : 3,
  };
  known.set(locale, separators);
  return separators;
}

function groupSign(text: string): Separators["group"] {
  const plain = plainSigns(text);
  return plain === "," || plain === "." || plain === " " || plain === "'" ? plain : "";
}

/**
 * Every kind of space as a space, every apostrophe as `'`, every minus as `-`, and what Japanese
 * keyboards write in full width as ASCII. Nothing else: `12²` must not become 122.
 */
export function plainSigns(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/gu, (wide) => String.fromCodePoint(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/gu, " ")
    .replace(/[\u2018\u2019\u02bc]/gu, "'")
    .replace(/\u2212/gu, "-")
    .replace(/[\u200b\u200e\u200f\u061c]/gu, "");
}
