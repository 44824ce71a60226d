// @vitest-environment node
import { beforeAll, describe, expect, test } from "vitest";

import { type Bytes, sha256, textOf, toHex, utf8 } from "@/shared/proof/bytes";
import { canonicalJson, type JsonObject } from "@/shared/proof/json";
import { parsePolicy } from "./policy";
import { testBundle } from "./testBundle";
import { type Line, verifyEvidence } from "./verify";

let good: { files: Map<string, Bytes>; policy: JsonObject };
beforeAll(async () => {
  good = await testBundle();
});

async function verify(
  files: ReadonlyMap<string, Bytes>,
  policy = good.policy,
  fingerprint?: string,
) {
  const lines: Line[] = [];
  const read = await parsePolicy(utf8(canonicalJson(policy)));
  const isGood = await verifyEvidence(files, read, fingerprint ?? read.fingerprint, (line) =>
    lines.push(line),
  );
  return { isGood, lines, wrong: lines.find((line) => !line.isGood) };
}

/** The bundle with one byte of a file flipped. */
function flipped(path: string, place = 0.5): Map<string, Bytes> {
  const bytes = Uint8Array.from(good.files.get(path) ?? utf8("x"));
  const index = Math.floor(bytes.length * place);
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return new Map(good.files).set(path, bytes);
}

describe("a good bundle", () => {
  test("is verified line by line, in order", async () => {
    const { isGood, lines } = await verify(good.files);
    expect(isGood).toBe(true);
    expect([...new Set(lines.map(({ check }) => check))]).toEqual([
      "policy",
      "files",
      "leaves",
      "growth",
      "seal",
      "decisions",
      "witnesses",
    ]);
    expect(lines.filter(({ check }) => check === "files").length).toBe(9);
    expect(lines.find(({ check }) => check === "decisions")?.detail).toContain("Eve Okafor");
  });

  test("is one of a folder with all attempts, each of them counted", async () => {
    const manifest = toHex(await sha256(good.files.get("manifest.json") ?? utf8("")));
    const revision = toHex(await sha256(good.files.get("change/revision.json") ?? utf8("")));
    const list = (attempt: number) =>
      utf8(
        canonicalJson({
          v: 1,
          kind: "attempts",
          attempts: [
            {
              folder: "one",
              manifest_sha256: manifest,
              change: "CHG-0001",
              revision: 1,
              revision_digest: revision,
              attempt,
              rehearsal: true,
            },
          ],
        }),
      );
    const below = [...good.files].map(([path, bytes]) => [`one/${path}`, bytes] as const);
    const all = (attempt: number) => new Map([...below, ["manifest.json", list(attempt)]]);
    expect((await verify(all(1))).isGood).toBe(true);
    expect((await verify(all(2))).wrong?.detail).toContain("Attempt 1 of CHG-0001/1 is missing");
    const more = new Map([...all(1), ["two/manifest.json", utf8("{}")] as const]);
    expect((await verify(more)).wrong).toMatchObject({ file: "two/manifest.json" });
  });
});

describe("whatever is changed is named", () => {
  test.each([
    "change/revision.json",
    "approvals/1.dsse.json",
    "log/leaves.jsonl",
    "log/proofs/0.tlog-proof",
    "log/proofs/1.tlog-proof",
    "log/checkpoints/1.note",
    "log/checkpoints/2.note",
    "log/consistency/1-2.txt",
    "measurements.jsonl",
  ])("one byte of %s", async (path) => {
    const { isGood, wrong } = await verify(flipped(path));
    expect({ isGood, wrong }).toMatchObject({
      isGood: false,
      wrong: { check: "files", file: path },
    });
  });

  test.each(["seal/leaf.json", "seal/manifest.tlog-proof", "seal/consistency.txt"])(
    "one byte of %s",
    async (path) => {
      for (const place of [0.1, 0.5, 0.9]) {
        const { isGood, wrong } = await verify(flipped(path, place));
        expect({ isGood, wrong }).toMatchObject({
          isGood: false,
          wrong: { check: "seal", file: path },
        });
      }
    },
  );

  test("the manifest, also when it is canonical still", async () => {
    const manifest = textOf(good.files.get("manifest.json") ?? utf8(""));
    const changed = utf8(manifest.replace("There was none.", "There was one."));
    const { wrong } = await verify(new Map(good.files).set("manifest.json", changed));
    expect(wrong).toMatchObject({ check: "seal", file: "manifest.json" });
    const spaced = await verify(new Map(good.files).set("manifest.json", utf8(`${manifest}\n`)));
    expect(spaced.wrong).toMatchObject({ check: "files", detail: "It isn't canonical JSON." });
  });

  test("a file too many, and one too few", async () => {
    expect((await verify(new Map(good.files).set("extra.json", utf8("{}")))).wrong?.file).toBe(
      "extra.json",
    );
    for (const path of ["measurements.jsonl", "seal/leaf.json", "seal/consistency.txt"]) {
      const less = new Map(good.files);
      less.delete(path);
      expect((await verify(less)).wrong?.file).toBe(path);
    }
  });
});

/** The policy with its approver changed. */
const approver = (change: JsonObject): JsonObject => {
  const [first] = Array.isArray(good.policy["approvers"]) ? good.policy["approvers"] : [];
  return { ...good.policy, approvers: [{ ...first, ...change }] };
};

describe("the policy decides whom to trust", () => {
  test("and its fingerprint comes from somebody else", async () => {
    const { isGood, lines } = await verify(good.files, good.policy, "00".repeat(32));
    expect([isGood, lines.map(({ check }) => check)]).toEqual([false, ["policy"]]);
  });

  test.each([
    { what: "no such log", policy: () => ({ ...good.policy, logs: [] }), says: "trusts no log" },
    { what: "nobody", policy: () => ({ ...good.policy, approvers: [] }), says: "exactly one key" },
    {
      what: "another role",
      policy: () => approver({ roles: ["on_call"] }),
      says: "isn't executive_operator",
    },
    {
      what: "a key revoked before",
      policy: () => approver({ revoked_at: "2026-03-01T02:00:00Z" }),
      says: "wasn't good",
    },
    {
      what: "two approvals",
      policy: () => ({ ...good.policy, quorum: { executive_operator: 2 } }),
      says: "1 of 2",
    },
    {
      what: "none needed",
      policy: () => ({ ...good.policy, quorum: {} }),
      says: "demands no approval",
    },
    {
      what: "the requester's own key",
      policy: () => approver({ user: "018f0000-0000-7000-8000-000000000001" }),
      says: "names another person",
    },
  ])("$what", async ({ policy, says }) => {
    const { isGood, wrong } = await verify(good.files, policy());
    expect(isGood).toBe(false);
    expect(wrong?.detail).toContain(says);
  });
});
