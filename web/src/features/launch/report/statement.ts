import type { Statement } from "@/shared/proof/statement";

export interface ReportSignature {
  change: string;
  revision: number;
  attempt: number;
  outcome: string;
  /** Of the report's bytes, as this browser hashed them. */
  sha256: string;
  signer: { id: string; name: string };
  /** The server's now, RFC 3339 to the microsecond. */
  signedAt: string;
}

/** The lead's word for a post-change report (src/launch/report_statement.cpp). */
export function reportStatement(of: ReportSignature): Statement {
  const { change, revision, attempt, outcome, signer, signedAt } = of;
  return {
    subjects: [
      { name: `${change}/rev/${revision}/attempt/${attempt}/report.json`, sha256: of.sha256 },
    ],
    predicateType: "https://accubooks.dev/launch/report/v1",
    predicate: { change, revision, attempt, outcome, signer, signedAt },
  };
}
