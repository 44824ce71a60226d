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
  de: {
    open: "Starten …",
    title: (change: string) => `${change} starten`,
    rehearsal: "Probe",
    rehearsalDetail:
      "Alles wie in der wirklichen Ausführung, nur schneller; am Ende kommen die vorigen Werte zurück.",
    scale: "Wie viel mal schneller",
    scaleDetail: (most: number) => `2 bis ${most}`,
    override: "Warum außerhalb des Zeitfensters (freiwillig)",
    overrideDetail: (from: string, to: string) =>
      `Das Zeitfenster ist ${from} bis ${to} UTC. Außerhalb davon braucht es einen Grund, der aufgezeichnet wird.`,
    rehearse: "Die Probe starten",
    execute: "Die Änderung ausführen",
    cancel: "Abbrechen",
    acknowledge: "Ich bin eingewiesen",
    withdraw: "Zurückziehen …",
    withdrawTitle: "Den Antrag zurückziehen",
    reason: "Grund",
    reasonHint: "10 bis 1000 Bytes in einer Zeile; das Protokoll hebt ihn auf.",
  },
});
