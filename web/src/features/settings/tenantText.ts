import { defineText } from "@/shared/text/text";

export const tenantText = defineText({
  en: {
    title: "Settings",
    about: "This tenant",
    name: "Name",
    rename: "Rename",
    currency: "Base currency",
    currencyHint: "Settled when the tenant was made: every entry is told in it.",
    role: "What I am here",
    calendar: "Calendar",
    yearStart: "Fiscal year begins",
    zone: "Time zone",
    setCalendar: "Set the calendar",
    onlyOwners: "Owners change these.",
  },
  de: {
    title: "Einstellungen",
    about: "Dieser Mandant",
    name: "Name",
    rename: "Umbenennen",
    currency: "Basiswährung",
    currencyHint: "Steht fest, seit es den Mandanten gibt: jede Buchung lautet auf sie.",
    role: "Was ich hier bin",
    calendar: "Kalender",
    yearStart: "Geschäftsjahr beginnt",
    zone: "Zeitzone",
    setCalendar: "Kalender festlegen",
    onlyOwners: "Das ändern Inhaber.",
  },
});
