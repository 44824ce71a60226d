import { defineText } from "@/shared/text/text";

export const digestText = defineText({
  en: {
    copy: (digest: string) => `Copy ${digest}`,
    copyShort: "Copy",
    copied: "Copied",
  },
  de: {
    copy: (digest: string) => `${digest} kopieren`,
    copyShort: "Kopieren",
    copied: "Kopiert",
  },
});
