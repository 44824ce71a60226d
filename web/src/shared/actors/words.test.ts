import { describe, expect, it } from "vitest";

import { actorText } from "./text";
import { type ActorName, hasName, wordsOf } from "./words";

const named = (actor: string, name: string, by: [string, string | null] | null): ActorName => ({
  actor,
  name,
  made_by: by?.[0] ?? null,
  made_by_name: by?.[1] ?? null,
});

const names = new Map(
  [
    named("user:1", "Ann", null),
    named("token:2", "Web shop", ["user:1", "Ann"]),
    named("token:3", "Till", ["cli:root", null]),
    named("token:4", "Scales", ["user:9", null]),
  ].map((one) => [one.actor, one] as const),
);

describe("who acted", () => {
  it.each([
    ["user:1", "Ann"],
    ["token:2", "Web shop (token made by Ann)"],
    ["token:3", "Till (token made by command line (root))"],
    ["token:4", "Scales (token)"],
    ["cli:root", "command line (root)"],
    ["database:postgres", "past the program (postgres)"],
    ["user:9", null],
    ["token:9", null],
    ["nobody", null],
  ])("%s is %s", (actor, words) => {
    expect(wordsOf(actor, names, actorText.en)).toBe(words);
  });

  it("is asked of the server where it has an id", () => {
    const id = "0199c0de-0000-7000-8000-00000000000f";
    const asked = [`user:${id}`, `token:${id}`];
    expect(
      [...asked, "cli:root", "account:7", "user:1", `cli:${id}`, `user:${id}0`].filter(hasName),
    ).toEqual(asked);
  });
});
