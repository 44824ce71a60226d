import { Button } from "@mantine/core";
import { useState } from "react";

import type { PersonalKey } from "@/shared/signing/queries";
import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Moment } from "@/shared/ui/Moment";
import { StatusMark } from "@/shared/ui/StatusMark";
import { TableFrame } from "@/shared/ui/TableFrame";

import { RevokeDialog } from "./RevokeDialog";
import { keysText } from "./text";

interface KeyListProps {
  keys: readonly PersonalKey[];
  /** Ids of those whose private half is in this browser. */
  here: readonly string[];
}

export function KeyList({ keys, here }: KeyListProps) {
  const text = useText(keysText);
  const [revoked, setRevoked] = useState<string | null>(null);
  if (keys.length === 0) return <EmptyView>{text.none}</EmptyView>;
  return (
    <>
      <TableFrame label={text.title}>
        <thead>
          <tr>
            <th scope="col">{text.fingerprint}</th>
            <th scope="col">{text.where}</th>
            <th scope="col">{text.since}</th>
            <th scope="col">{text.state}</th>
            <th scope="col">{text.act}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.key_id}>
              <th scope="row">
                <Digest value={key.key_id} />
              </th>
              <td>{here.includes(key.key_id) ? text.here : text[key.kind]}</td>
              <td>
                <Moment at={key.enrolled_at} />
              </td>
              <td>
                {key.revoked_at === null ? (
                  <StatusMark status="ok">{text.good}</StatusMark>
                ) : (
                  <StatusMark status="danger">{`${text.revoked}: ${key.revocation_reason ?? ""}`}</StatusMark>
                )}
              </td>
              <td>
                {key.revoked_at === null && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => setRevoked(key.key_id)}
                  >
                    {text.revoke}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      {revoked !== null && <RevokeDialog keyId={revoked} onClose={() => setRevoked(null)} />}
    </>
  );
}
