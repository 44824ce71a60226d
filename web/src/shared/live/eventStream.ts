/** One event of a text/event-stream. */
export type ServerEvent = { readonly id: string; readonly event: string; readonly data: string };

/** More characters without an end aren't kept. */
const pendingMax = 4 * 1024 * 1024;

/**
 * Takes a text/event-stream apart as it comes, as the HTML standard has it; comments are nothing.
 * Not EventSource: that one hides a refusal's status and the comments that say that somebody is there.
 */
export class EventStreamParser {
  #pending = "";

  /** The events that are whole with this piece. */
  push(piece: string): readonly ServerEvent[] {
    const text = (this.#pending + piece).replace(/\r\n?/g, "\n");
    const end = text.lastIndexOf("\n\n");
    this.#pending = end < 0 ? text : text.slice(end + 2);
    if (this.#pending.length > pendingMax) {
      throw new Error("The event stream has an event without an end.");
    }
    return end < 0 ? [] : text.slice(0, end).split("\n\n").flatMap(eventOf);
  }
}

function eventOf(block: string): readonly ServerEvent[] {
  const event = { id: "", event: "message" };
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, field, value = ""] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "data") {
      data.push(value);
    } else if (field === "id" || field === "event") {
      event[field] = value;
    }
  }
  return data.length === 0 ? [] : [{ ...event, data: data.join("\n") }];
}
