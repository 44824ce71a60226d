import { type ReactNode, useEffect, useState } from "react";

import { browserParts, type LiveStream } from "./browser";
import { Live, type LiveMessage, silentAfterMs } from "./live";
import { type LiveView, LiveContext } from "./LiveContext";

interface LiveProviderProps {
  /** The same object each time, and so `onMessage`. */
  stream: LiveStream;
  /** What shows that the data are of now: any word of the server, or only an event. */
  freshBy: "word" | "event";
  onMessage: (message: LiveMessage) => void;
  children: ReactNode;
}

const lookMs = 1000;

function viewOf(live: Live, freshBy: "word" | "event"): LiveView {
  const { link, heardAt, eventAt } = live.state;
  const freshAt = freshBy === "word" ? heardAt : eventAt;
  const silentMs = freshAt === null ? null : performance.now() - freshAt;
  return { link, silentMs: silentMs !== null && silentMs >= silentAfterMs ? silentMs : null };
}

/** What is below hears of what happens, over one stream for all tabs of the browser. */
export function LiveProvider({ stream, freshBy, onMessage, children }: LiveProviderProps) {
  const [view, setView] = useState<LiveView>({ link: "connecting", silentMs: null });

  useEffect(() => {
    const live = new Live(browserParts(stream));
    const stop = new AbortController();
    const show = () => setView(viewOf(live, freshBy));
    const forget = live.on((message) => {
      onMessage(message);
      show();
    });
    const timer = setInterval(show, lookMs);
    void live.run(stop.signal);
    return () => {
      clearInterval(timer);
      forget();
      stop.abort();
    };
  }, [stream, freshBy, onMessage]);

  return <LiveContext value={view}>{children}</LiveContext>;
}
