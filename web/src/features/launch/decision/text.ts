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
});
