import type { Role } from "./session";

/** What a screen may offer; the server decides. The roles are docs/permissions.md's. */
const allowed = {
  "tenant.configure": ["owner"],
  "account.write": ["owner", "accountant"],
  "journal.post": ["owner", "accountant", "bookkeeper"],
  "journal.reverse": ["owner", "accountant"],
  "period.close": ["owner", "accountant"],
  "period.lock": ["owner"],
  "period.reopen": ["owner"],
  "period.post_soft_closed": ["owner", "accountant"],
  "books.export": ["owner", "accountant"],
  "member.manage": ["owner"],
  "token.manage": ["owner"],
} satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof allowed;

export function may(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = allowed[permission];
  return roles.includes(role);
}
