import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";

import type { AccountIndex } from "@/shared/accounts/match";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { TableFrame } from "@/shared/ui/TableFrame";

import { FixedAccount } from "./FixedAccount";
import classes from "./imports.module.css";
import { assigned, columnKeys, fits, isColumnKey, keyAt, missingIn, type Pairs } from "./mapping";
import { DELIMITERS, type Table } from "./rows";
import { type Mapping, SavedMapping } from "./SavedMapping";
import { importText } from "./text";

interface MapStepProps {
  tenant: TenantId;
  table: Table;
  pairs: Pairs;
  /** Mappings that the books keep, by name. */
  saved: readonly Mapping[];
  accounts: AccountIndex;
  onDelimiter: (delimiter: string) => void;
  onDone: (pairs: Pairs) => void;
  onBack: () => void;
}

const EXAMPLES = 3;

/** The second step, of CSV alone: what its columns are. */
export function MapStep(props: MapStepProps) {
  const { table, saved, accounts, onDone, onBack } = props;
  const text = useText(importText);
  const [pairs, setPairs] = useState(props.pairs);
  const missing = missingIn(pairs);
  const fitting = saved.filter((mapping) => fits(mapping.pairs, table));
  const [hadSaved] = useState(fitting.length > 0);
  const title = (column: number): string => table.titles?.[column] || text.column(column + 1);
  const fix = (key: "account" | "counter") => (code: string | null) => {
    const { [key]: _, ...rest } = pairs;
    setPairs(code === null ? rest : { ...rest, [key]: `=${code}` });
  };

  return (
    // No form: Enter takes an account, and goes nowhere by it.
    <div>
      <p>{text.mapHint}</p>
      <div className={classes["fields"]}>
        <NativeSelect
          label={text.delimiter}
          value={table.delimiter}
          onChange={(event) => props.onDelimiter(event.currentTarget.value)}
        >
          {DELIMITERS.map((delimiter) => (
            <option key={delimiter} value={delimiter}>
              {text.delimiters[delimiter]}
            </option>
          ))}
        </NativeSelect>
        {/* It stays when the last one is forgotten, to say so. */}
        {(fitting.length > 0 || hadSaved) && (
          <SavedMapping
            tenant={props.tenant}
            mappings={fitting}
            current={pairs}
            onPick={setPairs}
          />
        )}
      </div>
      <div className={classes["map"]}>
        <TableFrame label={text.columns}>
          <thead>
            <tr>
              <th scope="col">{text.columns}</th>
              <th scope="col">{text.is}</th>
              <th scope="col">{text.examples}</th>
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: table.width }, (_, column) => (
              <tr key={column}>
                <th scope="row">{title(column)}</th>
                <td>
                  <NativeSelect
                    aria-label={text.isOf(title(column))}
                    value={keyAt(pairs, table, column) ?? ""}
                    onChange={(event) => {
                      const key = event.currentTarget.value;
                      setPairs(assigned(pairs, table, column, isColumnKey(key) ? key : null));
                    }}
                  >
                    <option value="">{text.nothing}</option>
                    {columnKeys.map((key) => (
                      <option key={key} value={key}>
                        {text.keys[key]}
                      </option>
                    ))}
                  </NativeSelect>
                </td>
                <td>
                  {table.rows.slice(0, EXAMPLES).map((row, at) => (
                    <span key={at} className={classes["example"]}>
                      {row[column]}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </div>
      <div className={`${classes["fields"]} ${classes["acts"]}`}>
        <FixedAccount
          label={text.ownAccount}
          value={pairs["account"]}
          accounts={accounts}
          onChange={fix("account")}
        />
        {pairs["entry"] === undefined && (
          <FixedAccount
            label={text.counterAccount}
            value={pairs["counter"]}
            accounts={accounts}
            onChange={fix("counter")}
          />
        )}
      </div>
      <p aria-live="polite" className={classes["dim"]}>
        {missing.length > 0 && text.still(missing.map((one) => text.missing[one]).join(", "))}
      </p>
      <div className={classes["acts"]}>
        <Button disabled={missing.length > 0} onClick={() => onDone(pairs)}>
          {text.toCheck}
        </Button>
        <Button variant="default" onClick={onBack}>
          {text.otherFile}
        </Button>
      </div>
    </div>
  );
}
