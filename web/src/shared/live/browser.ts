import type { Connect, LiveMessage, LiveParts } from "./live";

const name = "accubooks-live";
const address = "/api/v1/launch/events";

async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncIterable<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    yield next.value;
  }
}

const connect: Connect = async (after, signal) => {
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

async function whileLeading(signal: AbortSignal, lead: () => Promise<void>): Promise<void> {
  try {
    await navigator.locks.request(name, { signal }, lead);
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}

/** The parts of a tab of this browser. */
export function browserParts(): LiveParts {
  const channel = new BroadcastChannel(name);
  return {
    connect,
    whileLeading,
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
