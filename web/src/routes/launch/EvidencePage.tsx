import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { EvidenceView } from "@/features/evidence/EvidenceView";
import { evidenceQuery } from "@/features/evidence/queries";
import { evidenceText } from "@/features/evidence/text";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

import { evidenceRoute } from "./area";

function fileAddress(execution: number, path: string): string {
  return `/api/v1/launch/executions/${execution}/evidence/file?path=${encodeURIComponent(path)}`;
}

/** The evidence of one execution. */
export function EvidencePage(): ReactElement {
  const text = useText(evidenceText);
  const { execution } = evidenceRoute.useParams();
  const evidence = useQuery(evidenceQuery(execution));
  const verify = (
    <Button
      variant="default"
      renderRoot={(props) => <Link {...props} to="/launch/verify" search={{ execution }} />}
    >
      {text.verify}
    </Button>
  );
  return (
    <Page title={text.title} actions={evidence.data?.manifest ? verify : undefined}>
      {evidence.error !== null && (
        <ProblemView error={evidence.error} onRetry={() => void evidence.refetch()} />
      )}
      {evidence.data !== undefined && (
        <EvidenceView
          evidence={evidence.data}
          linkTo={(path) => (
            <a href={fileAddress(execution, path)} download={path.split("/").at(-1)}>
              {path}
            </a>
          )}
        />
      )}
    </Page>
  );
}
