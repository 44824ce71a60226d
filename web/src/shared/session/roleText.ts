import { defineText } from "@/shared/text/text";

export const roleText = defineText({
  en: {
    owner: "Owner",
    accountant: "Accountant",
    bookkeeper: "Bookkeeper",
    viewer: "Viewer",
  },
  de: {
    owner: "Inhaber",
    accountant: "Buchhaltung, leitend",
    bookkeeper: "Buchhaltung",
    viewer: "Nur lesend",
  },
});
