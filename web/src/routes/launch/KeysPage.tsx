import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { EnrolDialog } from "@/features/keys/EnrolDialog";
import { KeyList } from "@/features/keys/KeyList";
import { keysText } from "@/features/keys/text";
import { useCaller } from "@/shared/session/session";
import { browserKeysQuery, personalKeysQuery } from "@/shared/signing/queries";
import { canSign } from "@/shared/signing/signing";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

export function KeysPage(): ReactElement {
  const text = useText(keysText);
  const userId = useCaller().user?.user_id ?? "";
  const [isEnrolling, setEnrolling] = useState(false);
  const keys = useQuery(personalKeysQuery);
  const { data: here = [] } = useQuery(browserKeysQuery(userId));
  const enrol = <Button onClick={() => setEnrolling(true)}>{text.enrol}</Button>;
  return (
    <Page title={text.title} actions={canSign() ? enrol : undefined}>
      <p>{text.intro}</p>
      {!canSign() && <StatusMark status="warn">{text.insecure}</StatusMark>}
      {keys.error !== null && (
        <ProblemView error={keys.error} onRetry={() => void keys.refetch()} />
      )}
      {keys.data !== undefined && (
        <KeyList keys={keys.data} here={here.map(({ keyId }) => keyId)} />
      )}
      {isEnrolling && <EnrolDialog userId={userId} onClose={() => setEnrolling(false)} />}
    </Page>
  );
}
