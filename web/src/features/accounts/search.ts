/** What the URL of the chart of accounts says. */
export interface AccountsSearch {
  /** Shows accounts with this in code or name. */
  filter?: string;
  /** Shows those that can't be posted to any more, too. */
  inactive?: true;
  /** The account whose panel is open, or "new". */
  panel?: number | "new";
}

export function accountsSearch(search: Record<string, unknown>): AccountsSearch {
  const { filter, inactive, panel } = search;
  const isAccount = typeof panel === "number" && Number.isSafeInteger(panel) && panel >= 1;
  return {
    ...(typeof filter === "string" && filter !== "" ? { filter } : {}),
    ...(inactive === true ? { inactive } : {}),
    ...(isAccount || panel === "new" ? { panel } : {}),
  };
}
