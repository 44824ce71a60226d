import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { Moment } from "@/shared/ui/Moment";
import { Section } from "@/shared/ui/Section";
import { StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import type { Change } from "../queries";
import { launchWords, stateStatus } from "../words";
import { type Compared, Comparison } from "./Comparison";
import classes from "./record.module.css";
import { recordText } from "./text";

interface ControlProps {
  change: Change;
  compared: Compared;
  onCompare: (compared: Compared) => void;
}

/** Every revision with its digest, what changed between two of them, and what happened. */
export function ControlSection({ change, compared, onCompare }: ControlProps) {
  const text = useText(recordText);
  const words = useText(launchWords);
  return (
    <Section title={text.control}>
      <TableFrame label={text.revisions}>
        <thead>
          <tr>
            <th scope="col">{text.revisions}</th>
            <th scope="col">{text.status}</th>
            <th scope="col">{text.made}</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {change.revisions.map((revision) => (
            <tr key={revision.revision}>
              <th scope="row">{revision.revision}</th>
              <td>
                <StatusMark status={stateStatus[revision.state]}>
                  {words.states[revision.state]}
                </StatusMark>
              </td>
              <td>
                <Moment at={revision.made_at} />
              </td>
              <td>
                <Digest value={revision.sha256} />
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {change.revisions.length > 1 && (
        <Comparison change={change} compared={compared} onCompare={onCompare} />
      )}
      <h3 className={classes["small"]}>{text.history}</h3>
      <ol className={classes["list"]}>
        {change.history.map((event) => (
          <li key={event.sequence}>
            <Moment at={event.at} />: {event.event.replaceAll("_", " ")},{" "}
            {text.revision(event.revision)}
          </li>
        ))}
      </ol>
    </Section>
  );
}
