import type { AccountLedger, LedgerLine } from "./queries";

/** A ledger as rows: per account its opening, its lines, its closing. */
export type LedgerRow =
  | { kind: "opening"; key: string; ledger: AccountLedger }
  | { kind: "line"; key: string; ledger: AccountLedger; line: LedgerLine }
  | { kind: "closing"; key: string; ledger: AccountLedger };

export function ledgerRows(ledgers: readonly AccountLedger[]): LedgerRow[] {
  return ledgers.flatMap((ledger) => {
    const key = `${ledger.account_id} ${ledger.commodity}`;
    const lines = ledger.lines.map((line) => ({
      kind: "line" as const,
      key: `${key} ${line.number} ${line.line}`,
      ledger,
      line,
    }));
    return [
      { kind: "opening" as const, key: `${key} opening`, ledger },
      ...lines,
      { kind: "closing" as const, key: `${key} closing`, ledger },
    ];
  });
}
