const units = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
  { name: "s", ms: 1000 },
  { name: "ms", ms: 1 },
] as const;

/** "1 h", "90 s", "30 min": in the largest unit that leaves no rest, as the plan writes it. */
export function spanText(ms: number): string {
  const unit = units.find((one) => ms >= one.ms && ms % one.ms === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit.ms} ${unit.name}`;
}

/** "31:20", "1:02:03": for what runs. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    String(part).padStart(2, "0"),
  );
  const hours = Math.floor(seconds / 3600);
  return hours === 0 ? parts.join(":") : [hours, ...parts].join(":");
}

/** "4.1 ms", "212 ms": of a latency in microseconds. */
export function latencyText(us: number): string {
  return us < 10_000 ? `${(us / 1000).toFixed(1)} ms` : `${Math.round(us / 1000)} ms`;
}
