import { useText } from "@/shared/text/text";
import { Section } from "@/shared/ui/Section";
import { type Status, StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import type { Payload, Stakeholder } from "../payload";
import type { Change, Notices } from "../queries";
import { launchWords, roleTitle } from "../words";
import { recordText } from "./text";
import { isTold } from "./told";

interface WhoProps {
  change: Change;
  payload: Payload;
  notices: Notices["items"];
}

interface Standing {
  status: Status;
  words: string;
}

/** Who may, who has, and who can't and why. */
export function WhoSection({ change, payload, notices }: WhoProps) {
  const text = useText(recordText);
  const words = useText(launchWords);

  const standingOf = (person: Stakeholder): Standing => {
    const { role, userId } = person;
    if (change.revisions.some(({ author }) => author === userId)) {
      return { status: "info", words: text.author };
    }
    const wasTold = isTold(person, notices);
    const told = wasTold ? text.told : text.notTold;
    if (role === payload.policy.approver) {
      const approvals = change.revisions.at(-1)?.approvals ?? [];
      return approvals.some(({ approver }) => approver === userId)
        ? { status: "ok", words: text.approved }
        : { status: "warn", words: `${text.waiting} · ${told}` };
    }
    return { status: wasTold ? "ok" : "warn", words: told };
  };

  return (
    <Section title={text.who}>
      <p>{text.whoMay(roleTitle(words.roles, payload.policy.approver))}</p>
      <TableFrame label={text.who}>
        <tbody>
          {payload.stakeholders.map((person) => {
            const standing = standingOf(person);
            return (
              <tr key={`${person.role}-${person.userId}`}>
                <th scope="row">{person.name}</th>
                <td>{roleTitle(words.roles, person.role)}</td>
                <td>
                  <StatusMark status={standing.status}>{standing.words}</StatusMark>
                </td>
              </tr>
            );
          })}
        </tbody>
      </TableFrame>
    </Section>
  );
}
