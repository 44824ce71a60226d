import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { TenantId } from "@/shared/session/session";
import { Amount } from "@/shared/ui/Amount";

import classes from "./ledger.module.css";
import { LedgerLink } from "./LedgerLink";
import type { LedgerRow } from "./ledgerRows";
import type { ReportSearch } from "./search";
import type { Days, useWords } from "./useWords";

interface Place {
  tenant: TenantId;
  search: ReportSearch;
  days: Days;
  /** The books' currency: named only where another is meant. */
  base: string;
}

export interface LedgerCell {
  key: "date" | "number" | "description" | "counter" | "debit" | "credit" | "balance";
  figure: boolean;
  cell: (row: LedgerRow) => ReactNode;
}

/** What stands in each column, by kind of row. */
export function ledgerCells(
  { text, day }: ReturnType<typeof useWords>,
  { tenant, search, days, base }: Place,
): LedgerCell[] {
  const foreign = ({ ledger }: LedgerRow): string | undefined =>
    ledger.commodity === base ? undefined : ledger.commodity;
  return [
    {
      key: "date",
      figure: false,
      cell: (row) => (row.kind === "line" ? day(row.line.date) : null),
    },
    {
      key: "number",
      figure: false,
      cell: (row) =>
        row.kind === "line" ? <EntryLink tenant={tenant} number={row.line.number} /> : null,
    },
    {
      key: "description",
      figure: false,
      cell: (row) => {
        const { ledger } = row;
        if (row.kind === "line") return <Description row={row} />;
        if (row.kind === "closing") return <strong>{text.closingBalance}</strong>;
        return (
          <strong>
            <LedgerLink tenant={tenant} account={ledger.account_id} days={days} search={search}>
              {ledger.account_code} {ledger.account}
            </LedgerLink>{" "}
            <span className={classes["dim"]}>{text.opening}</span>
          </strong>
        );
      },
    },
    {
      key: "counter",
      figure: false,
      cell: (row) => (row.kind === "line" ? row.line.counter_account_code : null),
    },
    {
      key: "debit",
      figure: true,
      cell: (row) => <Side row={row} side="debit" />,
    },
    {
      key: "credit",
      figure: true,
      cell: (row) => <Side row={row} side="credit" />,
    },
    {
      key: "balance",
      figure: true,
      cell: (row) => {
        if (row.kind === "line") return <Amount value={row.line.balance} currency={foreign(row)} />;
        return (
          <strong>
            <Amount value={row.ledger[row.kind]} currency={foreign(row)} />
          </strong>
        );
      },
    },
  ];
}

function isZero(amount: string): boolean {
  return /^0(\.0*)?$/.test(amount);
}

function Side({ row, side }: { row: LedgerRow; side: "debit" | "credit" }) {
  if (row.kind === "opening") return null;
  const value = row.kind === "line" ? row.line[side] : row.ledger[side];
  // A line has one side; the other says nothing.
  return row.kind === "line" && isZero(value) ? null : <Amount value={value} />;
}

function Description({ row }: { row: Extract<LedgerRow, { kind: "line" }> }) {
  const { description, memo, reference } = row.line;
  const rest = [memo, reference].filter(Boolean).join(" · ");
  return (
    <span className={classes["description"]} title={`${description} ${rest}`}>
      {description} <span className={classes["dim"]}>{rest}</span>
    </span>
  );
}

export function EntryLink({ tenant, number }: { tenant: TenantId; number: number }) {
  return (
    <Link to="/t/$tenant/journal/$number" params={{ tenant, number }}>
      {number}
    </Link>
  );
}

interface NarrowRowProps {
  row: LedgerRow;
  tenant: TenantId;
}

/** On a phone: what it is and its amount, a credit negative, above what it makes of the balance. */
export function NarrowRow({ row, tenant }: NarrowRowProps) {
  if (row.kind !== "line") {
    return (
      <span className={classes["narrow"]}>
        <strong>
          {row.ledger.account_code} {row.ledger.account}
        </strong>
        <strong>
          <Amount value={row.ledger[row.kind]} currency={row.ledger.commodity} />
        </strong>
      </span>
    );
  }
  return (
    <>
      <span className={classes["narrow"]}>
        <span className={classes["description"]}>{row.line.description}</span>
        <Amount value={isZero(row.line.credit) ? row.line.debit : `-${row.line.credit}`} />
      </span>
      <span className={`${classes["narrow"]} ${classes["dim"]}`}>
        <span>
          {row.line.date} <EntryLink tenant={tenant} number={row.line.number} />
        </span>
        <Amount value={row.line.balance} />
      </span>
    </>
  );
}
