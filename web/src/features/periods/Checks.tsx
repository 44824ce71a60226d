import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { TenantId } from "@/shared/session/session";
import { useLocale, useText } from "@/shared/text/text";
import { Loading } from "@/shared/ui/Loading";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import classes from "./periods.module.css";
import { periodQueries } from "./queries";
import { periodText } from "./text";

/** What a lock would find in the books up to the period's last day. */
export function Checks({ tenant, period }: { tenant: TenantId; period: string }) {
  const text = useText(periodText);
  const { format } = useLocale();
  const checks = useQuery(periodQueries.checks(tenant, period));
  return (
    <div className={classes["part"]}>
      <h3>{text.checks}</h3>
      {checks.isPending && (
        <>
          <p>{text.checking}</p>
          <Loading rows={4} />
        </>
      )}
      {checks.isError && <ProblemView error={checks.error} onRetry={() => void checks.refetch()} />}
      {checks.data !== undefined && (
        <>
          <ul className={classes["checks"]}>
            {checks.data.checks.map(({ check, holds, detail }) => (
              <li key={check}>
                <StatusMark status={holds ? "ok" : "warn"}>{text.check[check]}</StatusMark>
                {check === "verify" && holds && (
                  <span className={classes["dim"]}>
                    {text.verified(
                      new Intl.NumberFormat(format).format(checks.data.entries_verified),
                    )}
                  </span>
                )}
                {detail !== null && <span>{detail}</span>}
                {check === "drafts" && !holds && (
                  <Link to="/t/$tenant/journal" params={{ tenant }} search={{ status: "drafts" }}>
                    {text.toDrafts}
                  </Link>
                )}
              </li>
            ))}
          </ul>
          {checks.data.checks.some(({ holds }) => !holds) && (
            <p className={classes["dim"]}>{text.lockNeeds}</p>
          )}
        </>
      )}
    </div>
  );
}
