import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { TenantId } from "@/shared/session/session";

import { type ReportSearch, searchOf } from "./search";
import type { Days } from "./useWords";

interface LedgerLinkProps {
  tenant: TenantId;
  /** None: the figure is no account's. */
  account: number | null;
  days: Days;
  /** Of the report that the figure stands in. */
  search: ReportSearch;
  children: ReactNode;
}

/** From a figure to the lines that make it, if they are one account's. */
export function LedgerLink({ tenant, account, days, search, children }: LedgerLinkProps) {
  if (account === null) {
    return children;
  }
  const { tag, known, closing } = search;
  const range = searchOf({ from: days.from ?? undefined, to: days.to ?? undefined });
  return (
    <Link
      to="/t/$tenant/accounts/$account"
      params={{ tenant, account }}
      search={{ ...range, tag, known, closing }}
    >
      {children}
    </Link>
  );
}
