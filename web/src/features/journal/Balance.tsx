import { formatMoney } from "@/shared/money/format";
import { useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import { editorText } from "./editorText";
import classes from "./EntryEditor.module.css";
import { commodityOf, type EntryForm, type Terms } from "./form";
import { sumsOf } from "./sums";

interface BalanceProps {
  form: EntryForm;
  terms: Terms;
}

/** Debits and credits of each currency, and what is missing until they balance. */
export function Balance({ form, terms }: BalanceProps) {
  const words = useText(editorText);
  const { currencies, open } = sumsOf(form, terms);
  const figure = (minor: bigint, currency: string) =>
    formatMoney(minor, commodityOf(currency, terms).scale, terms.locale);
  const moved = currencies.some(({ debit, credit }) => debit !== 0n || credit !== 0n);

  return (
    <div className={classes["balance"]}>
      {/* Read out when it changes, and only then. */}
      <div role="status" aria-live="polite" className={classes["verdict"]}>
        {moved && open.length === 0 && <StatusMark status="ok">{words.balanced}</StatusMark>}
        {moved &&
          open.map(({ currency, out }) => (
            <StatusMark key={currency} status="warn">
              {words.outBy(
                figure(out < 0n ? -out : out, currency),
                currency,
                out > 0n ? "credit" : "debit",
              )}
              {currency !== terms.base && ` (${words.worthHint(currency)})`}
            </StatusMark>
          ))}
        {moved && open.length > 0 && <span className={classes["hint"]}>{words.balanceHint}</span>}
      </div>
      <dl className={classes["sums"]}>
        {currencies.map(({ currency, debit, credit }) => (
          <div key={currency}>
            <dt>{currency}</dt>
            <dd>{figure(debit, currency)}</dd>
            <dd>{figure(credit, currency)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
