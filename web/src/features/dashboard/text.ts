import { defineText } from "@/shared/text/text";

export const dashboardText = defineText({
  en: {
    title: "Dashboard",
    cash: "Cash and bank",
    profit: "Profit this fiscal year",
    receivable: "Receivable",
    payable: "Payable",
    months: "Profit by month",
    drafts: "Drafts waiting",
    books: "Books checked",
    booksGood: "In order",
    booksWrong: "Not in order",
    booksUpTo: (entry: string) => `Up to entry ${entry}`,
    booksBy:
      "Debits equal credits, the ledger ends where its journal does, and no other tenant's rows are seen",
  },
  de: {
    title: "Übersicht",
    cash: "Kasse und Bank",
    profit: "Ergebnis dieses Geschäftsjahrs",
    receivable: "Forderungen",
    payable: "Verbindlichkeiten",
    months: "Ergebnis nach Monaten",
    drafts: "Wartende Entwürfe",
    books: "Bücher geprüft",
    booksGood: "In Ordnung",
    booksWrong: "Nicht in Ordnung",
    booksUpTo: (entry: string) => `Bis Buchung ${entry}`,
    booksBy:
      "Soll gleich Haben, das Hauptbuch endet mit seinem Journal, und keine Zeilen anderer Mandanten sind zu sehen",
  },
});
