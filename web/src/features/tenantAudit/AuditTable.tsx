import { UnstyledButton } from "@mantine/core";

import { Actor } from "@/shared/actors/Actor";
import { useText } from "@/shared/text/text";
import { Moment } from "@/shared/ui/Moment";
import { TableFrame } from "@/shared/ui/TableFrame";

import classes from "./audit.module.css";
import { changesOf } from "./change";
import type { AuditEvent } from "./queries";
import { auditText } from "./text";

interface AuditTableProps {
  events: readonly AuditEvent[];
  /** Who an actor is, or a person or token that was changed; null where nobody is known by it. */
  who: (actor: string) => string | null;
  onActor: (actor: string) => void;
}

export function AuditTable({ events, who, onActor }: AuditTableProps) {
  const text = useText(auditText);
  return (
    <TableFrame label={text.title}>
      <thead>
        <tr>
          <th scope="col">{text.number}</th>
          <th scope="col">{text.at}</th>
          <th scope="col">{text.actor}</th>
          <th scope="col">{text.event}</th>
          <th scope="col">{text.change}</th>
          <th scope="col">{text.reason}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.number}>
            <th scope="row">{event.number}</th>
            <td className={classes["at"]}>
              <Moment at={event.at} />
            </td>
            <td>
              <UnstyledButton
                className={classes["actor"]}
                title={text.onlyOf(who(event.actor) ?? event.actor)}
                onClick={() => onActor(event.actor)}
              >
                <Actor actor={event.actor} words={who(event.actor)} />
              </UnstyledButton>
              {event.from !== "" && <div className={classes["dim"]}>{event.from}</div>}
            </td>
            <td>
              {text.kinds[event.kind]} {text.acts[event.act]}
              <div className={classes["dim"]}>
                <Actor actor={event.object} words={who(event.object)} />
              </div>
            </td>
            <td>
              {changesOf(event).map((change) => (
                <div key={change.name} className={classes["change"]}>
                  <code>{change.name}</code> {change.before} → {change.after}
                </div>
              ))}
            </td>
            <td>{event.reason}</td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
