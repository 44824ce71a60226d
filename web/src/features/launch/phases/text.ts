import { defineText } from "@/shared/text/text";

export const phasesText = defineText({
  en: {
    title: "Launch",
    phases: "Phases",
    number: (phase: string) => `Phase ${phase.replace("phase", "")}`,
    gate: "Gate",
    open: "Open",
    closed: "Closed",
    risk: (risk: string) => `Risk ${risk.toUpperCase()}`,
    planned: (from: string, to: string) => (from === to ? from : `${from} – ${to}`),
    change: "Change",
    noChange: "Not requested yet",
    whyNotYet: "Why not yet",
    p0: (count: number) =>
      count === 1 ? "A P0 incident is open" : `${count} P0 incidents are open`,
    notDone: (phase: string) => `${phase} has not ended in success`,
    unreported: (phase: string) => `The report of ${phase} is not signed`,
    nothing: "Nothing was requested yet. The requesting lead asks for the approval of phase 1.",
    request: "Request approval…",
    requestTitle: (phase: string) => `Request the approval of ${phase}`,
    requestDetail:
      "A short synthetic load in a tenant of its own first sees to it that everything the change is judged by has data.",
    note: "Note to the approver (optional)",
    send: "Request approval",
    cancel: "Cancel",
  },
  de: {
    title: "Launch",
    phases: "Phasen",
    number: (phase: string) => `Phase ${phase.replace("phase", "")}`,
    gate: "Tor",
    open: "Offen",
    closed: "Geschlossen",
    risk: (risk: string) => `Risiko ${risk.toUpperCase()}`,
    planned: (from: string, to: string) => (from === to ? from : `${from} – ${to}`),
    change: "Änderung",
    noChange: "Noch nicht beantragt",
    whyNotYet: "Warum noch nicht",
    p0: (count: number) =>
      count === 1 ? "Ein P0-Vorfall ist offen" : `${count} P0-Vorfälle sind offen`,
    notDone: (phase: string) => `${phase} ist nicht mit Erfolg beendet`,
    unreported: (phase: string) => `Der Bericht von ${phase} ist nicht unterschrieben`,
    nothing:
      "Noch nichts ist beantragt. Die beantragende Leitung bittet um die Freigabe von Phase 1.",
    request: "Freigabe beantragen …",
    requestTitle: (phase: string) => `Freigabe von ${phase} beantragen`,
    requestDetail:
      "Eine kurze künstliche Last in einem eigenen Mandanten sorgt zuerst dafür, dass alles, woran die Änderung gemessen wird, Daten hat.",
    note: "Notiz für den Freigebenden (freiwillig)",
    send: "Freigabe beantragen",
    cancel: "Abbrechen",
  },
});
