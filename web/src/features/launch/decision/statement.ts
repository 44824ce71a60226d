import { secondsAfter } from "@/shared/proof/instant";
import type { JsonObject } from "@/shared/proof/json";
import type { Statement } from "@/shared/proof/statement";

export const verbs = ["approve", "reject", "defer"] as const;
export type Verb = (typeof verbs)[number];

/** What somebody decides about one exact revision. */
export interface Decision {
  verb: Verb;
  change: string;
  revision: number;
  /** Of the payload's bytes, as this browser hashed them. */
  sha256: string;
  role: string;
  approver: { id: string; name: string };
  keyId: string;
  /** The server's now, RFC 3339 to the microsecond. */
  now: string;
  validSeconds: number;
  /** The sentence of an approval, the reason of the others. */
  text: string;
  /** Midnight UTC of this day, of a deferral. */
  deferUntil: string | null;
  conditions: readonly string[];
}

function numberOf(change: string): number {
  return Number(change.replace("CHG-", ""));
}

/** The in-toto statement of a decision, as the server reads it and nothing else (src/launch/decision.cpp). */
export function decisionStatement(decision: Decision): Statement {
  const said: JsonObject =
    decision.verb === "approve" ? { sentence: decision.text } : { rationale: decision.text };
  const until: JsonObject =
    decision.deferUntil === null ? {} : { deferUntil: `${decision.deferUntil}T00:00:00.000000Z` };
  return {
    subjects: [{ name: `${decision.change}/rev/${decision.revision}`, sha256: decision.sha256 }],
    predicateType: "https://accubooks.dev/launch/decision/v1",
    predicate: {
      decision: decision.verb,
      change: numberOf(decision.change),
      revision: decision.revision,
      role: decision.role,
      approver: { ...decision.approver, keyid: decision.keyId, method: "ed25519" },
      notBefore: decision.now,
      expiresAt: secondsAfter(decision.now, decision.validSeconds),
      conditions: decision.conditions,
      ...said,
      ...until,
    },
  };
}
