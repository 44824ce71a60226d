import { EventStreamParser, type ServerEvent } from "./eventStream";

// One event stream per browser: HTTP/1.1 gives six connections per origin, and the server a person
// four streams. The tab that holds the lock reads it and tells the others; when it goes, another one
// goes on behind the last event that it has heard of.

export type LiveMessage =
  /** A stream was opened: what was shown before may lack something, so it is looked at anew. */
  | { readonly kind: "opened" }
  /** The numbers begin anew: likewise. */
  | { readonly kind: "reset" }
  /** Somebody is there. */
  | { readonly kind: "heard" }
  | { readonly kind: "event"; readonly seq: number; readonly action: string; readonly data: string }
  /** The server refused, with this status; it is asked again later. */
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "lost" };

/** What a server says to a stream that goes on behind `after`, or with what comes from now on. */
export type Connect = (
  after: number | null,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly pieces: AsyncIterable<string> }>;

export type LiveParts = {
  readonly connect: Connect;
  /** Runs `lead` while this tab is the one that reads; until the signal. */
  readonly whileLeading: (signal: AbortSignal, lead: () => Promise<void>) => Promise<void>;
  readonly tellOthers: (message: LiveMessage) => void;
  readonly hearOthers: (listener: (message: LiveMessage) => void) => () => void;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Without a word for so long, values are shown as old. The server says one every 5 s. */
export const silentAfterMs = 10_000;
/** And for so long, the connection is taken for dead. */
const deadAfterMs = 15_000;
const retryMs = { least: 1000, most: 30_000 } as const;

export type LiveState = {
  readonly link: "connecting" | "live" | "lost" | "refused";
  /** By `now`; null before the first word. */
  readonly heardAt: number | null;
  /** When the last event came; likewise. */
  readonly eventAt: number | null;
};

export class Live {
  readonly #parts: LiveParts;
  readonly #listeners = new Set<(message: LiveMessage) => void>();
  #state: LiveState = { link: "connecting", heardAt: null, eventAt: null };
  #last: number | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  get state(): LiveState {
    return this.#state;
  }

  on(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Listens, and reads when it is this tab's turn, until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const forget = this.#parts.hearOthers((message) => this.#take(message));
    try {
      await this.#parts.whileLeading(signal, () => this.#lead(signal));
    } finally {
      forget();
    }
  }

  /** What this tab or another one has heard; an event that it has already is passed over. */
  #take(message: LiveMessage): void {
    if (message.kind === "event") {
      if (this.#last !== null && message.seq <= this.#last) {
        return;
      }
      this.#last = message.seq;
    }
    if (message.kind === "reset") {
      this.#last = null;
    }
    const isEvent = message.kind === "event";
    this.#state = {
      link: linkAfter(message),
      heardAt: this.#heardAfter(message),
      eventAt: isEvent ? this.#parts.now() : this.#state.eventAt,
    };
    for (const listener of this.#listeners) {
      listener(message);
    }
  }

  #heardAfter(message: LiveMessage): number | null {
    const isWord = message.kind !== "lost" && message.kind !== "refused";
    return isWord ? this.#parts.now() : this.#state.heardAt;
  }

  #tell(message: LiveMessage): void {
    this.#take(message);
    this.#parts.tellOthers(message);
  }

  async #lead(signal: AbortSignal): Promise<void> {
    let wait: number = retryMs.least;
    while (!signal.aborted) {
      const wasOpen = await this.#read(signal);
      wait = wasOpen ? retryMs.least : Math.min(wait * 2, retryMs.most);
      await this.#parts.sleep(wait, signal);
    }
  }

  /** One connection, to its end; whether it was open. */
  async #read(signal: AbortSignal): Promise<boolean> {
    let isOpen = false;
    const watch = new Watch(signal, this.#parts.sleep);
    try {
      const { status, pieces } = await this.#parts.connect(this.#last, watch.signal);
      if (status !== 200) {
        this.#tell({ kind: "refused", status });
        return false;
      }
      isOpen = true;
      this.#tell({ kind: "opened" });
      const parser = new EventStreamParser();
      for await (const piece of pieces) {
        watch.heard();
        const messages = parser.push(piece).map(messageOf);
        for (const message of messages.length === 0 ? [{ kind: "heard" } as const] : messages) {
          this.#tell(message);
        }
      }
    } catch {
      // The network, or the watch: another connection goes on behind the last event.
    } finally {
      watch.end();
    }
    if (!signal.aborted) {
      this.#tell({ kind: "lost" });
    }
    return isOpen;
  }
}

/** Ends a connection on which nothing comes any more. */
class Watch {
  readonly #outer: AbortSignal;
  readonly #sleep: LiveParts["sleep"];
  readonly #controller = new AbortController();
  #turn = new AbortController();

  constructor(outer: AbortSignal, sleep: LiveParts["sleep"]) {
    this.#outer = outer;
    this.#sleep = sleep;
    this.#begin();
  }

  get signal(): AbortSignal {
    return AbortSignal.any([this.#outer, this.#controller.signal]);
  }

  heard(): void {
    this.#turn.abort();
    this.#turn = new AbortController();
    this.#begin();
  }

  end(): void {
    this.#turn.abort();
    this.#controller.abort();
  }

  #begin(): void {
    const { signal } = this.#turn;
    void this.#wait(signal);
  }

  async #wait(heard: AbortSignal): Promise<void> {
    await this.#sleep(deadAfterMs, heard);
    if (!heard.aborted) {
      this.#controller.abort();
    }
  }
}

function linkAfter(message: LiveMessage): LiveState["link"] {
  return message.kind === "lost" || message.kind === "refused" ? message.kind : "live";
}

function messageOf(event: ServerEvent): LiveMessage {
  const seq = Number(event.id);
  if (event.event === "reset") {
    return { kind: "reset" };
  }
  if (event.id === "" || !Number.isSafeInteger(seq)) {
    return { kind: "heard" };
  }
  return { kind: "event", seq, action: event.event, data: event.data };
}
