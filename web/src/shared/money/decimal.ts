/**
 * Amounts are whole minor units (cents of USD) in a `bigint`, debit positive; on the wire they are
 * decimal strings with as many digits after the point as their commodity has. No amount is ever a
 * floating-point number.
 */

/** What the server holds: 64 bits. */
export const MINOR_MAX = 2n ** 63n - 1n;

const WIRE = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;

/** Minor units in one whole unit of a commodity with `scale` digits after the point. */
export function unitsPerWhole(scale: number): bigint {
  return 10n ** BigInt(scale);
}

export function magnitude(minor: bigint): bigint {
  return minor < 0n ? -minor : minor;
}

/** As the API reads and writes it: `-12.50`. */
export function toWire(minor: bigint, scale: number): string {
  const { whole, fraction } = digitsOf(minor, scale);
  const point = fraction === "" ? "" : ".";
  return `${minor < 0n ? "-" : ""}${whole}${point}${fraction}`;
}

/** Digits before and after the point, without a sign. */
export function digitsOf(minor: bigint, scale: number): { whole: bigint; fraction: string } {
  const units = unitsPerWhole(scale);
  const absolute = magnitude(minor);
  return {
    whole: absolute / units,
    fraction: scale === 0 ? "" : (absolute % units).toString().padStart(scale, "0"),
  };
}

/**
 * Minor units of an amount that the server wrote. A commodity's scale may have been widened since:
 * missing digits are zeros. Anything else is a broken promise of the server and throws.
 */
export function fromWire(text: string, scale: number): bigint {
  const match = WIRE.exec(text);
  const fraction = match?.[3] ?? "";
  if (match === null || fraction.length > scale) {
    throw new Error(`"${text}" is no amount with ${scale} digits after the point`);
  }
  const minor = BigInt(`${match[2] ?? ""}${fraction.padEnd(scale, "0")}`);
  return match[1] === "-" ? -minor : minor;
}

/** Digits after the point of an amount that the server wrote, which are its commodity's. */
export function scaleOfWire(text: string): number {
  return WIRE.exec(text)?.[3]?.length ?? 0;
}
