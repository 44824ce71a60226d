import { defineText } from "@/shared/text/text";

export const launchText = defineText({
  en: { markdown: "Record as Markdown", print: "Print", enrol: "Enrol a key" },
});
