// @vitest-environment node
import { describe, expect, test } from "vitest";

import { extended, joined } from "./course";
import type { Operations, OperationsSample } from "./queries";

const sample = (seq: number, boot = "a"): OperationsSample => ({
  seq,
  at: new Date(1_700_000_000_000 + seq * 1000).toISOString(),
  instance: "one",
  boot_id: boot,
  version: "1",
  revision: 1,
  checks: [],
  instances: null,
  pool: { used: seq, idle: 0, peak: 0, waiting: 0, min: 1, max: 9, effective_max: 9, limit: null },
  latency: [],
  figures: [
    {
      metric: "latency_p95",
      unit: "us",
      value: seq === 3 ? null : seq * 10,
      samples: 1,
      grade: "ok",
      thresholds: [],
    },
  ],
  alerts: [],
});

const point = (seq: number) => ({
  seq,
  at: sample(seq).at,
  used: seq,
  peak: 0,
  waiting: 0,
  max: 9,
  p50_us: null,
  p95_us: seq === 3 ? null : seq * 10,
  p99_us: null,
});

const seen = (from: number, to: number, boot = "a"): Operations => ({
  now: sample(to, boot),
  course: Array.from({ length: to - from + 1 }, (_, at) => point(from + at)),
});

const seqs = ({ course }: Operations) => course.map(({ seq }) => seq);

describe("a course", () => {
  test("goes on by what follows, and a figure that nobody has stays a gap", () => {
    const next = extended(seen(1, 2), sample(3));
    expect(next?.course.at(-1)).toEqual(point(3));
    expect(next?.course.at(-1)?.p95_us).toBeNull();
    expect(next?.now.seq).toBe(3);
  });

  test("takes nothing twice", () => {
    const before = seen(1, 4);
    expect(extended(before, sample(4))).toBe(before);
    expect(extended(before, sample(2))).toBe(before);
  });

  test("asks anew where something was missed, and of another instance", () => {
    expect(extended(seen(1, 4), sample(6))).toBeNull();
    expect(extended(seen(1, 4), sample(5, "b"))).toBeNull();
  });

  test("ends after a quarter of an hour", () => {
    const long = extended(seen(1, 900), sample(901));
    expect(long?.course.length).toBe(900);
    expect(long?.course[0]?.seq).toBe(2);
  });
});

describe("what is asked for anew", () => {
  test("keeps what is older, without gap or double", () => {
    expect(seqs(joined(seen(1, 6), seen(4, 8)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("keeps what has come while it was asked for", () => {
    const all = joined(seen(1, 9), seen(4, 7));
    expect([seqs(all).at(-1), all.now.seq]).toEqual([9, 9]);
  });

  test("begins anew behind a gap and with another instance", () => {
    expect(seqs(joined(seen(1, 3), seen(6, 8)))).toEqual([6, 7, 8]);
    expect(seqs(joined(seen(1, 8, "b"), seen(4, 8)))).toEqual([4, 5, 6, 7, 8]);
    expect(joined(undefined, seen(4, 8))).toEqual(seen(4, 8));
  });
});
