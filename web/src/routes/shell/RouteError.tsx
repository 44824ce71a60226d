import { Button } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";

import { dropHeldKeys } from "@/shared/keys/ahead";
import { useText } from "@/shared/text/text";
import { EmptyView } from "@/shared/ui/EmptyView";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";

import { shellText } from "./text";

/** Browsers say it each in their words when a part of the program isn't on the server any more. */
function isMissingChunk(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|module script failed|preload CSS/i.test(error.message)
  );
}

export function RouteError({ error, reset }: ErrorComponentProps): ReactElement {
  const text = useText(shellText);
  const router = useRouter();
  useEffect(dropHeldKeys, []); // what was typed for the page has nowhere to go
  if (isMissingChunk(error)) {
    return (
      <Page title={text.newVersion}>
        <EmptyView action={<Button onClick={() => location.reload()}>{text.reload}</Button>}>
          {text.newVersionDetail}
        </EmptyView>
      </Page>
    );
  }
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <Page title={text.failed}>
      <ProblemView error={error} onRetry={retry} />
    </Page>
  );
}
