import { type ReactNode, useEffect, useState } from "react";

import { browserParts } from "./browser";
import { Live, silentAfterMs } from "./live";
import { type LiveView, LiveContext } from "./LiveContext";

interface LiveProviderProps {
  /** What is looked at anew, since something happened or may have been missed. Called twice a second at most. */
  onNews: () => void;
  children: ReactNode;
}

const repaintMs = 500;
const lookMs = 1000;

/** Calls `run` at once and then at most every so often, however often it is asked. */
function throttled(run: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isWanted = false;
  return () => {
    if (timer !== null) {
      isWanted = true;
      return;
    }
    run();
    timer = setTimeout(function again() {
      timer = null;
      if (isWanted) {
        isWanted = false;
        run();
        timer = setTimeout(again, ms);
      }
    }, ms);
  };
}

function viewOf(live: Live): LiveView {
  const { link, heardAt } = live.state;
  const silentMs = heardAt === null ? null : performance.now() - heardAt;
  return { link, silentMs: silentMs !== null && silentMs >= silentAfterMs ? silentMs : null };
}

/** What is below hears of what happens, over one stream for all tabs of the browser. */
export function LiveProvider({ onNews, children }: LiveProviderProps) {
  const [view, setView] = useState<LiveView>({ link: "connecting", silentMs: null });

  useEffect(() => {
    const live = new Live(browserParts());
    const stop = new AbortController();
    const news = throttled(onNews, repaintMs);
    const show = () => setView(viewOf(live));
    const forget = live.on(({ kind }) => {
      if (kind === "opened" || kind === "reset" || kind === "event") news();
      show();
    });
    const timer = setInterval(show, lookMs);
    void live.run(stop.signal);
    return () => {
      clearInterval(timer);
      forget();
      stop.abort();
    };
  }, [onNews]);

  return <LiveContext value={view}>{children}</LiveContext>;
}
