import { defineText } from "@/shared/text/text";

import type { Check } from "./verify/verify";

export const evidenceText = defineText({
  en: {
    title: "Evidence",
    missing: "Missing",
    nothingMissing: "Nothing that should be there is missing.",
    unfinished: "The evidence isn't finished yet: these files are there so far.",
    elsewhere: "The evidence of this execution isn't on this instance.",
    files: "Files",
    beside: "Manifest and seal",
    path: "File",
    size: "Size",
    captured: "Captured",
    coverage: "Coverage",
    bytes: (size: string) => `${size} B`,
    percent: (ppm: number) => `${(ppm / 10_000).toFixed(1)} %`,
    folder: "Folder",
    outcome: "Outcome",
    finished: "Finished",
    by: "Made by",
    log: "Audit log",
    leaves: (first: number, last: number, size: number, origin: string) =>
      `${origin}, leaves ${first} to ${last} of ${size}`,
    verify: "Verify in this browser",
  },
  de: {
    title: "Nachweise",
    missing: "Fehlt",
    nothingMissing: "Nichts fehlt, was da sein soll.",
    unfinished: "Die Nachweise sind noch nicht fertig: diese Dateien sind bisher da.",
    elsewhere: "Die Nachweise dieser Ausführung sind nicht auf dieser Instanz.",
    files: "Dateien",
    beside: "Verzeichnis und Siegel",
    path: "Datei",
    size: "Größe",
    captured: "Aufgezeichnet",
    coverage: "Abdeckung",
    bytes: (size: string) => `${size} B`,
    percent: (ppm: number) => `${(ppm / 10_000).toFixed(1).replace(".", ",")} %`,
    folder: "Ordner",
    outcome: "Ausgang",
    finished: "Fertig",
    by: "Gemacht von",
    log: "Prüfprotokoll",
    leaves: (first: number, last: number, size: number, origin: string) =>
      `${origin}, Einträge ${first} bis ${last} von ${size}`,
    verify: "In diesem Browser überprüfen",
  },
});

export const verifyText = defineText({
  en: {
    title: "Verify evidence",
    intro:
      "Digests, signatures, inclusion and consistency are recomputed in this browser. The authority is the command line, away from this server:",
    served: (execution: number) => `The evidence of execution ${execution}, as the server has it`,
    other: "Choose a folder instead",
    folder: "Folder of the evidence (choose it, or drop it here)",
    policy: "Policy, from a stakeholder (policy.json)",
    policyHint: "It says whom to trust, and comes with the evidence from nobody.",
    fingerprint: "Fingerprint of the policy, over another channel",
    start: "Verify",
    fetching: "Fetching…",
    running: "Checking…",
    good: "Everything holds. Checked in this browser.",
    bad: "NOT VERIFIED",
    failed: "It could not be checked",
    insecure: "This page isn't served over https, so this browser can't verify. Use the command:",
    checks: {
      policy: "Policy",
      files: "Files and digests",
      leaves: "Acts of the log, with their proofs",
      growth: "The log only grew",
      seal: "Seal",
      decisions: "Decisions",
      witnesses: "Witnesses",
    } satisfies Record<Check, string>,
    says: {
      policy: (_: number, detail: string) => `is the one with the fingerprint ${detail}`,
      files: (count: number) => `${count} files have the size and digest of the manifest`,
      leaves: (count: number, detail: string) => `${count} leaves are in the log ${detail}`,
      growth: (count: number) => `${count} checkpoints, each grown out of the one before`,
      seal: (count: number) => `The log of ${count} leaves holds this manifest`,
      decisions: (_: number, detail: string) => detail,
      witnesses: (count: number, detail: string) =>
        count === 0
          ? "UNWITNESSED: nobody outside the server has cosigned"
          : `Cosigned by ${detail}`,
    } satisfies Record<Check, (count: number, detail: string) => string>,
    all: "All files",
  },
  de: {
    title: "Nachweise überprüfen",
    intro:
      "Prüfsummen, Unterschriften, Enthaltensein und Widerspruchsfreiheit werden in diesem Browser nachgerechnet. Maßgeblich ist die Kommandozeile, fern von diesem Server:",
    served: (execution: number) =>
      `Die Nachweise der Ausführung ${execution}, wie der Server sie hat`,
    other: "Lieber einen Ordner wählen",
    folder: "Ordner der Nachweise (wählen oder hier ablegen)",
    policy: "Richtlinie, von einem Beteiligten (policy.json)",
    policyHint: "Sie sagt, wem zu trauen ist, und kommt mit keinem Nachweis.",
    fingerprint: "Fingerabdruck der Richtlinie, auf einem anderen Weg",
    start: "Überprüfen",
    fetching: "Wird geholt …",
    running: "Wird geprüft …",
    good: "Alles stimmt. In diesem Browser geprüft.",
    bad: "NICHT BESTÄTIGT",
    failed: "Es ließ sich nicht prüfen",
    insecure:
      "Diese Seite kommt nicht über https, deshalb kann dieser Browser nicht prüfen. Nehmen Sie den Befehl:",
    checks: {
      policy: "Richtlinie",
      files: "Dateien und Prüfsummen",
      leaves: "Handlungen des Protokolls, mit ihren Beweisen",
      growth: "Das Protokoll ist nur gewachsen",
      seal: "Siegel",
      decisions: "Entscheidungen",
      witnesses: "Zeugen",
    },
    says: {
      policy: (_: number, detail: string) => `ist die mit dem Fingerabdruck ${detail}`,
      files: (count: number) => `${count} Dateien haben Größe und Prüfsumme des Verzeichnisses`,
      leaves: (count: number, detail: string) => `${count} Einträge sind im Protokoll ${detail}`,
      growth: (count: number) => `${count} Prüfpunkte, jeder aus dem vorigen gewachsen`,
      seal: (count: number) => `Das Protokoll mit ${count} Einträgen enthält dieses Verzeichnis`,
      decisions: (_: number, detail: string) => detail,
      witnesses: (count: number, detail: string) =>
        count === 0
          ? "UNBEZEUGT: niemand außerhalb des Servers hat mitunterschrieben"
          : `Mitunterschrieben von ${detail}`,
    },
    all: "Alle Dateien",
  },
});
