import { defineText } from "@/shared/text/text";

export const newTenantText = defineText({
  en: {
    title: "New tenant",
    name: "Name of the company",
    currency: "Base currency",
    currencyHint: "Three letters such as EUR. It stays, for every entry is told in it.",
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
    make: "Mandant anlegen",
    left: (made: number, limit: number) => `Sie haben ${made} von ${limit} angelegt.`,
    none: "Mandanten legt hier der Betreiber an.",
    noneLeft: (limit: number) =>
      `Sie haben ${limit} angelegt, so viele wie eine Person darf. Weitere legt der Betreiber an.`,
  },
});
