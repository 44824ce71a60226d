// @vitest-environment node
import { describe, expect, test } from "vitest";

import { EventStreamParser } from "./eventStream";
import { type Connect, Live, type LiveMessage, type LiveParts } from "./live";

describe("an event stream", () => {
  const text =
    ': hello\n\nid: 7\nevent: launch.decision\ndata: {"a":1}\n\nevent: reset\ndata: {}\n\nid: 8\nevent: x\ndata:one\ndata: two\n\n';
  const events = [
    { id: "7", event: "launch.decision", data: '{"a":1}' },
    { id: "", event: "reset", data: "{}" },
    { id: "8", event: "x", data: "one\ntwo" },
  ];

  test.each([1, 2, 3, 7, 1000])("is the same in pieces of %i", (size) => {
    const parser = new EventStreamParser();
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.slice(at * size, (at + 1) * size),
    );
    expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(events);
  });

  test("keeps no event without an end for ever", () => {
    const parser = new EventStreamParser();
    expect(() => parser.push("data: ".padEnd(5_000_000, "x"))).toThrow("without an end");
  });
});

/** What a test pushes into a stream, until it ends it. */
class Pipe {
  #queue: (string | null)[] = [];
  #wake = () => {};

  push(...pieces: (string | null)[]): void {
    this.#queue.push(...pieces);
    this.#wake();
  }

  async *pieces(signal: AbortSignal): AsyncIterable<string> {
    for (;;) {
      const next = this.#queue.shift();
      if (next === null) {
        return;
      }
      if (next !== undefined) {
        yield next;
        continue;
      }
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
      });
    }
  }
}

