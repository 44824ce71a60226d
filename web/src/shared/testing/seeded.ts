/** Repeatable randomness for properties: the seed is printed by the case that fails. */
export type Random = {
  /** From 0 up to and without `end`. */
  below: (end: number) => number;
  pick: <T>(from: readonly T[]) => T;
  /** A whole number of up to `bits` bits, either sign; small ones as often as large ones. */
  bigint: (bits: number) => bigint;
};

/** SplitMix32 (public domain). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (end: number) => next() % end;
  return {
    below,
    pick: (from) => {
      const found = from[below(from.length)];
      if (found === undefined) {
        throw new Error("nothing to pick from");
      }
      return found;
    },
    bigint: (bits) => {
      const size = below(bits) + 1;
      let value = 0n;
      for (let filled = 0; filled < size; filled += 32) {
        value = (value << 32n) | BigInt(next());
      }
      value &= (1n << BigInt(size)) - 1n;
      return below(2) === 0 ? value : -value;
    },
  };
}
