import { describe, expect, test } from "vitest";

import { fromHex, toBase64 } from "@/shared/proof/bytes";

import { parseCanonical } from "./canonical";
import { check, says, type Entry, type EntryProof, type Findings } from "./proof";

// The plain entry of src/ledger/chain_test.cpp, and the hashes that it must have there.
const BYTES =
  "0000001261636375626f6f6b732f656e7472792f763100000000000000010000000000005004000000000452" +
  "656e740000000000000000000000000000000361706900000007757365723a75310006474846204000000000" +
  "0000000000026b31000000000000000000000000000000000000000000000000000000000000000000000000" +
  "00000002000000000000000700000003555344000000000001d4c0000000000001d4c0000000000000000000" +
  "0000000800000003555344fffffffffffe2b40fffffffffffe2b400000000000";
const ENTRY_HASH = "79f87d822a85b0b7581e13aecbadec3804a9facb48044acb0708c34b8bc8feb1";
const HASH = "eb8febb5b6b69f78c3c861070804120bfad6b51f53d3d119943abbf80066b056";
const ZEROS = "0".repeat(64);

const ENTRY: Entry = {
  number: 1,
  date: "2026-01-31",
  document_date: null,
  description: "Rent",
  reference: "",
  tags: {},
  source: "api",
  posted_by: "user:u1",
  posted_at: "2026-01-01T00:00:00.000000Z",
  reverses: null,
  reversed_by: null,
  reason: "",
  late: false,
  late_reason: "",
  hash: HASH,
  lines: [
    {
      account_id: 7,
      account_code: "7",
      amount: "1200.00",
      currency: "USD",
      base_amount: "1200.00",
      memo: "",
    },
    {
      account_id: 8,
      account_code: "8",
      amount: "-1200.00",
      currency: "USD",
      base_amount: "-1200.00",
      memo: "",
    },
  ],
};

function proofOf(hex: string): EntryProof {
  return {
    number: 1,
    previous: ZEROS,
    links: [],
    canonical: toBase64(fromHex(hex) ?? new Uint8Array()),
    hash: HASH,
    next: null,
  };
}

async function matches(entry: Entry, proof: EntryProof, tenant = 1): Promise<boolean[]> {
  return (await check(entry, tenant, proof, null)).checks.map((each) => each.matches);
}

function matching(found: Findings): Findings["checks"][number] | undefined {
  return found.checks.at(-1);
}

describe("the proof of an entry", () => {
  test("matches the golden bytes and hashes of the ledger", async () => {
    const found = await check(ENTRY, 1, proofOf(BYTES), null);
    expect(found).toMatchObject({ entryHash: ENTRY_HASH, hash: HASH, bytes: BYTES.length / 2 });
    expect(found.checks).toEqual([
      { what: "shown", matches: true },
      { what: "hash", matches: true },
    ]);
  });

  test("says which does not match, whatever was changed", async () => {
    const changed = BYTES.replace("52656e74", "52656e75");
    expect(await matches(ENTRY, proofOf(changed))).toEqual([false, false]);
    expect(await matches({ ...ENTRY, description: "Renu" }, proofOf(changed))).toEqual([
      true,
      false,
    ]);
    expect(await matches({ ...ENTRY, hash: ZEROS }, proofOf(BYTES))).toEqual([true, false]);
    // A server whose statements don't agree with each other.
    expect(await matches(ENTRY, { ...proofOf(BYTES), hash: ZEROS })).toEqual([true, false]);
    const second = { ...proofOf(BYTES), number: 2 };
    const { hash } = await check(ENTRY, 1, second, null);
    expect(await matches({ ...ENTRY, hash }, { ...second, hash })).toEqual([true, false]);
    const elsewhere = { ...proofOf(BYTES), previous: "1".repeat(64) };
    expect(await matches(ENTRY, elsewhere)).toEqual([true, false]);
    expect(await matches(ENTRY, { ...proofOf(BYTES), links: ["AAAA"] })).toEqual([true, false]);
    expect(await matches(ENTRY, proofOf(BYTES.slice(2)))).toEqual([false, false]);
    expect(await matches(ENTRY, proofOf(BYTES), 2)).toEqual([false, true]);
  });

  test("sees every field that the page shows", () => {
    const bytes = parseCanonical(fromHex(BYTES) ?? new Uint8Array());
    const [first, second] = ENTRY.lines;
    if (first === undefined || second === undefined) throw new Error("two lines");
    const changes: Partial<Entry>[] = [
      { date: "2026-02-01" },
      { document_date: "2026-01-31" },
      { description: "rent" },
      { reference: "R" },
      { tags: { a: "b" } },
      { source: "import" },
      { posted_by: "user:u2" },
      { posted_at: "2026-01-01T00:00:00.000001Z" },
      { reverses: 1 },
      { reason: "x" },
      { late: true },
      { late_reason: "x" },
      { lines: [first] },
      { lines: [second, first] },
      { lines: [{ ...first, account_id: 9 }, second] },
      { lines: [{ ...first, amount: "1200.01" }, second] },
      { lines: [{ ...first, base_amount: "1200.01" }, second] },
      { lines: [{ ...first, currency: "EUR" }, second] },
      { lines: [{ ...first, memo: "x" }, second] },
      { lines: [{ ...first, cost: { amount: "1.00", currency: "USD" } }, second] },
    ];
    expect(says(bytes, ENTRY, 1)).toBe(true);
    for (const change of changes) {
      expect({ change, says: says(bytes, { ...ENTRY, ...change }, 1) }).toEqual({
        change,
        says: false,
      });
    }
  });

  test("the entry after it begins where this one ends", async () => {
    const next = { ...proofOf(BYTES), number: 2, previous: HASH };
    expect(matching(await check(ENTRY, 1, proofOf(BYTES), next))).toEqual({
      what: "next",
      matches: false, // its own hash isn't the one that it states
    });
    const first = await check({ ...ENTRY, number: 2 }, 1, next, null);
    const good = { ...next, hash: first.hash };
    expect(matching(await check(ENTRY, 1, proofOf(BYTES), good))).toEqual({
      what: "next",
      matches: true,
    });
    // One that begins elsewhere, whether its own hash is right for that or not.
    const other = { ...good, previous: ZEROS };
    const { hash } = await check({ ...ENTRY, number: 2 }, 1, other, null);
    for (const strange of [other, { ...other, hash }]) {
      expect(matching(await check(ENTRY, 1, proofOf(BYTES), strange))).toEqual({
        what: "next",
        matches: false,
      });
    }
  });

  test.each([
    ["nothing", ""],
    ["another version", BYTES.replace("7631", "7632")],
    ["a byte too many", `${BYTES}00`],
    ["neither present nor absent", BYTES.replace("0000500400", "0000500402")],
    [
      "a list without end",
      BYTES.replace("0000000000000002000000000000000700", "7fffffffffffffff000000000000000700"),
    ],
  ])("%s is no entry", (_name, hex) => {
    expect(parseCanonical(fromHex(hex) ?? new Uint8Array())).toBeNull();
  });
});
