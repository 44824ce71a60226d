import { defineText } from "@/shared/text/text";

import type { Missing, ReviewItem } from "./form";
import type { Hindrance } from "./guard";
import type { Verb } from "./statement";

export const decisionText = defineText({
  en: {
    open: { approve: "Approve…", reject: "Reject…", defer: "Defer…" } satisfies Record<
      Verb,
      string
    >,
    titles: {
      approve: "Approve this change",
      reject: "Reject this change",
      defer: "Defer this change",
    } satisfies Record<Verb, string>,
    send: {
      approve: "Sign and approve",
      reject: "Sign and reject",
      defer: "Sign and defer",
    } satisfies Record<Verb, string>,
    about: (change: string, revision: number) => `${change}, revision ${revision}`,
    hashed: "Digest of the bytes, hashed in this browser",
    shown: "What these bytes change",
    reviewed: "I have reviewed",
    review: (item: ReviewItem, guides: number, lines: number, risk: string) =>
      ({
        guides: `All implementation guides (${guides} documents, ${lines} lines)`,
        audit: "The requester's statement on the production audit and the go/no-go decision",
        scope: `Scope and risk (${risk.toUpperCase()})`,
        criteria: "Success criteria and rollback",
        evidence: "Evidence and audit trail",
      })[item],
    target: (setting: string) => `Type the new value of ${setting}`,
    sentence: "Written approval",
    sentenceHint: "Type one of these sentences, exactly:",
    reason: "Reason",
    reasonHint: "10 to 1000 bytes on one line. It is signed and kept in the log.",
    until: "Defer until (UTC)",
    conditions: "Conditions that must hold at the start (optional)",
    conditionsHint: "One a line, such as open_p0 = 0",
    key: "Sign with the key of this browser",
    missing: {
      review: "tick the review list",
      target: "type the new value",
      sentence: "write the sentence",
      reason: "give a reason",
      date: "choose a day to come",
    } satisfies Record<Missing, string>,
    still: (what: string) => `Still to do: ${what}.`,
    cancel: "Cancel",
    edited: "The revision was edited meanwhile",
    editedDetail:
      "What you read isn't what would be signed. Close, read the new revision and decide.",
    why: {
      author:
        "You requested or edited this change, so you can't decide about it. You may withdraw it.",
      two_roles:
        "You hold both the requesting and the approving role; one person never does both. Have one of them taken back.",
      role: "Only the approver named in the policy decides about this change.",
      not_in_review: "Only a change that is in review can be decided about.",
      deferred: "It was deferred; it can't be approved before that day.",
      insecure:
        "This page isn't served over https, so this browser can't sign. Use https, or the command line: accubooks launch approve",
      no_key: "You have no enrolled key in this browser.",
    } satisfies Record<Hindrance, string>,
    enrol: "Enrol a key",
    otherBytes: "The bytes are not those that the server says they are",
    otherBytesDetail: (found: string, wanted: string) =>
      `This browser hashed ${found}, the server names ${wanted}. Nothing is drawn from them, and nothing can be signed.`,
  },
  de: {
    open: { approve: "Freigeben …", reject: "Ablehnen …", defer: "Aufschieben …" },
    titles: {
      approve: "Diese Änderung freigeben",
      reject: "Diese Änderung ablehnen",
      defer: "Diese Änderung aufschieben",
    },
    send: {
      approve: "Unterschreiben und freigeben",
      reject: "Unterschreiben und ablehnen",
      defer: "Unterschreiben und aufschieben",
    },
    about: (change: string, revision: number) => `${change}, Revision ${revision}`,
    hashed: "Prüfsumme der Bytes, in diesem Browser berechnet",
    shown: "Was diese Bytes ändern",
    reviewed: "Ich habe geprüft",
    review: (item: ReviewItem, guides: number, lines: number, risk: string) =>
      ({
        guides: `Alle Anleitungen zur Umsetzung (${guides} Dokumente, ${lines} Zeilen)`,
        audit: "Die Aussage des Antragstellers zum Produktionsaudit und zur Go/No-Go-Entscheidung",
        scope: `Umfang und Risiko (${risk.toUpperCase()})`,
        criteria: "Erfolgskriterien und Rücknahme",
        evidence: "Nachweise und Prüfpfad",
      })[item],
    target: (setting: string) => `Den neuen Wert von ${setting} eintippen`,
    sentence: "Schriftliche Freigabe",
    sentenceHint: "Einen dieser Sätze eintippen, genau so:",
    reason: "Grund",
    reasonHint:
      "10 bis 1000 Bytes in einer Zeile. Er wird unterschrieben und im Protokoll aufgehoben.",
    until: "Aufschieben bis (UTC)",
    conditions: "Bedingungen, die beim Start gelten müssen (freiwillig)",
    conditionsHint: "Eine je Zeile, etwa open_p0 = 0",
    key: "Unterschreiben mit dem Schlüssel dieses Browsers",
    missing: {
      review: "die Prüfliste abhaken",
      target: "den neuen Wert eintippen",
      sentence: "den Satz schreiben",
      reason: "einen Grund angeben",
      date: "einen künftigen Tag wählen",
    },
    still: (what: string) => `Noch zu tun: ${what}.`,
    cancel: "Abbrechen",
    edited: "Die Revision wurde inzwischen geändert",
    editedDetail:
      "Was Sie gelesen haben, ist nicht, was unterschrieben würde. Schließen, die neue Revision lesen und entscheiden.",
    why: {
      author:
        "Sie haben diese Änderung beantragt oder bearbeitet und können deshalb nicht über sie entscheiden. Sie können sie zurückziehen.",
      two_roles:
        "Sie haben die beantragende und die freigebende Rolle; beides tut nie dieselbe Person. Lassen Sie eine davon zurücknehmen.",
      role: "Über diese Änderung entscheidet nur, wer in der Richtlinie als Freigebender steht.",
      not_in_review: "Entschieden werden kann nur über eine Änderung, die zur Prüfung vorliegt.",
      deferred: "Sie ist aufgeschoben; vor jenem Tag kann sie nicht freigegeben werden.",
      insecure:
        "Diese Seite kommt nicht über https, deshalb kann dieser Browser nicht unterschreiben. Nehmen Sie https oder die Kommandozeile: accubooks launch approve",
      no_key: "Sie haben in diesem Browser keinen eingetragenen Schlüssel.",
    },
    enrol: "Einen Schlüssel eintragen",
    otherBytes: "Die Bytes sind nicht die, die der Server nennt",
    otherBytesDetail: (found: string, wanted: string) =>
      `Dieser Browser hat ${found} berechnet, der Server nennt ${wanted}. Nichts wird daraus gezeigt, und nichts kann unterschrieben werden.`,
  },
});
