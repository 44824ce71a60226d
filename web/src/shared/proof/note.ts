import { type Bytes, concat, fromBase64, sha256, textOf, toHex, utf8 } from "./bytes";
import { isSignedBy } from "./ed25519";
import { ProofError } from "./merkle";

// Signed notes as C2SP signed-note has them: a text, an empty line, and lines of signatures.

const dash = "\u2014 ";
const noteBytesMax = 64 * 1024;
const signaturesMax = 32;

/** Part of a key's id, so that one key can't be taken for the other kind. */
export const keyTypes = { ed25519: 1, cosignature: 4 } as const;

export type VerifierKey = {
  readonly name: string;
  readonly type: number;
  readonly key: Bytes;
  readonly id: string;
};
export type NoteSignature = { readonly name: string; readonly id: string; readonly bytes: Bytes };
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

const isKeyName = (name: string) => /^[!-*,-~]{1,256}$/.test(name);

/** Reads "name+keyid+base64(type ‖ key)". Throws ProofError, also when the id isn't the key's. */
export async function parseVerifierKey(text: string): Promise<VerifierKey> {
  const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  const bytes = fromBase64(encoded ?? "");
  if (name === undefined || !isKeyName(name) || bytes === null || bytes.length !== 33) {
    throw new ProofError(
      "A verifier key is written name+keyid+base64, of an Ed25519 key and its type.",
    );
  }
  const type = bytes[0] ?? 0;
  if (type !== keyTypes.ed25519 && type !== keyTypes.cosignature) {
    throw new ProofError("A verifier key is of type 1 (Ed25519) or 4 (witness cosignature).");
  }
  const digest = await sha256(utf8(`${name}\n`), bytes);
  if (toHex(digest.subarray(0, 4)) !== id) {
    throw new ProofError("A verifier key's id is that of another key.");
  }
  return { name, type, key: bytes.slice(1), id };
}

function parseSignature(line: string): NoteSignature {
  const [name, encoded, ...more] = line.startsWith(dash) ? line.slice(dash.length).split(" ") : [];
  const bytes = fromBase64(encoded ?? "");
  if (
    name === undefined ||
    !isKeyName(name) ||
    bytes === null ||
    bytes.length <= 4 ||
    more.length > 0
  ) {
    throw new ProofError("A signature line is a dash, a key's name and a signature in base64.");
  }
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.slice(4) };
}

/** Throws ProofError. */
export function parseNote(bytes: Bytes): Note {
  if (bytes.length > noteBytesMax) {
    throw new ProofError("The note is too long.");
  }
  let whole: string;
  try {
    whole = textOf(bytes);
  } catch {
    throw new ProofError("A note is UTF-8.");
  }
  // The signatures follow the last empty line.
  const gap = whole.lastIndexOf("\n\n");
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (gap < 0 || !whole.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) {
    throw new ProofError(
      "A note is lines without control characters, an empty one before the signatures.",
    );
  }
  const lines = whole.slice(gap + 2, -1).split("\n");
  if (lines.length > signaturesMax) {
    throw new ProofError("The note has too many signatures.");
  }
  return { text: whole.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

function signatureBy(note: Note, key: VerifierKey): NoteSignature | undefined {
  return note.signatures.find((one) => one.name === key.name && one.id === key.id);
}

/** Throws ProofError unless the key, of type ed25519, has signed the note. */
export async function verifyNote(note: Note, key: VerifierKey): Promise<void> {
  const signature = signatureBy(note, key);
  if (signature === undefined) {
    throw new ProofError(`The note isn't signed by ${key.name}.`);
  }
  if (
    key.type !== keyTypes.ed25519 ||
    !(await isSignedBy(key.key, utf8(note.text), signature.bytes))
  ) {
    throw new ProofError(`The signature of ${key.name} isn't of this note.`);
  }
}

export function isCosignedBy(note: Note, witness: VerifierKey): boolean {
  return signatureBy(note, witness) !== undefined;
}

/** When the witness cosigned, in seconds since 1970. Throws ProofError when it hasn't, or not this note. */
export async function verifyCosignature(note: Note, witness: VerifierKey): Promise<number> {
  const signature = signatureBy(note, witness);
  if (
    signature === undefined ||
    signature.bytes.length !== 72 ||
    witness.type !== keyTypes.cosignature
  ) {
    throw new ProofError(`The checkpoint isn't cosigned by ${witness.name}.`);
  }
  const seconds = new DataView(signature.bytes.buffer).getBigUint64(signature.bytes.byteOffset);
  const message = concat(utf8(`cosignature/v1\ntime ${seconds}\n`), utf8(note.text));
  if (!(await isSignedBy(witness.key, message, signature.bytes.slice(8)))) {
    throw new ProofError(`The cosignature of ${witness.name} isn't of this checkpoint.`);
  }
  return Number(seconds);
}
