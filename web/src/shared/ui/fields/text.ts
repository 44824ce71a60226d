import type { DateRefusal } from "@/shared/date/parse";
import type { Refusal } from "@/shared/money/parse";
import { defineText } from "@/shared/text/text";

export interface FieldText {
  money: Record<Refusal, (digits: number) => string>;
  means: (figure: string) => string;
  meansRounded: (figure: string) => string;
  date: Record<DateRefusal, string>;
  openCalendar: string;
  previousMonth: string;
  nextMonth: string;
  noAccount: string;
  offered: string;
  showPassword: string;
}

export const fieldText = defineText<FieldText>({
  en: {
    money: {
      empty: () => "Give an amount.",
      length: () => "At most 100 characters.",
      unreadable: () => "This isn't an amount.",
      groups: () => "The separators don't fit: this could mean more than one figure.",
      decimals: (digits) =>
        digits === 0
          ? "Nothing may follow the decimal sign here."
          : `At most ${digits} digits may follow the decimal sign.`,
      division: () => "This divides by zero.",
      brackets: () => "Brackets around one figure mean minus: write the minus, or leave them out.",
      range: () => "This is larger than the books can hold.",
    },
    means: (figure) => `= ${figure}`,
    meansRounded: (figure) => `≈ ${figure}, rounded`,
    date: {
      unreadable: "This isn't a date.",
      no_such_day: "There is no such day.",
    },
    openCalendar: "Alt+Down opens the calendar",
    previousMonth: "Previous month",
    nextMonth: "Next month",
    noAccount: "No account is called so.",
    offered: "Offered",
    showPassword: "Show the password",
  },
  de: {
    money: {
      empty: () => "Betrag angeben.",
      length: () => "Höchstens 100 Zeichen.",
      unreadable: () => "Das ist kein Betrag.",
      groups: () => "Die Trennzeichen passen nicht: Das könnte mehr als eine Zahl bedeuten.",
      decimals: (digits) =>
        digits === 0
          ? "Hier darf nichts hinter dem Dezimalzeichen stehen."
          : `Höchstens ${digits} Stellen hinter dem Dezimalzeichen.`,
      division: () => "Hier wird durch null geteilt.",
      brackets: () =>
        "Klammern um eine Zahl bedeuten minus: Minus schreiben oder Klammern weglassen.",
      range: () => "Das ist mehr, als die Bücher fassen.",
    },
    means: (figure) => `= ${figure}`,
    meansRounded: (figure) => `≈ ${figure}, gerundet`,
    date: {
      unreadable: "Das ist kein Datum.",
      no_such_day: "Diesen Tag gibt es nicht.",
    },
    openCalendar: "Alt+Pfeil-ab öffnet den Kalender",
    previousMonth: "Voriger Monat",
    nextMonth: "Nächster Monat",
    noAccount: "So heißt kein Konto.",
    offered: "Zur Wahl",
    showPassword: "Passwort zeigen",
  },
});
