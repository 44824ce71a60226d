/** Bytes of a reason that is recorded, as the server counts them. */
export const reasonLeast = 10;
export const reasonMost = 1000;

export function isReason(text: string): boolean {
  const { length } = new TextEncoder().encode(text);
  return length >= reasonLeast && length <= reasonMost && !text.includes("\n");
}
