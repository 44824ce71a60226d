import type { Role } from "./session";

const everybody: readonly Role[] = ["owner", "accountant", "bookkeeper", "viewer"];

/** What a screen may offer; the server decides. The roles are docs/permissions.md's. */
const allowed = {
  "tenant.read": everybody,
  "tenant.configure": ["owner"],
  "account.read": everybody,
  "account.write": ["owner", "accountant"],
  "journal.read": everybody,
  "journal.post": ["owner", "accountant", "bookkeeper"],
  "journal.reverse": ["owner", "accountant"],
  "period.close": ["owner", "accountant"],
  "period.lock": ["owner"],
  "period.reopen": ["owner"],
  "period.post_soft_closed": ["owner", "accountant"],
  "report.read": everybody,
  "books.export": ["owner", "accountant"],
  "member.manage": ["owner"],
  "token.manage": ["owner"],
  "tenant.audit": ["owner", "accountant"],
} satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof allowed;

export function isPermission(name: string): name is Permission {
  return name in allowed;
}

export function may(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = allowed[permission];
  return roles.includes(role);
}
