import type { Account, AccountId } from "./accounts";

/** Accounts made ready to be searched with every key press. */
export interface AccountIndex {
  rows: readonly { account: Account; code: string; words: readonly string[] }[];
  byId: ReadonlyMap<AccountId, Account>;
  byCode: ReadonlyMap<string, Account>;
}

/** How many are offered at once. */
export const OFFERED_MAX = 50;

export function indexOf(accounts: readonly Account[]): AccountIndex {
  return {
    rows: accounts.map((account) => ({
      account,
      code: folded(account.code),
      words: folded(account.name).split(/[^\p{L}\p{N}]+/u),
    })),
    byId: new Map(accounts.map((account) => [account.id, account])),
    byCode: new Map(accounts.map((account) => [folded(account.code), account])),
  };
}

/**
 * Those that lines may be posted to: active, and none that only adds up others. An imported
 * account's code is its path, and may be posted to though there are accounts below it.
 */
export function postable(accounts: readonly Account[]): Account[] {
  const parents = new Set(accounts.map((account) => account.parent_id));
  return accounts.filter(
    ({ id, active, code }) => active && (!parents.has(id) || code.includes(":")),
  );
}

/** Whose code begins so, then those with a word of the name for each word; recent ones first in both. */
export function matching(
  { rows }: AccountIndex,
  query: string,
  recent: readonly AccountId[],
): Account[] {
  const wanted = folded(query.trim());
  const words = wanted.split(/\s+/u).filter((word) => word !== "");
  const [byCode, byName]: [Account[], Account[]] = [[], []];
  for (const { account, code, words: names } of rows) {
    if (code.startsWith(wanted)) byCode.push(account);
    else if (
      words.every((word) => code.startsWith(word) || names.some((name) => name.startsWith(word)))
    ) {
      byName.push(account);
    }
  }
  const places = new Map(recent.map((id, place) => [id, place]));
  return [...recentFirst(byCode, places), ...recentFirst(byName, places)].slice(0, OFFERED_MAX);
}

function recentFirst(accounts: Account[], places: ReadonlyMap<AccountId, number>): Account[] {
  const placeOf = ({ id }: Account) => places.get(id) ?? Infinity;
  const fresh = accounts.filter(({ id }) => places.has(id));
  const rest = accounts.filter(({ id }) => !places.has(id));
  return [...fresh.toSorted((one, other) => placeOf(one) - placeOf(other)), ...rest];
}

/** In lower case and without accents, as people search. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
