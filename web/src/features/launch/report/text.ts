import { defineText } from "@/shared/text/text";

export const reportText = defineText({
  en: {
    title: "Post-change report",
    page: "Report as Markdown",
    digest: "Digest",
    due: "Due",
    signed: (name: string) => `Signed by ${name}`,
    unsigned: "Not signed yet",
    late: "Late",
    rehearsal: "The report of a rehearsal isn't signed.",
    sign: "Sign the report",
    noKey: "Signing needs a key in this browser.",
  },
  de: {
    title: "Bericht nach der Änderung",
    page: "Bericht als Markdown",
    digest: "Prüfsumme",
    due: "Fällig",
    signed: (name: string) => `Unterschrieben von ${name}`,
    unsigned: "Noch nicht unterschrieben",
    late: "Verspätet",
    rehearsal: "Der Bericht einer Probe wird nicht unterschrieben.",
    sign: "Den Bericht unterschreiben",
    noKey: "Zum Unterschreiben braucht es einen Schlüssel in diesem Browser.",
  },
});
