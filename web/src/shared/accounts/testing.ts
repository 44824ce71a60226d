import type { Account } from "./accounts";

/** For tests: an active account of assets, but for what is said otherwise. */
export function testAccount(
  id: number,
  code: string,
  name: string,
  more: Partial<Account> = {},
): Account {
  return {
    id,
    code,
    name,
    type: "asset",
    subtype: "",
    parent_id: null,
    commodity: null,
    active: true,
    type_assumed: false,
    ...more,
  };
}
