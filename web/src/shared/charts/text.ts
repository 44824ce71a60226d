import { defineText } from "@/shared/text/text";

/** Charts by the server's names; one that isn't among them has the server's title. */
const charts: Partial<Record<string, string>> = {};

export const chartText = defineText({
  en: {
    chart: "Accounts to begin with",
    chartHint: "They are yours to change afterwards.",
    charts,
    accounts: (count: number) => `${count} accounts`,
    noChart: "None: I make or import them",
  },
  de: {
    chart: "Konten zu Beginn",
    chartHint: "Sie lassen sich danach ändern.",
    charts: {
      us: "Vereinigte Staaten",
      uk: "Vereinigtes Königreich",
      de: "Deutschland (SKR 03)",
      minimal: "Einige Konten jeder Art",
    },
    accounts: (count: number) => `${count} Konten`,
    noChart: "Keine: ich lege sie an oder importiere sie",
  },
});
