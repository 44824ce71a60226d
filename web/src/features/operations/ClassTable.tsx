import { useLocale, useText } from "@/shared/text/text";
import { ColumnHeads } from "@/shared/ui/ColumnHeads";
import { NoDataMark } from "@/shared/ui/NoDataMark";
import table from "@/shared/ui/table.module.css";
import { TableFrame } from "@/shared/ui/TableFrame";

import { figureText } from "./figures";
import type { OperationsSample } from "./queries";
import { operationsText, wordOf } from "./text";

/** Quantiles of each kind of request, with the samples that they are made of. */
export function ClassTable({ latency }: { latency: OperationsSample["latency"] }) {
  const text = useText(operationsText);
  const { format } = useLocale();
  const count = new Intl.NumberFormat(format);
  const heads = ["p50", "p95", "p99", text.sampleCount, text.errors];
  return (
    <TableFrame label={text.byClass}>
      <thead>
        <tr>
          <th scope="col">{text.class}</th>
          <ColumnHeads of={heads} className={table["number"]} />
        </tr>
      </thead>
      <tbody>
        {latency.map((one) => (
          <tr key={one.class}>
            <th scope="row">{wordOf(text.classes, one.class)}</th>
            {one.p50_us === null || one.p95_us === null || one.p99_us === null ? (
              <td colSpan={3} className={table["number"]}>
                <NoDataMark />
              </td>
            ) : (
              [one.p50_us, one.p95_us, one.p99_us].map((us, at) => (
                <td key={heads[at]} className={table["number"]}>
                  {figureText(us, "us", format)}
                </td>
              ))
            )}
            <td className={table["number"]}>{count.format(one.samples)}</td>
            <td className={table["number"]}>{count.format(one.errors)}</td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
