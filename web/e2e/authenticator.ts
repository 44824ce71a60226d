import { createHmac } from "node:crypto";

function fromBase32(text: string): Buffer {
  const bits = [...text.replaceAll("=", "")]
    .map((letter) =>
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
    )
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** What a person's phone shows now (RFC 6238); `steps` ahead, because each code counts once. */
export function codeOf(uri: URL, steps = 0): string {
  const { searchParams: said } = uri;
  const period = Number(said.get("period") ?? 30);
  const digits = Number(said.get("digits") ?? 6);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / period) + steps));
  const algorithm = (said.get("algorithm") ?? "SHA1").toLowerCase();
  const mac = createHmac(algorithm, fromBase32(said.get("secret") ?? ""))
    .update(counter)
    .digest();
  const at = (mac.at(-1) ?? 0) & 15;
  const number = (mac.readUInt32BE(at) & 0x7fffffff) % 10 ** digits;
  return number.toString().padStart(digits, "0");
}
