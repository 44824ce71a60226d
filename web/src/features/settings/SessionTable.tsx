import { Button } from "@mantine/core";

import { useText } from "@/shared/text/text";
import { Moment } from "@/shared/ui/Moment";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import { useEndSession } from "./mutations";
import type { OpenSession } from "./queries";
import { settingsText } from "./text";

interface SessionTableProps {
  sessions: readonly OpenSession[];
}

/** Where the person is signed in; any but this one can be ended. */
export function SessionTable({ sessions }: SessionTableProps) {
  const text = useText(settingsText);
  const end = useEndSession();
  return (
    <>
      <TableFrame label={text.sessions}>
        <thead>
          <tr>
            <th scope="col">{text.browser}</th>
            <th scope="col">{text.from}</th>
            <th scope="col">{text.begun}</th>
            <th scope="col">{text.used}</th>
            <th scope="col">{text.act}</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.session_id}>
              <th scope="row">{session.user_agent}</th>
              <td>{session.from}</td>
              <td>
                <Moment at={session.created_at} />
              </td>
              <td>
                <Moment at={session.last_used_at} />
              </td>
              <td>
                {session.is_this ? (
                  <StatusMark status="info">{text.here}</StatusMark>
                ) : (
                  <Button
                    variant="default"
                    size="compact-sm"
                    loading={end.isPending && end.variables === session.session_id}
                    onClick={() => end.mutate(session.session_id)}
                  >
                    {text.end}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {end.error !== null && <ProblemView error={end.error} />}
    </>
  );
}
