import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { DecisionActs } from "@/features/launch/decision/DecisionActs";
import { hindrance } from "@/features/launch/decision/guard";
import { decisionText } from "@/features/launch/decision/text";
import { ChangeActs } from "@/features/launch/execution/ChangeActs";
import { phaseNamed } from "@/features/launch/plan";
import {
  type Change,
  launchQueries,
  OtherBytesError,
  type SeenPayload,
} from "@/features/launch/queries";
import { RecordView } from "@/features/launch/record/RecordView";
import { recordText } from "@/features/launch/record/text";
import { launchWords, stateStatus } from "@/features/launch/words";
import { useSigningKeys } from "@/shared/signing/queries";
import { canSign } from "@/shared/signing/signing";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import { changeRoute } from "./area";
import { launchText } from "./text";

/** The approval record of a change, and what its approver may do about it. */
export function RecordPage(): ReactElement {
  const { change: name } = changeRoute.useParams();
  const change = useQuery(launchQueries.change(name));
  if (change.data === undefined) {
    return (
      <Page title={name}>
        {change.error !== null && (
          <ProblemView error={change.error} onRetry={() => void change.refetch()} />
        )}
      </Page>
    );
  }
  return <LoadedRecord change={change.data} />;
}

function LoadedRecord({ change }: { change: Change }) {
  const page = useText(launchText);
  const words = useText(launchWords);
  const text = useText(recordText);
  const seen = useQuery({
    ...launchQueries.payload(change.change, change.revision, change.sha256),
    // The revision before stays while a new one is fetched, and with it a dialog that is open.
    placeholderData: keepPreviousData,
  });
  const phase = seen.data && phaseNamed(seen.data.payload.plan, change.phase);
  const mark = (
    <>
      <StatusMark status={stateStatus[change.state]}>{words.states[change.state]}</StatusMark>
      {phase !== undefined && (
        <span>
          {phase.title} · {text.risk(phase.risk)}
        </span>
      )}
    </>
  );
  const record = `/api/v1/launch/changes/${change.change}/record`;
  const actions = (
    <>
      <Button component="a" href={record} target="_blank" variant="default" size="compact-md">
        {page.markdown}
      </Button>
      <Button variant="default" size="compact-md" onClick={() => window.print()}>
        {page.print}
      </Button>
    </>
  );
  return (
    <Page
      title={`${change.change}, ${text.revision(change.revision)}`}
      mark={mark}
      actions={actions}
    >
      {seen.error instanceof OtherBytesError && <OtherBytes error={seen.error} />}
      {seen.error !== null && !(seen.error instanceof OtherBytesError) && (
        <ProblemView error={seen.error} onRetry={() => void seen.refetch()} />
      )}
      {seen.data !== undefined && <SeenRecord change={change} seen={seen.data} />}
    </Page>
  );
}

/** Not the bytes that the digest is of: nothing is drawn from them. */
function OtherBytes({ error }: { error: OtherBytesError }) {
  const text = useText(decisionText);
  return (
    <div role="alert">
      <StatusMark status="danger">{text.otherBytes}</StatusMark>
      <p>{text.otherBytesDetail(error.found, error.wanted)}</p>
    </div>
  );
}

function SeenRecord({ change, seen }: { change: Change; seen: SeenPayload }) {
  const text = useText(decisionText);
  const navigate = useNavigate();
  const search = changeRoute.useSearch();
  const notices = useQuery(launchQueries.notices(change.change));
  const decisions = useQuery(launchQueries.decisions(change.change));
  const executions = useQuery(launchQueries.executions(change.change));
  const keys = useSigningKeys(change.you.user_id);
  const compared = {
    from: search.from ?? Math.max(1, change.revision - 1),
    to: search.to ?? change.revision,
  };
  return (
    <>
      <ChangeActs
        change={change}
        seen={seen}
        onStarted={({ execution }) =>
          void navigate({ to: "/launch/executions/$execution", params: { execution } })
        }
      />
      {keys !== undefined && (
        <DecisionActs
          seen={seen}
          found={hindrance({ change, canSign: canSign(), keys: keys.length })}
          signingKey={keys[0]}
          today={change.now.slice(0, 10)}
          enrolment={<Link to="/launch/keys">{text.enrol}</Link>}
        />
      )}
      <RecordView
        change={change}
        seen={seen}
        notices={notices.data ?? []}
        decisions={decisions.data ?? []}
        executions={executions.data ?? []}
        linkTo={({ execution }, label) => (
          <Link to="/launch/executions/$execution" params={{ execution }}>
            {label}
          </Link>
        )}
        compared={compared}
        onCompare={(picked) =>
          void navigate({
            to: "/launch/changes/$change",
            params: { change: change.change },
            search: picked,
            replace: true,
            resetScroll: false,
          })
        }
      />
    </>
  );
}
