import type { Connect, LiveMessage, LiveParts } from "./live";

/** A stream of the server's events. */
export interface LiveStream {
  /** Of what the browser's tabs share. */
  name: string;
  address: string;
}

async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncIterable<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    yield next.value;
  }
}

const connectTo =
  (address: string): Connect =>
  async (after, signal) => {
    const response = await fetch(address, {
      signal,
      cache: "no-store",
      headers: after === null ? {} : { "Last-Event-ID": String(after) },
    });
    return {
      status: response.status,
      pieces: response.body === null ? noPieces() : piecesOf(response.body),
    };
  };

async function* noPieces(): AsyncIterable<string> {}

/** Returns at once when the signal says so. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

const leadingIn =
  (name: string): LiveParts["whileLeading"] =>
  async (signal, lead) => {
    // Locks exist on https and localhost only; elsewhere each tab has a stream of its own.
    if (!("locks" in navigator)) return lead();
    try {
      await navigator.locks.request(name, { signal }, lead);
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  };

/** The parts of a tab of this browser. */
export function browserParts({ name, address }: LiveStream): LiveParts {
  const channel = new BroadcastChannel(name);
  return {
    connect: connectTo(address),
    whileLeading: leadingIn(name),
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    tellOthers: (message) => channel.postMessage(message),
    hearOthers: (listener) => {
      const hear = (event: MessageEvent<LiveMessage>) => listener(event.data);
      channel.addEventListener("message", hear);
      return () => {
        channel.removeEventListener("message", hear);
        channel.close();
      };
    },
    now: () => performance.now(),
    sleep,
  };
}
