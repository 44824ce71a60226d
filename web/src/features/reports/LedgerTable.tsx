import { useMemo } from "react";

import type { TenantId } from "@/shared/session/session";
import { usePrinting } from "@/shared/ui/usePrinting";
import { VirtualTable } from "@/shared/ui/VirtualTable";

import { ledgerCells, NarrowRow } from "./ledgerCells";
import { ledgerRows } from "./ledgerRows";
import type { GeneralLedger } from "./queries";
import classes from "./report.module.css";
import type { ReportSearch } from "./search";
import { useWords } from "./useWords";

interface LedgerTableProps {
  tenant: TenantId;
  report: GeneralLedger;
  search: ReportSearch;
}

const tracks = {
  date: "7.5rem",
  number: "5rem",
  description: "minmax(12rem, 1fr)",
  counter: "6rem",
  debit: "8.5rem",
  credit: "8.5rem",
  balance: "11rem",
} as const;

/** Lines of one account or of many: drawn as far as they are on screen, all of them when printed. */
export function LedgerTable({ tenant, report, search }: LedgerTableProps) {
  const words = useWords();
  const { text } = words;
  const isPrinting = usePrinting();
  const rows = useMemo(() => ledgerRows(report.items), [report.items]);
  const cells = ledgerCells(words, { tenant, search, days: report, base: report.base_currency });
  const heads = {
    date: text.date,
    number: text.number,
    description: text.description,
    counter: text.counter,
    debit: text.debit,
    credit: text.credit,
    balance: text.balance,
  };
  const columns = cells.map(({ key, figure, cell }) => ({
    key,
    head: heads[key],
    track: tracks[key],
    cell,
    ...(figure ? { align: "end" as const } : {}),
  }));

  if (!isPrinting) {
    return (
      <VirtualTable
        label={text["general-ledger"]}
        columns={columns}
        rows={rows}
        total={rows.length}
        rowKey={({ key }) => key}
        narrow={(row) => <NarrowRow row={row} tenant={tenant} />}
        keyGroup={text["general-ledger"]}
      />
    );
  }
  return (
    <table className={classes["report"]}>
      <thead>
        <tr>
          {columns.map(({ key, head, align }) => (
            <th key={key} scope="col" className={align === "end" ? classes["figure"] : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={row.kind === "line" ? undefined : classes["total"]}>
            {columns.map(({ key, cell, align }) => (
              <td key={key} className={align === "end" ? classes["figure"] : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
