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
});
