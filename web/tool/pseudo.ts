import type { Texts } from "../src/shared/text/text.ts";

export * from "../src/shared/text/text.ts";

// Takes the place of src/shared/text/text.ts in a build for tests: every word that is defined as text is marked, and in English longer
// by half, so that what isn't marked on a page is text that nobody can translate, and what is cut off wouldn't hold another language.

const begin = "⟦";
const end = "⟧";

export function pseudo(text: string): string {
  const longer = text.length > 1 ? "·".repeat(Math.ceil(text.length / 2)) : "";
  return asIs(text + longer);
}

function asIs(text: string): string {
  return `${begin}${text}${end}`;
}

function marked<T>(value: T, mark: (text: string) => string): T;
function marked(value: unknown, mark: (text: string) => string): unknown {
  if (typeof value === "string") return mark(value);
  if (typeof value === "function") return (...given: unknown[]) => marked(value(...given), mark);
  if (Array.isArray(value)) return value.map((one) => marked(one, mark));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, marked(one, mark)]));
}

export function defineText<T>(texts: Texts<T>): Texts<T> {
  return { en: marked(texts.en, pseudo), de: marked(texts.de, asIs) };
}
