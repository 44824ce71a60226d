import type { components } from "@/shared/api/schema";
import { dayNumber } from "@/shared/date/civil";
import { fromWire, scaleOfWire } from "@/shared/money/decimal";
import { type Bytes, concat, fromBase64, fromHex, sha256, toHex } from "@/shared/proof/bytes";
import { instantMicros } from "@/shared/proof/instant";

import { type CanonicalEntry, type CanonicalLine, parseCanonical } from "./canonical";

export type Entry = components["schemas"]["Entry"];
export type EntryProof = components["schemas"]["EntryProof"];

/** What was recomputed in this browser. */
export interface Findings {
  bytes: number;
  /** SHA-256 of the entry's bytes. */
  entryHash: string;
  /** The chain before it, with what lies between. */
  previous: string;
  links: number;
  /** The chain with it, as recomputed. */
  hash: string;
  checks: readonly { what: Check; matches: boolean }[];
  /** The hash of the entry after it, where there is one. */
  next: string | null;
}

export type Check =
  /** What the page shows is what the bytes say. */
  | "shown"
  /** Bytes and previous hash give the hash that the page shows. */
  | "hash"
  /** The entry after it begins where this one ends. */
  | "next";

/** Recomputes the entry's place in the chain. What can't be read doesn't match; nothing is taken on trust. */
export async function check(
  entry: Entry,
  tenant: number,
  proof: EntryProof,
  next: EntryProof | null,
): Promise<Findings> {
  const canonical = fromBase64(proof.canonical) ?? new Uint8Array();
  const own = await recomputed(proof, canonical);
  const checks: { what: Check; matches: boolean }[] = [
    { what: "shown", matches: says(parseCanonical(canonical), entry, tenant) },
    {
      what: "hash",
      matches: own.hash === entry.hash && own.hash === proof.hash && proof.number === entry.number,
    },
  ];
  if (next !== null) {
    const after = await recomputed(next, fromBase64(next.canonical) ?? new Uint8Array());
    const follows = next.number === entry.number + 1 && next.previous === own.hash;
    checks.push({ what: "next", matches: follows && after.hash === next.hash });
  }
  return {
    bytes: canonical.length,
    entryHash: own.entryHash,
    previous: proof.previous,
    links: proof.links.length,
    hash: own.hash,
    checks,
    next: next?.hash ?? null,
  };
}

/** As src/ledger/chain.h has it: SHA-256(previous ‖ number ‖ SHA-256(bytes)), links of the chain before. */
async function recomputed(
  proof: EntryProof,
  canonical: Bytes,
): Promise<{ entryHash: string; hash: string }> {
  const entryHash = await sha256(canonical);
  let head = fromHex(proof.previous) ?? new Uint8Array();
  for (const link of proof.links) {
    // Each hash begins with the one before.
    // oxlint-disable-next-line no-await-in-loop
    head = await sha256(head, fromBase64(link) ?? new Uint8Array());
  }
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigInt64(0, BigInt(proof.number));
  const hash = await sha256(concat(head, number, entryHash));
  return { entryHash: toHex(entryHash), hash: toHex(hash) };
}

/** Whether the bytes are of the entry that is shown, in all that is shown of it. */
export function says(bytes: CanonicalEntry | null, entry: Entry, tenant: number): boolean {
  if (bytes === null || bytes.lines.length !== entry.lines.length) return false;
  return (
    bytes.tenant === BigInt(tenant) &&
    bytes.date === BigInt(dayNumber(entry.date)) &&
    bytes.documentDate === dayOf(entry.document_date) &&
    bytes.description === entry.description &&
    bytes.reference === entry.reference &&
    areSameTags(bytes.tags, entry.tags) &&
    bytes.source === entry.source &&
    bytes.postedBy === entry.posted_by &&
    bytes.postedAt === instantMicros(entry.posted_at) &&
    bytes.reverses === numberOf(entry.reverses) &&
    bytes.reason === entry.reason &&
    bytes.lateReason === entry.late_reason &&
    entry.late === (bytes.lateReason !== "") &&
    bytes.lines.every((line, place) => saysLine(line, entry.lines[place]))
  );
}

function dayOf(date: string | null): bigint | null {
  return date === null ? null : BigInt(dayNumber(date));
}

function numberOf(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function saysLine(bytes: CanonicalLine, line: Entry["lines"][number] | undefined): boolean {
  return (
    line !== undefined &&
    bytes.account === BigInt(line.account_id) &&
    bytes.currency === line.currency &&
    bytes.amount === minorOf(line.amount) &&
    bytes.baseAmount === minorOf(line.base_amount) &&
    bytes.memo === line.memo &&
    bytes.cost?.currency === line.cost?.currency &&
    bytes.cost?.amount === (line.cost === undefined ? undefined : minorOf(line.cost.amount))
  );
}

function minorOf(wire: string): bigint {
  return fromWire(wire, scaleOfWire(wire));
}

function areSameTags(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
