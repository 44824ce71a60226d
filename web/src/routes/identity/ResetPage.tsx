import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { AskForm, ConcludeForm } from "@/features/identity/ResetForms";
import { resetText } from "@/features/identity/resetText";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";
import { StatusMark } from "@/shared/ui/StatusMark";

import { Card } from "./Card";

/** A new password for who can read mail to the address of their account. */
export function ResetPage(): ReactElement {
  const text = useText(resetText);
  const [step, setStep] = useState<"ask" | "asked" | "conclude" | "concluded">("ask");
  return (
    <Card>
      <Page title={text.title}>
        {step === "asked" && <Told>{text.asked}</Told>}
        {step === "concluded" && <Told>{text.concluded}</Told>}
        {step === "ask" && (
          <>
            <p>{text.intro}</p>
            <AskForm onAsked={() => setStep("asked")} />
            <Button variant="subtle" fullWidth onClick={() => setStep("conclude")}>
              {text.haveSecret}
            </Button>
          </>
        )}
        {(step === "asked" || step === "conclude") && (
          <>
            <ConcludeForm onConcluded={() => setStep("concluded")} />
            <Button variant="subtle" fullWidth onClick={() => setStep("ask")}>
              {text.askAgain}
            </Button>
          </>
        )}
        <Button
          variant="subtle"
          fullWidth
          renderRoot={(props) => <Link {...props} to="/sign-in" />}
        >
          {text.signIn}
        </Button>
      </Page>
    </Card>
  );
}

function Told({ children }: { children: string }) {
  return (
    <p role="status">
      <StatusMark status="ok">{children}</StatusMark>
    </p>
  );
}
