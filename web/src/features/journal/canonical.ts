import type { Bytes } from "@/shared/proof/bytes";
import { textOf } from "@/shared/proof/bytes";

/** An entry as its bytes have it. Amounts are minor units; times are microseconds since 1970. */
export interface CanonicalEntry {
  tenant: bigint;
  /** Days since 1970. */
  date: bigint;
  documentDate: bigint | null;
  description: string;
  reference: string;
  tags: Readonly<Record<string, string>>;
  source: string;
  postedBy: string;
  postedAt: bigint;
  reverses: bigint | null;
  reason: string;
  idempotencyKey: string;
  lines: readonly CanonicalLine[];
  lateReason: string;
}

export interface CanonicalLine {
  account: bigint;
  currency: string;
  amount: bigint;
  baseAmount: bigint;
  cost: { currency: string; amount: bigint } | null;
  memo: string;
}

const VERSION = "accubooks/entry/v1";
const LINES_MAX = 10_000n;
const TAGS_MAX = 50n;

/** Reads values off the front of the bytes; throws where they end too early. */
class Reader {
  private at = 0;
  private readonly bytes: Bytes;
  private readonly view: DataView;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  integer(): bigint {
    const value = this.view.getBigInt64(this.at);
    this.at += 8;
    return value;
  }

  text(): string {
    const size = this.view.getUint32(this.at);
    return textOf(this.skip(size, 4));
  }

  optional<T>(value: () => T): T | null {
    const mark = this.view.getUint8(this.at);
    this.at += 1;
    if (mark > 1) throw new Error("neither present nor absent");
    return mark === 1 ? value() : null;
  }

  list<T>(most: bigint, item: () => T): T[] {
    const size = this.integer();
    if (size < 0n || size > most) throw new Error("a list too long");
    return Array.from({ length: Number(size) }, item);
  }

  digest(): void {
    this.skip(32);
  }

  isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  private skip(size: number, prefix = 0): Bytes {
    const from = this.at + prefix;
    if (from + size > this.bytes.length) throw new Error("the bytes end too early");
    this.at = from + size;
    return this.bytes.slice(from, from + size);
  }
}

/** The entry that these bytes are; null for bytes that are none. Source: src/ledger/chain.h, version 1. */
export function parseCanonical(bytes: Bytes): CanonicalEntry | null {
  try {
    return read(new Reader(bytes));
  } catch {
    return null; // whatever is wrong with them, they are no entry
  }
}

function read(from: Reader): CanonicalEntry | null {
  if (from.text() !== VERSION) return null;
  const head = {
    tenant: from.integer(),
    date: from.integer(),
    documentDate: from.optional(() => from.integer()),
    description: from.text(),
    reference: from.text(),
    tags: Object.fromEntries(from.list(TAGS_MAX, () => [from.text(), from.text()] as const)),
    source: from.text(),
    postedBy: from.text(),
    postedAt: from.integer(),
    reverses: from.optional(() => from.integer()),
    reason: from.text(),
    idempotencyKey: from.text(),
  };
  from.digest(); // of the request
  const lines = from.list(LINES_MAX, () => readLine(from));
  const lateReason = from.isAtEnd() ? "" : from.text();
  return from.isAtEnd() ? { ...head, lines, lateReason } : null;
}

function readLine(from: Reader): CanonicalLine {
  return {
    account: from.integer(),
    currency: from.text(),
    amount: from.integer(),
    baseAmount: from.integer(),
    cost: from.optional(() => ({ currency: from.text(), amount: from.integer() })),
    memo: from.text(),
  };
}
