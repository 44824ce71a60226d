import type { Operations, OperationsPoint, OperationsSample } from "./queries";

/** A quarter of an hour, a point each second. */
const pointsMost = 900;

function readingOf(sample: OperationsSample, metric: string): number | null {
  return sample.figures.find((figure) => figure.metric === metric)?.value ?? null;
}

export function pointOf(sample: OperationsSample): OperationsPoint {
  const { used, peak, waiting, max } = sample.pool;
  return {
    seq: sample.seq,
    at: sample.at,
    used,
    peak,
    waiting,
    max,
    p50_us: readingOf(sample, "latency_p50"),
    p95_us: readingOf(sample, "latency_p95"),
    p99_us: readingOf(sample, "latency_p99"),
  };
}

/**
 * With a sample that has come. One that is there already changes nothing; null for one that doesn't follow,
 * since something between was missed or another instance answers: then all is asked for anew.
 */
export function extended(before: Operations, sample: OperationsSample): Operations | null {
  const isSame = sample.boot_id === before.now.boot_id;
  if (isSame && sample.seq <= before.now.seq) return before;
  if (!isSame || sample.seq !== before.now.seq + 1) return null;
  return {
    now: sample,
    course: [...before.course, pointOf(sample)].slice(-pointsMost),
  };
}

/** What is asked for anew, with what is known besides: points from before it, and what has come meanwhile. */
export function joined(before: Operations | undefined, fresh: Operations): Operations {
  const first = fresh.course[0];
  if (before === undefined || first === undefined || before.now.boot_id !== fresh.now.boot_id) {
    return fresh;
  }
  const older = before.course.filter(({ seq }) => seq < first.seq);
  const isJoined = older.length === 0 || older.at(-1)?.seq === first.seq - 1;
  const later = before.course.filter(({ seq }) => seq > fresh.now.seq);
  const isLater = later[0]?.seq === fresh.now.seq + 1;
  return {
    now: isLater ? before.now : fresh.now,
    course: [...(isJoined ? older : []), ...fresh.course, ...(isLater ? later : [])].slice(
      -pointsMost,
    ),
  };
}
