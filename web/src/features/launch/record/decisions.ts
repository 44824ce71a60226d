import { fromBase64 } from "@/shared/proof/bytes";
import { parseStatement } from "@/shared/proof/statement";

import type { SignedDecision } from "../queries";

/** What a signed decision says, read from its signed bytes. */
export interface ReadDecision {
  sequence: number;
  verb: string;
  revision: number;
  name: string;
  keyId: string;
  /** The sentence of an approval; empty otherwise. */
  sentence: string;
  /** The reason of the others; empty otherwise. */
  rationale: string;
  at: string;
  expiresAt: string;
  deferUntil: string | null;
  conditions: readonly string[];
}

/** Throws JsonError for what isn't a decision. */
export function readDecision({ sequence, envelope }: SignedDecision): ReadDecision {
  const said = parseStatement(fromBase64(envelope.payload) ?? new Uint8Array()).predicate;
  const approver = said.part("approver");
  return {
    sequence,
    verb: said.text("decision"),
    revision: said.count("revision"),
    name: approver.text("name"),
    keyId: approver.text("keyid"),
    sentence: said.textOrNull("sentence") ?? "",
    rationale: said.textOrNull("rationale") ?? "",
    at: said.text("notBefore"),
    expiresAt: said.text("expiresAt"),
    deferUntil: said.textOrNull("deferUntil"),
    conditions: said.texts("conditions"),
  };
}
