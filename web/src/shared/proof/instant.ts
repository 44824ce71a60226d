import { JsonError } from "./json";

// Moments as this system signs them: RFC 3339 in UTC, to the microsecond, which is finer than Date.

const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

/** Microseconds since 1970. Throws JsonError. */
export function instantMicros(text: string): bigint {
  const [, seconds, fraction] = form.exec(text) ?? [];
  const millis = Date.parse(`${seconds}Z`);
  if (seconds === undefined || Number.isNaN(millis)) {
    throw new JsonError(`${text} isn't a time in UTC such as 2026-01-31T09:30:00Z.`);
  }
  return BigInt(millis) * 1000n + BigInt((fraction ?? "").padEnd(6, "0"));
}

/** With six digits behind the point, as the server writes it. */
export function instantText(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${rest.toString().padStart(6, "0")}Z`;
}

export function secondsAfter(text: string, seconds: number): string {
  return instantText(instantMicros(text) + BigInt(seconds) * 1_000_000n);
}

/** What this machine's clock says. */
export function instantOf(date: Date): string {
  return instantText(BigInt(date.getTime()) * 1000n);
}
