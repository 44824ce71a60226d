import { Button } from "@mantine/core";
import { useState } from "react";

import { roleText } from "@/shared/session/roleText";
import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Moment } from "@/shared/ui/Moment";
import { StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import type { Token } from "./queries";
import { peopleText } from "./text";
import { RevokeTokenDialog } from "./TokenDialogs";

interface TokenTableProps {
  tenant: TenantId;
  tokens: readonly Token[];
  /** When they were read. */
  now: number;
}

/** The newest first, revoked ones too. */
export function TokenTable({ tenant, tokens, now }: TokenTableProps) {
  const text = useText(peopleText);
  const roles = useText(roleText);
  const [revoked, setRevoked] = useState<Token | null>(null);
  if (tokens.length === 0) return <EmptyView>{text.noTokens}</EmptyView>;
  return (
    <>
      <TableFrame label={text.tokens}>
        <thead>
          <tr>
            <th scope="col">{text.label}</th>
            <th scope="col">{text.role}</th>
            <th scope="col">{text.state}</th>
            <th scope="col">{text.lastUsed}</th>
            <th scope="col">{text.act}</th>
          </tr>
        </thead>
        <tbody>
          {tokens.toReversed().map((token) => (
            <tr key={token.token_id}>
              <th scope="row">{token.label}</th>
              <td>{roles[token.role]}</td>
              <td>
                <TokenState token={token} now={now} />
              </td>
              <td>
                {token.last_used_at === null ? text.never : <Moment at={token.last_used_at} />}
              </td>
              <td>
                {token.revoked_at === null && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => setRevoked(token)}
                    aria-label={`${text.revoke} ${token.label}`}
                  >
                    {text.revoke}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {revoked !== null && (
        <RevokeTokenDialog tenant={tenant} token={revoked} onClose={() => setRevoked(null)} />
      )}
    </>
  );
}

function TokenState({ token, now }: { token: Token; now: number }) {
  const text = useText(peopleText);
  const { revoked_at: revoked, expires_at: end } = token;
  if (revoked !== null) {
    return (
      <StatusMark status="danger">
        {text.revoked} <Moment at={revoked} />
      </StatusMark>
    );
  }
  if (end === null) return <StatusMark status="ok">{text.good}</StatusMark>;
  const isOver = Date.parse(end) <= now;
  return (
    <StatusMark status={isOver ? "warn" : "ok"}>
      {isOver ? text.over : text.goodUntil} <Moment at={end} />
    </StatusMark>
  );
}
