import { defineText } from "@/shared/text/text";

export const liveText = defineText({
  en: {
    connecting: "Connecting…",
    live: "Live",
    lost: "Connection lost, trying again",
    refused: "The server refused the stream, trying again",
    old: (seconds: number) => `Data ${seconds} s old`,
  },
  de: {
    connecting: "Verbinde …",
    live: "Live",
    lost: "Verbindung verloren, neuer Versuch läuft",
    refused: "Der Server hat den Strom abgelehnt, neuer Versuch läuft",
    old: (seconds: number) => `Daten ${seconds} s alt`,
  },
});
