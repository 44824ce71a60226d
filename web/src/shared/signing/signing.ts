import { type Bytes } from "@/shared/proof/bytes";
import { isSignedBy, keyId } from "@/shared/proof/ed25519";
import { type Envelope, preAuthenticationEncoding, statementType } from "@/shared/proof/envelope";
import { type Statement, statementBytes } from "@/shared/proof/statement";

/** A person's key that lives in this browser: the private half can be used and never read. */
export interface BrowserKey {
  /** Whose it is. */
  userId: string;
  keyId: string;
  publicKey: Bytes;
  privateKey: CryptoKey;
  /** RFC 3339, UTC. */
  madeAt: string;
}

/** Pages on plain http, but for those of this machine, have no WebCrypto. */
export function canSign(): boolean {
  return globalThis.isSecureContext && "subtle" in crypto;
}

export async function makeKey(userId: string, madeAt: string): Promise<BrowserKey> {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  // A public key can be read whatever is said about the pair.
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { userId, keyId: await keyId(publicKey), publicKey, privateKey: pair.privateKey, madeAt };
}

/** Signs a statement's exact bytes, and verifies its own signature before anybody else sees it. */
export async function signStatement(statement: Statement, key: BrowserKey): Promise<Envelope> {
  const payload = statementBytes(statement);
  const message = preAuthenticationEncoding(statementType, payload);
  const sig = new Uint8Array(await crypto.subtle.sign("Ed25519", key.privateKey, message));
  if (!(await isSignedBy(key.publicKey, message, sig))) {
    throw new Error("This browser's signature could not be verified; nothing was sent.");
  }
  return { payloadType: statementType, payload, signatures: [{ keyid: key.keyId, sig }] };
}
