import { createContext, use } from "react";

export type Language = "en" | "de";

/** The wording of one place, in every language. */
export interface Texts<T> {
  en: T;
  de: T;
}

/** Declares the wording of one place: strings, and functions that put values into a sentence. English says what there is to say. */
export function defineText<T>(texts: { en: T; de: NoInfer<T> }): Texts<T> {
  return texts;
}

export interface Locale {
  /** Of the wording. */
  language: Language;
  /** Of figures and dates: a BCP 47 tag such as de-CH. */
  format: string;
}

export const LocaleContext = createContext<Locale>({ language: "en", format: "en-US" });

export function useLocale(): Locale {
  return use(LocaleContext);
}

export function useText<T>(texts: Texts<T>): T {
  const { language } = useLocale();
  return texts[language];
}

/** What the browser prefers. */
export function browserLocale(tags: readonly string[]): Locale {
  const format = tags[0] ?? "en-US";
  return { language: format.toLowerCase().startsWith("de") ? "de" : "en", format };
}
