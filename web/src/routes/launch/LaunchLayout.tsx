import { useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { type ReactElement, useCallback } from "react";

import { launchQueries } from "@/features/launch/queries";
import { LiveProvider } from "@/shared/live/LiveProvider";

/** Every page of the launch: what happens there is shown as it happens. */
export function LaunchLayout(): ReactElement {
  const queries = useQueryClient();
  const onNews = useCallback(() => {
    void queries.invalidateQueries({ queryKey: launchQueries.root });
  }, [queries]);
  return (
    <LiveProvider onNews={onNews}>
      <Outlet />
    </LiveProvider>
  );
}
