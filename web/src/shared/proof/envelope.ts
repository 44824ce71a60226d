import { type Bytes, concat, fromBase64, toBase64, utf8 } from "./bytes";
import { isSignedBy } from "./ed25519";
import { canonicalJson, Fields, JsonError, parseJson } from "./json";

// DSSE, the Dead Simple Signing Envelope: the bytes that were signed are carried and verified as
// they are, never written anew.

/** The payload type of in-toto statements. */
export const statementType = "application/vnd.in-toto+json";

export type EnvelopeSignature = { readonly keyid: string; readonly sig: Bytes };
export type Envelope = {
  readonly payloadType: string;
  readonly payload: Bytes;
  readonly signatures: readonly EnvelopeSignature[];
};

/** As it goes over the wire. */
export type EnvelopeJson = {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string }[];
};

/** What a signature is over: "DSSEv1", then length and bytes of the type and of the payload. */
export function preAuthenticationEncoding(type: string, payload: Bytes): Bytes {
  const name = utf8(type);
  return concat(utf8(`DSSEv1 ${name.length} `), name, utf8(` ${payload.length} `), payload);
}

export function envelopeJson(envelope: Envelope): EnvelopeJson {
  return {
    payloadType: envelope.payloadType,
    payload: toBase64(envelope.payload),
    signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: toBase64(sig) })),
  };
}

/** The bytes as they lie in evidence. */
export function writeEnvelope(envelope: Envelope): string {
  return canonicalJson(envelopeJson(envelope));
}

function bytesOf(fields: Fields, name: string): Bytes {
  const bytes = fromBase64(fields.text(name));
  if (bytes === null) {
    throw new JsonError(`${name} isn't base64.`);
  }
  return bytes;
}

/** Throws JsonError, also for members that the protocol doesn't have. */
export function parseEnvelope(text: string): Envelope {
  const fields = new Fields(parseJson(text));
  const envelope = {
    payloadType: fields.text("payloadType"),
    payload: bytesOf(fields, "payload"),
    signatures: fields.parts("signatures").map((one) => {
      const signature = { keyid: one.text("keyid"), sig: bytesOf(one, "sig") };
      one.nothingElse();
      if (signature.sig.length !== 64) {
        throw new JsonError("sig isn't an Ed25519 signature.");
      }
      return signature;
    }),
  };
  fields.nothingElse();
  if (envelope.signatures.length < 1 || envelope.signatures.length > 16) {
    throw new JsonError("An envelope has 1 to 16 signatures.");
  }
  return envelope;
}

/** Those of `keys` that have signed; the ids in the envelope decide nothing. */
export async function signersOf(
  envelope: Envelope,
  keys: readonly Bytes[],
): Promise<readonly Bytes[]> {
  const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  const signed = await Promise.all(
    keys.map(async (key) => {
      const good = await Promise.all(
        envelope.signatures.map(({ sig }) => isSignedBy(key, message, sig)),
      );
      return good.includes(true);
    }),
  );
  return keys.filter((_, at) => signed[at] === true);
}
