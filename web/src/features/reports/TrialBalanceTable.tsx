import { Fragment } from "react";

import type { TenantId } from "@/shared/session/session";
import { Amount } from "@/shared/ui/Amount";
import { ColumnHeads } from "@/shared/ui/ColumnHeads";

import { Figure } from "./Figure";
import { LedgerLink } from "./LedgerLink";
import { Percent } from "./Percent";
import type { TrialBalance, TrialBalanceRow } from "./queries";
import classes from "./report.module.css";
import type { ReportSearch } from "./search";
import { useWords } from "./useWords";

interface TrialBalanceTableProps {
  tenant: TenantId;
  report: TrialBalance;
  search: ReportSearch;
}

const measures = ["opening", "debit", "credit", "closing"] as const;

export function TrialBalanceTable({ tenant, report, search }: TrialBalanceTableProps) {
  const { text, days } = useWords();
  return (
    <div className={classes["scroll"]}>
      <table className={classes["report"]} aria-label={text["trial-balance"]}>
        <thead>
          <tr>
            <th scope="col">{text.code}</th>
            <th scope="col">{text.account}</th>
            <ColumnHeads
              of={[text.opening, text.debit, text.credit, text.closingBalance]}
              className={classes["figure"]}
            />
            {report.comparatives.map((column) => (
              <Fragment key={days(column)}>
                <th scope="col" className={classes["figure"]}>
                  {days(column)}
                </th>
                <th scope="col" className={classes["figure"]}>
                  {text.change}
                </th>
                <th scope="col" className={classes["figure"]}>
                  {text.percent}
                </th>
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.items.map((row) => (
            <Row
              key={`${row.account_id} ${row.commodity}`}
              tenant={tenant}
              report={report}
              search={search}
              row={row}
            />
          ))}
          <Totals report={report} />
        </tbody>
      </table>
    </div>
  );
}

function Row({ tenant, report, search, row }: TrialBalanceTableProps & { row: TrialBalanceRow }) {
  const { text } = useWords();
  const isAccount = row.account_id !== null;
  const shared = { commodity: row.commodity, baseCurrency: report.base_currency };
  const link = { tenant, account: row.account_id, search };
  return (
    <tr>
      <td className={classes["code"]}>{isAccount && row.account_code}</td>
      <th scope="row" className={classes["name"]}>
        <LedgerLink {...link} days={report}>
          {isAccount ? row.account : text.retainedUnclosed}
        </LedgerLink>
      </th>
      {measures.map((measure) => (
        <td key={measure} className={classes["figure"]}>
          <LedgerLink {...link} days={report}>
            <Figure {...shared} base={row[`base_${measure}`]} own={row[measure]} zero="dash" />
          </LedgerLink>
        </td>
      ))}
      {row.comparatives.map((before, index) => (
        // Columns have no name of their own and never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={index}>
          <td className={classes["figure"]}>
            <LedgerLink {...link} days={report.comparatives[index] ?? {}}>
              <Figure {...shared} base={before.base_closing} own={before.closing} zero="dash" />
            </LedgerLink>
          </td>
          <td className={classes["figure"]}>
            <Figure {...shared} base={before.base_change} own={before.change} zero="dash" />
          </td>
          <td className={classes["figure"]}>
            <Percent value={before.base_percent} />
          </td>
        </Fragment>
      ))}
    </tr>
  );
}

function Totals({ report }: { report: TrialBalance }) {
  const { text } = useWords();
  return (
    <tr className={classes["total"]}>
      <td />
      <th scope="row">
        {text.total} {report.base_currency}
      </th>
      {measures.map((measure) => (
        <td key={measure} className={classes["figure"]}>
          <Amount value={report.totals[measure]} />
        </td>
      ))}
      {report.comparatives.map(({ totals }, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={index}>
          <td className={classes["figure"]}>
            <Amount value={totals.closing} />
          </td>
          <td colSpan={2} />
        </Fragment>
      ))}
    </tr>
  );
}
