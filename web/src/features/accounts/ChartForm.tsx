import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { newIdempotencyKey } from "@/shared/api/client";
import { fieldError } from "@/shared/api/problem";
import { type Chart, chartsQuery } from "@/shared/charts/charts";
import { ChartSelect } from "@/shared/charts/ChartSelect";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Form } from "@/shared/ui/Form";
import { Loading } from "@/shared/ui/Loading";
import { ProblemView } from "@/shared/ui/ProblemView";

import { useCreateChart } from "./mutations";
import { accountsText } from "./text";

interface ChartFormProps {
  tenant: TenantId;
  onMade: () => void;
}

/** Offers books without accounts the ready-made charts. */
export function ChartForm(props: ChartFormProps) {
  const { data, error, refetch } = useQuery(chartsQuery);
  if (data !== undefined) return <Choice charts={data} {...props} />;
  return error === null ? (
    <Loading rows={3} />
  ) : (
    <ProblemView error={error} onRetry={() => void refetch()} />
  );
}

function Choice({ charts, tenant, onMade }: ChartFormProps & { charts: readonly Chart[] }) {
  const text = useText(accountsText);
  const [key] = useState(newIdempotencyKey);
  const create = useCreateChart(tenant, key, onMade);
  const [chart, setChart] = useState(charts[0]?.chart ?? "");
  return (
    <Form
      onSubmit={() => create.mutate(chart)}
      submit={text.makeChart}
      error={create.error}
      isPending={create.isPending}
    >
      <ChartSelect
        charts={charts}
        value={chart}
        onChange={setChart}
        error={fieldError(create.error, "/chart")}
      />
    </Form>
  );
}
