import type { LiveMessage } from "./live";

const repaintMs = 500;

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

/** Hears a stream and calls `run` when something happened or may have been missed, twice a second at most. */
export function newsOf(run: () => void): (message: LiveMessage) => void {
  const news = throttled(run, repaintMs);
  return ({ kind }) => {
    if (kind === "opened" || kind === "reset" || kind === "event") news();
  };
}
