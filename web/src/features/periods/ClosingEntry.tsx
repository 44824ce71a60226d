import type { Account } from "@/shared/accounts/accounts";
import type { components } from "@/shared/api/schema";
import { useText } from "@/shared/text/text";
import { Amount } from "@/shared/ui/Amount";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import { periodText } from "./text";

interface ClosingEntryProps {
  lines: readonly components["schemas"]["Line"][];
  accounts: readonly Account[];
  /** The books' currency. */
  base: string;
}

const isCredit = (amount: string): boolean => amount.startsWith("-");
const unsigned = (amount: string): string => amount.replace("-", "");

/** The lines of an entry that isn't posted yet. */
export function ClosingEntry({ lines, accounts, base }: ClosingEntryProps) {
  const text = useText(periodText);
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const isForeign = lines.some(({ currency }) => currency !== base);
  const figure = (amount: string, currency: string, wanted: "debit" | "credit") =>
    isCredit(amount) === (wanted === "credit") && (
      <Amount value={unsigned(amount)} currency={currency === base ? undefined : currency} />
    );
  return (
    <TableFrame label={text.preview}>
      <thead>
        <tr>
          <th scope="col">{text.account}</th>
          <th scope="col" className={table["number"]}>
            {text.debit}
          </th>
          <th scope="col" className={table["number"]}>
            {text.credit}
          </th>
          {isForeign && (
            <th scope="col" className={table["number"]}>
              {text.worth(base)}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.account_id} ${line.currency}`}>
            <th scope="row">
              {line.account_code} {names.get(line.account_id)}
            </th>
            <td className={table["number"]}>{figure(line.amount, line.currency, "debit")}</td>
            <td className={table["number"]}>{figure(line.amount, line.currency, "credit")}</td>
            {isForeign && (
              <td className={table["number"]}>
                <Amount value={line.base_amount} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
