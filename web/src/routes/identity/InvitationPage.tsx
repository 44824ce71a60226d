import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";

import { AcceptForm } from "@/features/identity/AcceptForm";
import { invitationText } from "@/features/identity/invitationText";
import { useJoin } from "@/features/identity/mutations";
import { SignInForm } from "@/features/identity/SignInForm";
import { sessionQuery } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";
import { StatusMark } from "@/shared/ui/StatusMark";

import { Card } from "./Card";

/** Where the link of an invitation leads: to an account of one's own, or into one more tenant. */
export function InvitationPage(): ReactElement {
  const text = useText(invitationText);
  const { data: caller } = useQuery(sessionQuery);
  const email = caller?.user?.email;
  // The link's secret, held while the page is open: it may leave the address bar.
  const secret = useLocation({ select: ({ hash }) => hash });
  return (
    <Card>
      <Page title={text.title}>
        {secret === "" ? (
          <EmptyView action={<Link to="/">{text.home}</Link>}>{text.noSecret}</EmptyView>
        ) : email === undefined ? (
          <Newcomer secret={secret} />
        ) : (
          <Join secret={secret} email={email} />
        )}
      </Page>
    </Card>
  );
}

function Newcomer({ secret }: { secret: string }) {
  const text = useText(invitationText);
  const navigate = useNavigate();
  const [step, setStep] = useState<"accept" | "signIn" | "accepted">("accept");
  if (step === "accept") {
    return (
      <>
        <p>{text.intro}</p>
        <AcceptForm secret={secret} onAccepted={() => setStep("accepted")} />
        <Button variant="subtle" fullWidth onClick={() => setStep("signIn")}>
          {text.haveOne}
        </Button>
      </>
    );
  }
  return (
    <>
      {step === "accepted" && (
        <p role="status">
          <StatusMark status="ok">{text.accepted}</StatusMark>
        </p>
      )}
      {/* Who had an account stays, to join with it. */}
      <SignInForm
        onSignedIn={() => (step === "accepted" ? void navigate({ to: "/" }) : undefined)}
      />
      {step === "signIn" && (
        <Button variant="subtle" fullWidth onClick={() => setStep("accept")}>
          {text.haveNone}
        </Button>
      )}
    </>
  );
}

function Join({ secret, email }: { secret: string; email: string }) {
  const text = useText(invitationText);
  const navigate = useNavigate();
  const join = useJoin();
  return (
    <>
      <p>{text.joinIntro}</p>
      {join.error !== null && <ProblemView error={join.error} />}
      <Button
        fullWidth
        loading={join.isPending}
        onClick={() =>
          join.mutate(secret, {
            onSuccess: ({ tenant_id }) =>
              void navigate({ to: "/t/$tenant", params: { tenant: tenant_id } }),
          })
        }
      >
        {text.join(email)}
      </Button>
      <Link to="/">{text.home}</Link>
    </>
  );
}
