import { useText } from "@/shared/text/text";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import { CourseChart } from "./CourseChart";
import classes from "./execution.module.css";
import type { ViewedCriterion } from "./queries";
import type { Series } from "./series";
import { executionText } from "./text";

interface MetricsTableProps {
  criteria: readonly ViewedCriterion[];
  series: Series;
  /** How figures are written. */
  locale: string;
}

function statusOf({ kind, outcome }: ViewedCriterion): Status {
  if (kind === "no_data" || kind === "provider_error") return "no-data";
  if (outcome === "pass") return "ok";
  return outcome === "fail" ? "danger" : "info";
}

/** Each criterion against its threshold and the baseline, with the samples that there are and that it needs. */
export function MetricsTable({ criteria, series, locale }: MetricsTableProps) {
  const text = useText(executionText);
  const count = new Intl.NumberFormat(locale);
  if (criteria.length === 0) return <p>{text.noMetrics}</p>;
  return (
    <div className={classes["metrics"]}>
      <TableFrame label={text.metrics}>
        <thead>
          <tr>
            <th scope="col">{text.metric}</th>
            <th scope="col" className={table["number"]}>
              {text.value}
            </th>
            <th scope="col" className={table["number"]}>
              {text.baseline}
            </th>
            <th scope="col">{text.course}</th>
            <th scope="col" className={table["number"]}>
              {text.samples}
            </th>
            <th scope="col">{text.verdict}</th>
          </tr>
        </thead>
        <tbody>
          {criteria.map((one) => {
            const value = one.text ?? text.noData;
            return (
              <tr key={one.criterion}>
                <th scope="row">{one.criterion}</th>
                <td className={table["number"]}>
                  {one.text === null ? (
                    <StatusMark status="no-data">{text.noData}</StatusMark>
                  ) : (
                    value
                  )}
                </td>
                <td className={table["number"]}>{one.baseline_text ?? "–"}</td>
                <td>
                  <CourseChart
                    label={text.chart(one.criterion, value)}
                    points={series[one.criterion] ?? []}
                    threshold={one.bound}
                    baseline={one.baseline}
                  />
                </td>
                <td className={table["number"]}>
                  {count.format(one.samples)}
                  {one.samples_needed > 0 && ` / ${count.format(one.samples_needed)}`}
                </td>
                <td className={classes["verdict"]}>
                  <StatusMark status={statusOf(one)}>{text.outcomes[one.outcome]}</StatusMark>
                  {one.outcome !== "pass" && one.reason !== "" && (
                    <span className={classes["reason"]}>{one.reason}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </TableFrame>
    </div>
  );
}
