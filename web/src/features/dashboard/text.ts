import { defineText } from "@/shared/text/text";

export const dashboardText = defineText({
  en: {
    title: "Dashboard",
    cash: "Cash and bank",
    profit: "Profit this fiscal year",
    receivable: "Receivable",
    payable: "Payable",
    months: "Profit by month",
  },
  de: {
    title: "Übersicht",
    cash: "Kasse und Bank",
    profit: "Ergebnis dieses Geschäftsjahrs",
    receivable: "Forderungen",
    payable: "Verbindlichkeiten",
    months: "Ergebnis nach Monaten",
  },
});
