import type { RailItem } from "../shell/rail";

export const launchRoutes = [] as const;

export const launchRail: readonly RailItem[] = [];
