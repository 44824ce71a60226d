import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { Account } from "@/shared/accounts/accounts";
import type { Tenant } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import classes from "./periods.module.css";
import { periodQueries } from "./queries";
import { periodText } from "./text";
import { CloseYearDialog, ReopenYearDialog } from "./YearDialogs";

interface YearEndProps {
  tenant: Tenant;
  year: string;
  accounts: readonly Account[];
  mayClose: boolean;
}

/** Whether a fiscal year is closed, by which entry, and the way to it or back. */
export function YearEnd({ tenant, year, accounts, mayClose }: YearEndProps) {
  const text = useText(periodText);
  // Which dialog is open, apart from how the year stands: that changes before the dialog is done.
  const [open, setOpen] = useState<"close" | "reopen" | null>(null);
  // Whether it is closed doesn't depend on where the earnings would go, which the dialog asks.
  const retained = accounts.find(({ type, active }) => type === "equity" && active)?.code ?? null;
  const closing = useQuery(periodQueries.year(tenant.tenant_id, year, retained));
  const problem = closing.isError && (
    <ProblemView error={closing.error} onRetry={() => void closing.refetch()} />
  );
  // What is known already stays, and so does a dialog that is open, while it can't be asked anew.
  if (closing.data === undefined) return problem;
  const closedBy = closing.data.closed_by;
  return (
    <div className={classes["yearEnd"]}>
      <strong>{text.yearEnd}</strong>
      {closedBy === null ? (
        <StatusMark status="info">{text.openYear}</StatusMark>
      ) : (
        <>
          <StatusMark status="ok">{text.closedBy(closedBy)}</StatusMark>
          <Link
            to="/t/$tenant/journal/$number"
            params={{ tenant: tenant.tenant_id, number: closedBy }}
          >
            {closedBy}
          </Link>
        </>
      )}
      {mayClose && (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={`${closedBy === null ? text.closeYear : text.reopenYear} ${year}`}
          onClick={() => setOpen(closedBy === null ? "close" : "reopen")}
        >
          {closedBy === null ? text.closeYear : text.reopenYear}
        </Button>
      )}
      {problem}
      {open === "close" && (
        <CloseYearDialog
          tenant={tenant}
          year={year}
          accounts={accounts}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "reopen" && (
        <ReopenYearDialog
          tenant={tenant.tenant_id}
          year={year}
          isDone={closedBy === null}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}
