import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { AccountId } from "@/shared/accounts/accounts";
import { toWire } from "@/shared/money/decimal";
import type { Tenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Amount } from "@/shared/ui/Amount";

import classes from "./ChartTable.module.css";
import { subtypeText } from "./subtypeText";
import { accountsText } from "./text";
import { isDebitType, type TreeRow, type TypeTree } from "./tree";

interface ChartTableProps {
  tenant: Tenant;
  trees: readonly TypeTree[];
  /** Digits after the point of the base currency. */
  scale: number;
  /** Opens an account's panel; without it nothing can be changed. */
  onChange: ((account: AccountId) => void) | undefined;
}

/** The chart of accounts by type. A balance is positive on the side on which its type grows. */
export function ChartTable({ tenant, trees, scale, onChange }: ChartTableProps) {
  const text = useText(accountsText);
  return (
    <div className={classes["scroll"]}>
      <table className={classes["chart"]} aria-label={text.title}>
        <thead>
          <tr>
            <th scope="col">{text.code}</th>
            <th scope="col">{text.name}</th>
            <th scope="col" className={classes["wide"]}>
              {text.kind}
            </th>
            <th scope="col" className={classes["wide"]}>
              {text.commodity}
            </th>
            <th scope="col" className={classes["figure"]}>
              {text.balance(tenant.base_currency)}
            </th>
            {onChange !== undefined && <td className="no-print" />}
          </tr>
        </thead>
        {trees.map((tree) => (
          <tbody key={tree.type}>
            <tr className={classes["type"]}>
              <th scope="rowgroup" colSpan={2}>
                {text.types[tree.type]}
              </th>
              <td className={classes["wide"]} colSpan={2} />
              <td className={classes["figure"]}>
                <Amount value={sided(tree, tree.balance, scale)} />
              </td>
              {onChange !== undefined && <td className="no-print" />}
            </tr>
            {tree.rows.map((row) => (
              <Row
                key={row.account.id}
                row={row}
                balance={sided(tree, row.balance, scale)}
                tenant={tenant}
                onChange={onChange}
              />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function sided({ type }: TypeTree, balance: bigint, scale: number): string {
  return toWire(isDebitType(type) ? balance : -balance, scale);
}

interface RowProps {
  row: TreeRow;
  balance: string;
  tenant: Tenant;
  onChange: ((account: AccountId) => void) | undefined;
}

function Row({ row: { account, depth }, balance, tenant, onChange }: RowProps) {
  const text = useText(accountsText);
  const kinds = useText(subtypeText);
  const params = { tenant: tenant.tenant_id, account: account.id };
  return (
    <tr data-inactive={!account.active || undefined}>
      <td className={classes["code"]}>{account.code}</td>
      <th
        scope="row"
        className={classes["name"]}
        style={{ paddingInlineStart: `${depth * 1.25}rem` }}
      >
        <Link to="/t/$tenant/accounts/$account" params={params}>
          {account.name}
        </Link>
        {!account.active && <span className={classes["mark"]}> {text.isInactive}</span>}
      </th>
      <td className={classes["wide"]}>{kinds[account.subtype] ?? account.subtype}</td>
      <td className={classes["wide"]}>{account.commodity ?? text.anyCommodity}</td>
      <td className={classes["figure"]}>
        <Link to="/t/$tenant/accounts/$account" params={params}>
          <Amount value={balance} />
        </Link>
      </td>
      {onChange !== undefined && (
        <td className={`${classes["act"]} no-print`}>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={text.change(account.name)}
            onClick={() => onChange(account.id)}
          >
            {text.changeShort}
          </Button>
        </td>
      )}
    </tr>
  );
}
