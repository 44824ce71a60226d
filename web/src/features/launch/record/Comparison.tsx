import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { canonicalJson, type Json } from "@/shared/proof/json";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";
import { TableFrame } from "@/shared/ui/TableFrame";

import { differences } from "../jsonDiff";
import { type Change, type ChangeRevision, launchQueries } from "../queries";
import classes from "./record.module.css";
import { recordText } from "./text";

/** Which two revisions; kept in the address. */
export interface Compared {
  from: number;
  to: number;
}

interface ComparisonProps {
  change: Change;
  compared: Compared;
  onCompare: (compared: Compared) => void;
}

export function Comparison({ change, compared, onCompare }: ComparisonProps) {
  const text = useText(recordText);
  const numbers = change.revisions.map(({ revision }) => String(revision));
  const named = (number: number) => change.revisions.find(({ revision }) => revision === number);
  const [from, to] = [named(compared.from), named(compared.to)];
  return (
    <>
      <h3 className={classes["small"]}>{text.compare}</h3>
      <div className={classes["picks"]}>
        <NativeSelect
          label={text.from}
          data={numbers}
          value={String(compared.from)}
          onChange={(event) => onCompare({ ...compared, from: Number(event.target.value) })}
        />
        <NativeSelect
          label={text.to}
          data={numbers}
          value={String(compared.to)}
          onChange={(event) => onCompare({ ...compared, to: Number(event.target.value) })}
        />
      </div>
      {from !== undefined && to !== undefined && (
        <DifferencesTable change={change.change} from={from} to={to} />
      )}
    </>
  );
}

function valueText(value: Json | undefined, absent: string): string {
  return value === undefined ? absent : canonicalJson(value);
}

interface DifferencesProps {
  change: string;
  from: ChangeRevision;
  to: ChangeRevision;
}

/** Drawn from the exact bytes of both revisions. */
function DifferencesTable({ change, from, to }: DifferencesProps) {
  const text = useText(recordText);
  const old = useQuery(launchQueries.payload(change, from.revision, from.sha256));
  const now = useQuery(launchQueries.payload(change, to.revision, to.sha256));
  const error = old.error ?? now.error;
  if (error !== null) return <ProblemView error={error} />;
  if (old.data === undefined || now.data === undefined) return null;
  const found = differences(old.data.payload.whole, now.data.payload.whole);
  if (found.length === 0) return <p>{text.same}</p>;
  return (
    <TableFrame label={text.compare}>
      <thead>
        <tr>
          <th scope="col">{text.path}</th>
          <th scope="col">{text.before}</th>
          <th scope="col">{text.after}</th>
        </tr>
      </thead>
      <tbody>
        {found.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path}</code>
            </th>
            <td className={classes["value"]}>
              <del className={classes["old"]}>{valueText(before, text.absent)}</del>
            </td>
            <td className={classes["value"]}>
              <ins className={classes["new"]}>{valueText(after, text.absent)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
