import { createContext, use } from "react";

import type { LiveState } from "./live";

export interface LiveView {
  link: LiveState["link"];
  /** How long nothing was heard, once that is too long; null while it isn't. */
  silentMs: number | null;
}

export const LiveContext = createContext<LiveView>({ link: "connecting", silentMs: null });

export function useLive(): LiveView {
  return use(LiveContext);
}
