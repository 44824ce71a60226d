import type { RailItem } from "../shell/rail";

export const opsRoutes = [] as const;

export const opsRail: readonly RailItem[] = [];
