import { browserLocale, type Locale } from "@/shared/text/text";

import { usePreference } from "./preference";

export const localeChoices = [
  "browser",
  "en-US",
  "en-GB",
  "en-IN",
  "de-DE",
  "de-AT",
  "de-CH",
  "fr-FR",
  "ja-JP",
] as const;

/** In which language and with which signs figures and dates are written here. */
export function useLocaleChoice() {
  return usePreference("locale", localeChoices);
}

export function localeOf(
  choice: (typeof localeChoices)[number],
  preferred: readonly string[],
): Locale {
  return browserLocale(choice === "browser" ? preferred : [choice]);
}
