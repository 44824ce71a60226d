import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import type { BrowserKey } from "@/shared/signing/signing";
import { useText } from "@/shared/text/text";
import { Digest } from "@/shared/ui/Digest";
import { Facts } from "@/shared/ui/Facts";
import { Moment } from "@/shared/ui/Moment";
import { ProblemView } from "@/shared/ui/ProblemView";
import { Section } from "@/shared/ui/Section";
import { StatusMark } from "@/shared/ui/StatusMark";

import { type ReportStanding, useSignReport } from "./queries";
import { reportText } from "./text";

interface ReportSectionProps {
  change: string;
  isRehearsal: boolean;
  standing: ReportStanding;
  /** Of the lead, who alone signs; null for everybody else. */
  signing: { key: BrowserKey | undefined; enrolment: ReactNode } | null;
}

/** What is known about the report of an execution that has ended, and the lead's signature under it. */
export function ReportSection({ change, isRehearsal, standing, signing }: ReportSectionProps) {
  const text = useText(reportText);
  const sign = useSignReport(change, standing);
  const { signed } = standing;
  const key = signing?.key;
  return (
    <Section
      title={text.title}
      mark={standing.late ? <StatusMark status="warn">{text.late}</StatusMark> : undefined}
    >
      <Facts
        facts={[
          { name: text.digest, value: <Digest value={standing.sha256} /> },
          { name: text.due, value: <Moment at={standing.due_at} /> },
        ]}
      />
      {signed !== null && <StatusMark status="ok">{text.signed(signed.by)}</StatusMark>}
      {signed === null && (
        <StatusMark status="info">{isRehearsal ? text.rehearsal : text.unsigned}</StatusMark>
      )}
      <p>
        <a href={`/api/v1/launch/changes/${change}/report/page`} target="_blank" rel="noreferrer">
          {text.page}
        </a>
      </p>
      {signing !== null && signed === null && !isRehearsal && (
        <p>
          {key === undefined ? (
            <>
              {text.noKey} {signing.enrolment}
            </>
          ) : (
            <Button loading={sign.isPending} onClick={() => sign.mutate(key)}>
              {text.sign}
            </Button>
          )}
        </p>
      )}
      {sign.error !== null && <ProblemView error={sign.error} />}
    </Section>
  );
}
