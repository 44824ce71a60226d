import { defineText } from "@/shared/text/text";

export const launchText = defineText({
  en: { markdown: "Record as Markdown", print: "Print", enrol: "Enrol a key" },
  de: { markdown: "Akte als Markdown", print: "Drucken", enrol: "Einen Schlüssel eintragen" },
});
