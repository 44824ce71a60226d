import { defineText } from "@/shared/text/text";

/** Charts by the server's names; one that isn't among them has the server's title. */
const charts: Partial<Record<string, string>> = {};

export const newTenantText = defineText({
  en: {
    title: "New tenant",
    name: "Name of the company",
    currency: "Base currency",
    currencyHint: "Three letters such as EUR. It stays, for every entry is told in it.",
    chart: "Accounts to begin with",
    chartHint: "They are yours to change afterwards.",
    charts,
    accounts: (count: number) => `${count} accounts`,
    noChart: "None: I make or import them",
    make: "Make the tenant",
    left: (made: number, limit: number) => `You have made ${made} of ${limit}.`,
    none: "Tenants are made by an operator here.",
    noneLeft: (limit: number) =>
      `You have made ${limit}, as many as a person may. An operator makes more.`,
  },
  de: {
    title: "Neuer Mandant",
    name: "Name der Firma",
    currency: "Basiswährung",
    currencyHint: "Drei Buchstaben wie EUR. Sie bleibt, denn jede Buchung lautet auf sie.",
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
    make: "Mandant anlegen",
    left: (made: number, limit: number) => `Sie haben ${made} von ${limit} angelegt.`,
    none: "Mandanten legt hier der Betreiber an.",
    noneLeft: (limit: number) =>
      `Sie haben ${limit} angelegt, so viele wie eine Person darf. Weitere legt der Betreiber an.`,
  },
});
