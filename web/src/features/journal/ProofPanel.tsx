import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { TenantId } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import classes from "./Journal.module.css";
import type { Entry, Findings } from "./proof";
import { journalQueries } from "./queries";
import { journalText } from "./text";

interface ProofPanelProps {
  tenant: TenantId;
  entry: Entry;
}

/** Recomputes the entry's hash in this browser, from bytes that are asked for anew each time. */
export function ProofPanel({ tenant, entry }: ProofPanelProps) {
  const words = useText(journalText);
  const { data, error, isFetching, refetch } = useQuery({
    ...journalQueries.proof(tenant, entry),
    enabled: isSecure(),
  });
  return (
    <section className={classes["section"]} aria-labelledby="proof">
      <h2 id="proof">{words.proof}</h2>
      <p className={classes["dim"]}>{isSecure() ? words.proofHint : words.noSubtle}</p>
      {error !== null && <ProblemView error={error} onRetry={() => void refetch()} />}
      <div role="status" aria-live="polite">
        {isFetching ? words.proving : data !== undefined && <Verdict found={data} />}
      </div>
      {data !== undefined && <Hashes found={data} />}
      <Button
        variant="default"
        size="compact-sm"
        disabled={isFetching}
        onClick={() => void refetch()}
      >
        {words.proveAgain}
      </Button>
    </section>
  );
}

/** WebCrypto exists on https and localhost only. */
function isSecure(): boolean {
  return window.isSecureContext;
}

function Verdict({ found }: { found: Findings }) {
  const words = useText(journalText);
  return (
    <ul className={classes["checks"]}>
      {found.checks.map(({ what, matches }) => (
        <li key={what}>
          <StatusMark status={matches ? "ok" : "danger"}>
            {matches ? words.matches : words.doesNotMatch}
          </StatusMark>
          <span>{words.checks[what]}</span>
        </li>
      ))}
    </ul>
  );
}

function Hashes({ found }: { found: Findings }) {
  const words = useText(journalText);
  const rows: [string, string][] = [
    [words.previousHash, found.previous],
    [`${words.hashOfBytes} (${words.entryBytes(found.bytes)})`, found.entryHash],
    [words.ownHash, found.hash],
    [words.nextHash, found.next ?? words.isLast],
  ];
  return (
    <dl className={classes["facts"]}>
      {rows.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd className={classes["hash"]}>{value}</dd>
        </div>
      ))}
      {found.links > 0 && (
        <div style={{ display: "contents" }}>
          <dt />
          <dd>{words.linksBetween(found.links)}</dd>
        </div>
      )}
    </dl>
  );
}
