import { type Bytes, concat, fromHex } from "./bytes";
import { leafHash, nodeHash } from "./merkle";

// What tests of proofs share: keys of RFC 8032, and a tree as its owner keeps it.

export function hex(text: string): Bytes {
  const bytes = fromHex(text);
  if (bytes === null) {
    throw new Error(`${text} isn't hexadecimal`);
  }
  return bytes;
}

export type TestKey = {
  readonly publicKey: Bytes;
  readonly sign: (message: Bytes) => Promise<Bytes>;
};

/** The key pair of a seed, of which the public half is known. */
export async function testKey(seed: string, publicKey: string): Promise<TestKey> {
  const pkcs8 = concat(hex("302e020100300506032b657004220420"), hex(seed));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return {
    publicKey: hex(publicKey),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", key, message)),
  };
}

export const rfcKey1 = () =>
  testKey(
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  );
export const rfcKey2 = () =>
  testKey(
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  );

/** Where RFC 6962 splits a tree: the greatest power of two below its size. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) {
    split *= 2;
  }
  return split;
}

/** The tree of RFC 6962 §2.1 and its proofs, straight from the definition. */
export class TestTree {
  readonly entries: readonly Bytes[];

  constructor(entries: readonly Bytes[]) {
    this.entries = entries;
  }

  async root(begin = 0, end = this.entries.length): Promise<Bytes> {
    const only = this.entries[begin];
    if (only === undefined) {
      return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array()));
    }
    if (end - begin === 1) {
      return leafHash(only);
    }
    const middle = begin + splitOf(end - begin);
    return nodeHash(await this.root(begin, middle), await this.root(middle, end));
  }

  async inclusion(index: number, begin = 0, end = this.entries.length): Promise<readonly Bytes[]> {
    if (end - begin === 1) {
      return [];
    }
    const middle = begin + splitOf(end - begin);
    return index < middle
      ? [...(await this.inclusion(index, begin, middle)), await this.root(middle, end)]
      : [...(await this.inclusion(index, middle, end)), await this.root(begin, middle)];
  }

  /** From the first `size` leaves to all; `isWhole` while the old tree's root is known to the verifier. */
  async consistency(
    size: number,
    begin = 0,
    end = this.entries.length,
    isWhole = true,
  ): Promise<readonly Bytes[]> {
    if (size === end - begin) {
      return isWhole ? [] : [await this.root(begin, end)];
    }
    const split = splitOf(end - begin);
    const middle = begin + split;
    return size <= split
      ? [...(await this.consistency(size, begin, middle, isWhole)), await this.root(middle, end)]
      : [
          ...(await this.consistency(size - split, middle, end, false)),
          await this.root(begin, middle),
        ];
  }
}
