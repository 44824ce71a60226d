import { defineText } from "@/shared/text/text";

export const liveText = defineText({
  en: {
    connecting: "Connecting…",
    live: "Live",
    lost: "Connection lost, trying again",
    refused: "The server refused the stream, trying again",
    old: (seconds: number) => `Data ${seconds} s old`,
  },
});
