import { Fragment, type ReactNode } from "react";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Amount } from "@/shared/ui/Amount";

import { Figure } from "./Figure";
import { LedgerLink } from "./LedgerLink";
import { Percent } from "./Percent";
import type { Statement, StatementRow, StatementSection } from "./queries";
import classes from "./report.module.css";
import type { ReportSearch } from "./search";
import { sectionText } from "./sectionText";
import { useWords } from "./useWords";

interface StatementTableProps {
  tenant: TenantId;
  report: Statement;
  search: ReportSearch;
}

const style = { negative: "brackets", zero: "dash" } as const;

/** An income statement or a balance sheet: sections, their accounts, their totals; a column for each range of days. */
export function StatementTable({ tenant, report, search }: StatementTableProps) {
  const { text, days, day } = useWords();
  const isOfDays = report.report === "income_statement";
  const label = text[isOfDays ? "income-statement" : "balance-sheet"];
  return (
    <div className={classes["scroll"]}>
      <table className={classes["report"]} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{text.code}</th>
            <th scope="col">{text.account}</th>
            {report.columns.map((column, index) => (
              <Fragment key={days(column)}>
                <th scope="col" className={classes["figure"]}>
                  {isOfDays || column.to === null ? days(column) : day(column.to)}
                </th>
                {index > 0 && (
                  <>
                    <th scope="col" className={classes["figure"]}>
                      {text.change}
                    </th>
                    <th scope="col" className={classes["figure"]}>
                      {text.percent}
                    </th>
                  </>
                )}
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.sections.map((section) => (
            <Section
              key={section.name}
              section={section}
              report={report}
              tenant={tenant}
              search={search}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SectionProps extends StatementTableProps {
  section: StatementSection;
}

function Section({ section, ...table }: SectionProps) {
  const names = useText(sectionText);
  const { text } = useWords();
  const name = names[section.name];
  const width = 1 + table.report.columns.length * 3;
  return (
    <>
      {section.items.length > 0 && (
        <tr className={classes["section"]}>
          <th scope="colgroup" colSpan={width}>
            {name}
          </th>
        </tr>
      )}
      {section.items.map((row) => (
        <Row key={`${row.account_id} ${row.commodity}`} row={row} {...table} />
      ))}
      <tr className={classes["total"]}>
        <td />
        <th scope="row">{section.items.length > 0 ? `${text.total} ${name}` : name}</th>
        <Columns
          count={section.base_amounts.length}
          amount={(at) => <Amount value={section.base_amounts[at] ?? "0"} {...style} />}
          change={(at) => <Amount value={section.base_changes[at] ?? "0"} {...style} />}
          percent={(at) => section.base_percents[at] ?? null}
        />
      </tr>
      {section.unvalued.map(({ commodity, amounts, changes, percents }) => (
        <tr key={commodity}>
          <td />
          <th scope="row" className={classes["name"]}>
            {text.unvalued(commodity)}
          </th>
          <Columns
            count={amounts.length}
            amount={(at) => <Amount value={amounts[at] ?? "0"} currency={commodity} {...style} />}
            change={(at) => <Amount value={changes[at] ?? "0"} {...style} />}
            percent={(at) => percents[at] ?? null}
          />
        </tr>
      ))}
    </>
  );
}

function Row({ row, report, tenant, search }: StatementTableProps & { row: StatementRow }) {
  const shared = { commodity: row.commodity, baseCurrency: report.base_currency, ...style };
  const link = { tenant, account: row.account_id, search };
  return (
    <tr>
      <td className={classes["code"]}>{row.account_code}</td>
      <th scope="row" className={`${classes["name"]} ${classes["item"]}`}>
        <LedgerLink {...link} days={report.columns[0] ?? {}}>
          {row.account}
        </LedgerLink>
      </th>
      <Columns
        count={row.amounts.length}
        amount={(at) => (
          <LedgerLink {...link} days={report.columns[at] ?? {}}>
            <Figure {...shared} base={row.base_amounts[at] ?? "0"} own={row.amounts[at] ?? "0"} />
          </LedgerLink>
        )}
        change={(at) => (
          <Figure {...shared} base={row.base_changes[at] ?? "0"} own={row.changes[at] ?? "0"} />
        )}
        percent={(at) => row.base_percents[at] ?? null}
      />
    </tr>
  );
}

interface ColumnsProps {
  count: number;
  amount: (column: number) => ReactNode;
  /** Of the columns behind the first: how the first differs from it. */
  change: (comparative: number) => ReactNode;
  percent: (comparative: number) => string | null;
}

function Columns({ count, amount, change, percent }: ColumnsProps) {
  return Array.from({ length: count }, (_, at) => (
    <Fragment key={at}>
      <td className={classes["figure"]}>{amount(at)}</td>
      {at > 0 && (
        <>
          <td className={classes["figure"]}>{change(at - 1)}</td>
          <td className={classes["figure"]}>
            <Percent value={percent(at - 1)} />
          </td>
        </>
      )}
    </Fragment>
  ));
}
