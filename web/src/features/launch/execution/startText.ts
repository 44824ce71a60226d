import { defineText } from "@/shared/text/text";

export const startText = defineText({
  en: {
    open: "Start…",
    title: (change: string) => `Start ${change}`,
    rehearsal: "Rehearsal",
    rehearsalDetail:
      "Everything as in the real execution, faster; the values before come back at its end.",
    scale: "How many times faster",
    scaleDetail: (most: number) => `2 to ${most}`,
    override: "Why outside of the change window (optional)",
    overrideDetail: (from: string, to: string) =>
      `The window is ${from} to ${to} UTC. Outside of it a reason is needed, and recorded.`,
    rehearse: "Start the rehearsal",
    execute: "Execute the change",
    cancel: "Cancel",
    acknowledge: "I was briefed",
    withdraw: "Withdraw…",
    withdrawTitle: "Withdraw the request",
    reason: "Reason",
    reasonHint: "10 to 1000 bytes on one line; the log keeps it.",
  },
});
