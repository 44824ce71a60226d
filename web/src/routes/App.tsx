import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";

import { onUnauthenticated, rememberSession } from "@/shared/api/client";
import { newQueryClient } from "@/shared/api/queryClient";
import { KeyProvider } from "@/shared/keys/KeyProvider";
import { sessionQuery } from "@/shared/session/session";
import { LocaleContext } from "@/shared/text/text";
import { useDensity } from "@/shared/ui/density";
import { localeOf, useLocaleChoice } from "@/shared/ui/localeChoice";
import { useSingleKeys } from "@/shared/ui/singleKeys";
import { cssVariables, theme } from "@/shared/ui/theme";

import { newRouter } from "./router";

const queryClient = newQueryClient();
const router = newRouter(queryClient);

/** The session has ended while a page was open: sign in, and come back to the same place. */
function leaveForSignIn(): void {
  if (router.state.location.pathname === "/sign-in") return;
  rememberSession(null);
  queryClient.setQueryData(sessionQuery.queryKey, null);
  void router.navigate({ to: "/sign-in", search: { next: router.state.location.href } });
}

interface AppProps {
  /** Of the content security policy, for styles. */
  nonce: string;
}

export function App({ nonce }: AppProps) {
  useEffect(() => onUnauthenticated(leaveForSignIn), []);
  const [characters] = useSingleKeys();
  const preferences = useMemo(() => ({ characters }), [characters]);
  const [choice] = useLocaleChoice();
  const [density] = useDensity();
  const locale = useMemo(() => localeOf(choice, navigator.languages), [choice]);
  useEffect(() => {
    document.documentElement.lang = locale.language;
    document.documentElement.dataset["density"] = density;
  }, [locale, density]);

  return (
    <LocaleContext value={locale}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queryClient}>
          <KeyProvider preferences={preferences}>
            <RouterProvider router={router} />
          </KeyProvider>
        </QueryClientProvider>
      </MantineProvider>
    </LocaleContext>
  );
}
