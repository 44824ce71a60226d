import type { RailItem } from "../shell/rail";

export const journalRoutes = [] as const;

export const journalRail: readonly RailItem[] = [];
