import { defineText } from "@/shared/text/text";

export const uiText = defineText({
  en: {
    loading: "Loading…",
    retry: "Try again",
    requestId: "Request",
    unreachable: "The server did not answer",
    unreachableDetail: "Check the connection and try again. Nothing that you typed is lost.",
    unexpected: "Something went wrong on this page",
    noData: "no data",
    close: "Close",
    nextRow: "Next row",
    previousRow: "Previous row",
  },
  de: {
    loading: "Lädt …",
    retry: "Noch einmal",
    requestId: "Anfrage",
    unreachable: "Der Server hat nicht geantwortet",
    unreachableDetail: "Verbindung prüfen und noch einmal versuchen. Getipptes bleibt erhalten.",
    unexpected: "Auf dieser Seite ist etwas schiefgegangen",
    noData: "keine Daten",
    close: "Schließen",
    nextRow: "Nächste Zeile",
    previousRow: "Vorige Zeile",
  },
});
