import { Button } from "@mantine/core";
import { Link, useRouter } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { SignInForm } from "@/features/identity/SignInForm";
import { identityText } from "@/features/identity/text";
import { useText } from "@/shared/text/text";
import { Page } from "@/shared/ui/Page";

import { signInRoute } from "./area";
import { Card } from "./Card";

export function SignInPage(): ReactElement {
  const text = useText(identityText);
  const router = useRouter();
  const { next } = signInRoute.useSearch();
  return (
    <Card>
      <Page title={text.signIn}>
        <SignInForm onSignedIn={() => void router.navigate({ href: next ?? "/" })} />
        <Button
          variant="subtle"
          fullWidth
          renderRoot={(props) => <Link {...props} to="/forgotten-password" />}
        >
          {text.forgotten}
        </Button>
      </Page>
    </Card>
  );
}
