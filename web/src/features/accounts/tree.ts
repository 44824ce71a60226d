import type { Account, AccountType } from "@/shared/accounts/accounts";

export const accountTypes = ["asset", "liability", "equity", "revenue", "expense"] as const;

export interface Balance {
  account_id: number;
  base_closing: string;
}

export interface TreeRow {
  account: Account;
  /** 0 for an account without one above. */
  depth: number;
  /** Of the account and all below it, in minor units of the base currency, debit positive. */
  balance: bigint;
}

export interface TypeTree {
  type: AccountType;
  rows: TreeRow[];
  balance: bigint;
}

export interface Shown {
  filter: string;
  inactive: boolean;
}

/** Whether debit is the side on which accounts of this type grow. */
export function isDebitType(type: AccountType): boolean {
  return type === "asset" || type === "expense";
}

/**
 * The chart as rows by type, each account under the one above it, by code. Balances count what is below, shown or not. What the
 * filter doesn't find stays where something below it is found.
 */
export function treesOf(
  accounts: readonly Account[],
  balanceOf: ReadonlyMap<number, bigint>,
  { filter, inactive }: Shown,
): TypeTree[] {
  const children = Map.groupBy(accounts, (account) => account.parent_id);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = ({ code, name, active }: Account): boolean => {
    const text = `${code} ${name}`.toLowerCase();
    return (active || inactive) && words.every((word) => text.includes(word));
  };

  const branch = (account: Account, depth: number): { rows: TreeRow[]; balance: bigint } => {
    const below = (children.get(account.id) ?? []).map((child) => branch(child, depth + 1));
    const balance = below.reduce((sum, one) => sum + one.balance, balanceOf.get(account.id) ?? 0n);
    const rows = below.flatMap((one) => one.rows);
    const shown = rows.length > 0 || isFound(account);
    return { rows: shown ? [{ account, depth, balance }, ...rows] : [], balance };
  };

  return accountTypes.flatMap((type) => {
    const roots = (children.get(null) ?? []).filter((account) => account.type === type);
    const branches = roots.map((root) => branch(root, 0));
    const rows = branches.flatMap((one) => one.rows);
    const balance = branches.reduce((sum, one) => sum + one.balance, 0n);
    return rows.length === 0 ? [] : [{ type, rows, balance }];
  });
}
