import { type Dispatch, memo } from "react";

import type { AccountId } from "@/shared/accounts/accounts";
import type { AccountIndex } from "@/shared/accounts/match";
import { useText } from "@/shared/text/text";
import { AccountField } from "@/shared/ui/fields/AccountField";
import { FieldFrame } from "@/shared/ui/fields/FieldFrame";
import { MoneyField } from "@/shared/ui/fields/MoneyField";

import { editorText } from "./editorText";
import classes from "./EntryEditor.module.css";
import { type Action, commodityOf, type Column, type LineForm, type Terms } from "./form";

interface LineRowProps {
  line: LineForm;
  /** From 1, as people count. */
  place: number;
  terms: Terms;
  accounts: AccountIndex;
  recent: readonly AccountId[];
  /** Whether some line is in another currency, so that worth has a column. */
  hasWorth: boolean;
  errors: Readonly<Record<string, string>>;
  readOnly: boolean;
  dispatch: Dispatch<Action>;
}

/** One line of the entry: cells that take the keyboard in their order. */
export const LineRow = memo(function LineRow(props: LineRowProps) {
  const { line, place, terms, readOnly, dispatch } = props;
  const words = useText(editorText);
  const label = (column: Column) => words.cell(words.columns[column], place);
  const cell = (column: Column) => `${line.key}:${column}`;
  const money = (column: "debit" | "credit" | "worth") => (
    <MoneyField
      label={label(column)}
      labelled="aside"
      text={line[column]}
      onText={(text) => dispatch({ type: "line", key: line.key, column, text })}
      onSettle={() => dispatch({ type: "settle", key: line.key, column })}
      onBalance={() => dispatch({ type: "balance", key: line.key, column })}
      commodity={commodityOf(column === "worth" ? terms.base : line.currency, terms)}
      error={props.errors[cell(column)]}
      readOnly={readOnly}
      cell={cell(column)}
    />
  );

  return (
    <div role="group" aria-label={`${place}`} className={classes["line"]} data-line={line.key}>
      <span className={classes["place"]} aria-hidden="true">
        {place}
      </span>
      <div className={classes["account"]} data-head={words.columns.account}>
        <AccountField
          label={label("account")}
          labelled="aside"
          entry={line.account}
          onChange={(entry) =>
            dispatch({
              type: "account",
              key: line.key,
              entry,
              currency: entry.id === null ? null : commodityOfAccount(entry.id, props.accounts),
            })
          }
          index={props.accounts}
          recent={props.recent}
          error={props.errors[cell("account")]}
          readOnly={readOnly}
          cell={cell("account")}
        />
      </div>
      <TextCell
        head={words.columns.memo}
        label={label("memo")}
        className={classes["memo"]}
        text={line.memo}
        error={props.errors[cell("memo")]}
        readOnly={readOnly}
        cell={cell("memo")}
        onText={(text) => dispatch({ type: "line", key: line.key, column: "memo", text })}
      />
      <TextCell
        head={words.columns.currency}
        label={label("currency")}
        className={classes["currency"]}
        text={line.currency}
        error={props.errors[cell("currency")]}
        readOnly={readOnly}
        cell={cell("currency")}
        onText={(text) => dispatch({ type: "line", key: line.key, column: "currency", text })}
      />
      <div className={classes["debit"]} data-head={words.columns.debit}>
        {money("debit")}
      </div>
      <div className={classes["credit"]} data-head={words.columns.credit}>
        {money("credit")}
      </div>
      {props.hasWorth && (
        <div
          className={classes["worth"]}
          data-head={line.currency === terms.base ? undefined : words.columns.worth}
        >
          {line.currency !== terms.base && money("worth")}
        </div>
      )}
      <button
        type="button"
        className={classes["remove"]}
        aria-label={words.remove(place)}
        title={words.remove(place)}
        tabIndex={-1}
        disabled={readOnly}
        onClick={() => dispatch({ type: "remove", key: line.key })}
      >
        ×
      </button>
    </div>
  );
});

function commodityOfAccount(id: AccountId, accounts: AccountIndex): string | null {
  return accounts.byId.get(id)?.commodity ?? null;
}

interface TextCellProps {
  head: string;
  label: string;
  className: string | undefined;
  text: string;
  error: string | undefined;
  readOnly: boolean;
  cell: string;
  onText: (text: string) => void;
}

function TextCell({ head, label, className, text, error, readOnly, cell, onText }: TextCellProps) {
  return (
    <div className={className} data-head={head}>
      <FieldFrame label={label} labelled="aside" error={error}>
        {(ids) => (
          <input
            {...ids}
            data-cell={cell}
            autoComplete="off"
            value={text}
            readOnly={readOnly}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => onText(event.currentTarget.value)}
          />
        )}
      </FieldFrame>
    </div>
  );
}
