import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { NewTenantForm } from "@/features/identity/NewTenantForm";
import { newTenantText } from "@/features/identity/newTenantText";
import { allowanceQuery } from "@/features/identity/queries";
import { chartsQuery } from "@/shared/charts/charts";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

export function NewTenantPage(): ReactElement {
  const text = useText(newTenantText);
  const navigate = useNavigate();
  const charts = useQuery(chartsQuery);
  const allowance = useQuery(allowanceQuery);
  const failed = charts.isError ? charts : allowance.isError ? allowance : null;
  const { data: count } = allowance;
  return (
    <Page title={text.title} width="narrow">
      {failed !== null && (
        <ProblemView error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {failed === null && (charts.data === undefined || count === undefined) && (
        <Loading rows={8} />
      )}
      {count !== undefined && count.made >= count.limit && (
        <EmptyView>{count.limit === 0 ? text.none : text.noneLeft(count.limit)}</EmptyView>
      )}
      {charts.data !== undefined && count !== undefined && count.made < count.limit && (
        <>
          <p>{text.left(count.made, count.limit)}</p>
          <NewTenantForm
            charts={charts.data}
            onMade={(tenant) => void navigate({ to: "/t/$tenant", params: { tenant } })}
          />
        </>
      )}
    </Page>
  );
}
