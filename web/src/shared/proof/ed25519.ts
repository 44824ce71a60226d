import { type Bytes, sha256, toHex } from "./bytes";

/** Whether `key` (32 bytes) has signed exactly these bytes (RFC 8032). */
export async function isSignedBy(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) {
    return false;
  }
  const verifier = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", verifier, signature, message);
}

/** By which everybody names a person's key: SHA-256 of its 32 bytes. A hint, never a proof. */
export async function keyId(publicKey: Bytes): Promise<string> {
  return toHex(await sha256(publicKey));
}