/** Some tabs of a browser, and a server that a test speaks for. */
class Browser {
  readonly asked: (number | null)[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #listeners = new Set<(message: LiveMessage) => void>();
  readonly #sleepers: { ms: number; wake: () => void }[] = [];
  #isLed = false;
  clock = 0;
  answers: { status: number; pipe: Pipe }[] = [];

  tab() {
    const heard: LiveMessage[] = [];
    const stop = new AbortController();
    const live = new Live(this.#parts());
    live.on((message) => heard.push(message));
    const done = live.run(stop.signal);
    return { live, heard, stop, done };
  }

  /** Lets so much time pass for whoever sleeps. */
  async pass(ms: number): Promise<void> {
    this.clock += ms;
    const due = this.#sleepers.filter((one) => one.ms <= ms);
    due.forEach((one) => one.wake());
    await settled();
  }

  #parts(): LiveParts {
    let own: ((message: LiveMessage) => void) | null = null;
    const connect: Connect = async (after, signal) => {
      this.asked.push(after);
      const answer = this.answers.shift();
      if (answer === undefined) {
        throw new Error("no network");
      }
      return { status: answer.status, pieces: answer.pipe.pieces(signal) };
    };
    return {
      connect,
      whileLeading: async (signal, lead) => {
        while (this.#isLed) {
          await new Promise<void>((resolve) => {
            this.#waiting.push(resolve);
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
          if (signal.aborted) {
            return;
          }
        }
        this.#isLed = true;
        await lead();
        this.#isLed = false;
        this.#waiting.splice(0).forEach((wake) => wake());
      },
      tellOthers: (message) => {
        this.#listeners.forEach((listener) => listener !== own && listener(message));
      },
      hearOthers: (listener) => {
        own = listener;
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      now: () => this.clock,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) {
            resolve();
          }
          this.#sleepers.push({ ms, wake: resolve });
          signal.addEventListener("abort", () => resolve(), { once: true });
        }),
    };
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const frame = (seq: number) => `id: ${seq}\nevent: launch.decision\ndata: {"seq":${seq}}\n\n`;
const seqs = (heard: readonly LiveMessage[]) =>
  heard.flatMap((one) => (one.kind === "event" ? [one.seq] : []));
const open = () => ({ status: 200, pipe: new Pipe() });

describe("live", () => {
  test("is one stream for all tabs", async () => {
    const browser = new Browser();
    const first = open();
    browser.answers = [first];
    const [one, two] = [browser.tab(), browser.tab()];
    await settled();
    first.pipe.push(frame(4), frame(5));
    await settled();
    expect(browser.asked).toEqual([null]);
    expect([seqs(one.heard), seqs(two.heard)]).toEqual([
      [4, 5],
      [4, 5],
    ]);
    one.stop.abort();
    two.stop.abort();
    await Promise.all([one.done, two.done]);
  });

  test("goes on in another tab behind the last event, without gap or double", async () => {
    const browser = new Browser();
    const [first, second] = [open(), open()];
    browser.answers = [first, second];
    const [one, two] = [browser.tab(), browser.tab()];
    await settled();
    first.pipe.push(frame(4));
    await settled();
    one.stop.abort();
    await one.done;
    await settled();
    // A server that replays more than it was asked for.
    second.pipe.push(frame(4), frame(5));
    await settled();
    expect(browser.asked).toEqual([null, 4]);
    expect(seqs(two.heard)).toEqual([4, 5]);
    two.stop.abort();
    await two.done;
  });

  test("asks again after a loss, and says so in between", async () => {
    const browser = new Browser();
    const [first, second] = [open(), open()];
    browser.answers = [first, second];
    const tab = browser.tab();
    await settled();
    first.pipe.push(frame(1), null);
    await settled();
    expect(tab.live.state.link).toBe("lost");
    await browser.pass(1000);
    second.pipe.push(frame(2));
    await settled();
    expect(tab.live.state.link).toBe("live");
    expect(browser.asked).toEqual([null, 1]);
    expect(tab.heard.map(({ kind }) => kind)).toEqual([
      "opened",
      "event",
      "lost",
      "opened",
      "event",
    ]);
    tab.stop.abort();
    await tab.done;
  });

  test("takes a silent connection for dead", async () => {
    const browser = new Browser();
    const [first, second] = [open(), open()];
    browser.answers = [first, second];
    const tab = browser.tab();
    await settled();
    first.pipe.push(":\n\n");
    await settled();
    expect(tab.live.state.heardAt).toBe(0);
    await browser.pass(15_000);
    expect(tab.live.state).toEqual({ link: "lost", heardAt: 0, eventAt: null });
    tab.stop.abort();
    await tab.done;
  });

  test("knows when the last event came, whatever was said since", async () => {
    const browser = new Browser();
    const first = open();
    browser.answers = [first];
    const tab = browser.tab();
    await settled();
    expect(tab.live.state.eventAt).toBeNull();
    await browser.pass(1000);
    first.pipe.push(frame(7));
    await settled();
    await browser.pass(4000);
    first.pipe.push(":\n\n");
    await settled();
    expect(tab.live.state).toEqual({ link: "live", heardAt: 5000, eventAt: 1000 });
    tab.stop.abort();
    await tab.done;
  });

  test("begins anew when the server says so", async () => {
    const browser = new Browser();
    const first = open();
    browser.answers = [first];
    const tab = browser.tab();
    await settled();
    first.pipe.push(frame(9), "event: reset\ndata: {}\n\n", frame(0));
    await settled();
    expect(tab.heard.map(({ kind }) => kind)).toEqual(["opened", "event", "reset", "event"]);
    expect(seqs(tab.heard)).toEqual([9, 0]);
    tab.stop.abort();
    await tab.done;
  });

  test("tells a refusal by its status, and waits longer each time", async () => {
    const browser = new Browser();
    browser.answers = [
      { status: 403, pipe: new Pipe() },
      { status: 429, pipe: new Pipe() },
    ];
    const tab = browser.tab();
    await settled();
    expect(tab.live.state.link).toBe("refused");
    await browser.pass(1000);
    expect(browser.asked.length).toBe(1);
    await browser.pass(2000);
    expect(browser.asked.length).toBe(2);
    expect(tab.heard).toEqual([
      { kind: "refused", status: 403 },
      { kind: "refused", status: 429 },
    ]);
    tab.stop.abort();
    await tab.done;
  });
});
