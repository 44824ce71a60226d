import { useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";

import { launchQueries } from "@/features/launch/queries";
import { LiveProvider } from "@/shared/live/LiveProvider";
import { newsOf } from "@/shared/live/news";

const events = { name: "accubooks-live", address: "/api/v1/launch/events" };

/** Every page of the launch: what happens there is shown as it happens. */
export function LaunchLayout(): ReactElement {
  const queries = useQueryClient();
  const onMessage = useMemo(
    () => newsOf(() => void queries.invalidateQueries({ queryKey: launchQueries.root })),
    [queries],
  );
  return (
    <LiveProvider stream={events} freshBy="word" onMessage={onMessage}>
      <Outlet />
    </LiveProvider>
  );
}
