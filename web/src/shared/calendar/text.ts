import { defineText } from "@/shared/text/text";

export const calendarText = defineText({
  en: {
    month: "Fiscal year begins in",
    day: "on day",
    zone: "Time zone",
    zoneHint: "Whose day it is where no day is given, such as Europe/Berlin.",
  },
  de: {
    month: "Geschäftsjahr beginnt im",
    day: "am Tag",
    zone: "Zeitzone",
    zoneHint: "Deren Tag gilt, wo kein Tag angegeben ist, etwa Europe/Berlin.",
  },
});
