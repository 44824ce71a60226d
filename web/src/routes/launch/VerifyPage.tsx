import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { verifyText } from "@/features/evidence/text";
import { useVerification } from "@/features/evidence/useVerification";
import { VerifyForm } from "@/features/evidence/VerifyForm";
import { VerifyLines } from "@/features/evidence/VerifyLines";
import { canSign } from "@/shared/signing/signing";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { StatusMark } from "@/shared/ui/StatusMark";

import { verifyRoute } from "./area";

const command = "accubooks audit verify FOLDER --policy policy.json --policy-fingerprint SHA256";

/** Recomputes everything about evidence, against a policy that came from somebody else. */
export function VerifyPage(): ReactElement {
  const text = useText(verifyText);
  const { execution } = verifyRoute.useSearch();
  const { found, start } = useVerification();
  return (
    <Page title={text.title}>
      <p>
        {text.intro} <code>{command}</code>
      </p>
      {canSign() ? (
        <>
          <VerifyForm
            execution={execution ?? null}
            other={<Link to="/launch/verify">{text.other}</Link>}
            isRunning={found.state === "running"}
            onJob={start}
          />
          <VerifyLines found={found} />
        </>
      ) : (
        <StatusMark status="warn">{`${text.insecure} ${command}`}</StatusMark>
      )}
    </Page>
  );
}
