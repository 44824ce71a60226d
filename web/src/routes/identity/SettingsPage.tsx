import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { AppearanceSection } from "@/features/settings/AppearanceSection";
import { FactorSection } from "@/features/settings/FactorSection";
import { PasswordForm } from "@/features/settings/PasswordForm";
import { ProfileForm } from "@/features/settings/ProfileForm";
import { secondFactorQuery, sessionsQuery } from "@/features/settings/queries";
import { SessionTable } from "@/features/settings/SessionTable";
import { settingsText } from "@/features/settings/text";
import { useCaller } from "@/shared/session/session";
import { useText } from "@/shared/text/text";
import { Facts } from "@/shared/ui/Facts";
import { Loading } from "@/shared/ui/Loading";
import { Page } from "@/shared/ui/Page";
import { ProblemView } from "@/shared/ui/ProblemView";
import { Section } from "@/shared/ui/Section";

/** What belongs to the person, whatever the tenant. */
export function SettingsPage(): ReactElement {
  const text = useText(settingsText);
  const { user } = useCaller();
  const factor = useQuery(secondFactorQuery);
  const sessions = useQuery(sessionsQuery);
  return (
    <Page title={text.title}>
      <Section title={text.profile}>
        <Facts facts={[{ name: text.email, value: user?.email }]} />
        <p>{text.profileHint}</p>
        {user !== null && <ProfileForm user={user} />}
      </Section>
      {factor.isPending && <Loading rows={3} />}
      {factor.isError && <ProblemView error={factor.error} onRetry={() => void factor.refetch()} />}
      {factor.isSuccess && <FactorSection factor={factor.data} />}
      <Section title={text.password}>
        <PasswordForm />
      </Section>
      <Section title={text.sessions}>
        {sessions.isPending && <Loading rows={3} />}
        {sessions.isError && (
          <ProblemView error={sessions.error} onRetry={() => void sessions.refetch()} />
        )}
        {sessions.isSuccess && <SessionTable sessions={sessions.data} />}
      </Section>
      <AppearanceSection />
    </Page>
  );
}
