/** Stands where a currency sign was, so that removing one never joins the digits beside it. */
export const SIGN_WAS_HERE = "\u00a4";

const known = new Map<string, RegExp>();

/** Replaces the signs of this one currency by a mark; another currency's stay and are refused. */
export function markCurrencySigns(text: string, currency: string, locale: string): string {
  return text.replace(signsOf(currency, locale), SIGN_WAS_HERE);
}

function signsOf(currency: string, locale: string): RegExp {
  const key = `${locale} ${currency}`;
  const seen = known.get(key);
  if (seen !== undefined) {
    return seen;
  }
  const signs = [currency, ...(/^[A-Z]{3}$/.test(currency) ? symbolsOf(currency, locale) : [])]
    .filter((sign) => sign !== "" && !/^[0-9.,\s]+$/.test(sign))
    .toSorted((one, other) => other.length - one.length)
    .map(escaped);
  // Nothing matches where there is no sign: commodities without a name exist.
  const pattern = new RegExp(signs.length === 0 ? "(?!)" : signs.join("|"), "giu");
  known.set(key, pattern);
  return pattern;
}

function symbolsOf(currency: string, locale: string): string[] {
  return (["symbol", "narrowSymbol"] as const).flatMap((currencyDisplay) =>
    new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay })
      .formatToParts(1n)
      .filter((part) => part.type === "currency")
      .map((part) => part.value.replace(/[\u200e\u200f\u061c]/gu, "")),
  );
}

function escaped(sign: string): string {
  return sign.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
}
