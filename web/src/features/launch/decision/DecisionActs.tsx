import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";

import type { BrowserKey } from "@/shared/signing/signing";
import { useText } from "@/shared/text/text";
import { StatusMark } from "@/shared/ui/StatusMark";

import type { SeenPayload } from "../queries";
import classes from "./decision.module.css";
import { DecisionDialog } from "./DecisionDialog";
import { type Hindrance, maySeeDecisions } from "./guard";
import { type Verb, verbs } from "./statement";
import { decisionText } from "./text";

interface DecisionActsProps {
  seen: SeenPayload;
  /** What stands in the way; null when nothing does. */
  found: Hindrance | null;
  signingKey: BrowserKey | undefined;
  /** YYYY-MM-DD in UTC. */
  today: string;
  /** The way to enrol a key. */
  enrolment: ReactNode;
}

/** Approve, reject, defer; or why not, in words. Who may never decide here sees no such act at all. */
export function DecisionActs({ seen, found, signingKey, today, enrolment }: DecisionActsProps) {
  const text = useText(decisionText);
  // What was drawn when it was opened stays what is decided about, also when a new revision comes.
  const [open, setOpen] = useState<{ verb: Verb; seen: SeenPayload } | null>(null);
  const mayDecide = found === null && signingKey !== undefined;
  return (
    <div className={`${classes["why"]} no-print`}>
      {maySeeDecisions(found) &&
        verbs.map((verb) => (
          <Button
            key={verb}
            variant={verb === "approve" ? "filled" : "default"}
            disabled={!mayDecide}
            onClick={() => setOpen({ verb, seen })}
          >
            {text.open[verb]}
          </Button>
        ))}
      {found !== null && <StatusMark status="info">{text.why[found]}</StatusMark>}
      {found === "no_key" && enrolment}
      {open !== null && signingKey !== undefined && (
        <DecisionDialog
          verb={open.verb}
          seen={open.seen}
          signingKey={signingKey}
          today={today}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}
