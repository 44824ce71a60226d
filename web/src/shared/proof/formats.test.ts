// @vitest-environment node
import { describe, expect, test } from "vitest";

import { fromBase64, fromHex, sha256, textOf, toBase64, toHex, utf8 } from "./bytes";
import {
  parseCheckpoint,
  parseConsistencyProof,
  parseInclusionProof,
  verifyCheckpoint,
  verifyEntry,
} from "./checkpoint";
import { isSignedBy, keyId } from "./ed25519";
import { parseEnvelope, preAuthenticationEncoding, signersOf, writeEnvelope } from "./envelope";
import { instantMicros, instantText, secondsAfter } from "./instant";
import { JsonError } from "./json";
import { ProofError } from "./merkle";
import { parseNote, parseVerifierKey, verifyCosignature, verifyNote } from "./note";
import { parseStatement, statementBytes } from "./statement";
import { hex, rfcKey1, rfcKey2, TestTree } from "./testing";

describe("bytes", () => {
  test("have one text in hex and base64", () => {
    expect(toHex(hex("00ff10"))).toBe("00ff10");
    expect([fromHex("0"), fromHex("0G"), fromHex("AB")]).toEqual([null, null, null]);
    expect(fromBase64(toBase64(hex("00ff10")))).toEqual(hex("00ff10"));
    expect(["AA", "AAA", "AB==", "A===", "AAA\n", "AA-_"].map(fromBase64)).toEqual(
      Array(6).fill(null),
    );
    expect(() => textOf(hex("ff"))).toThrow(TypeError);
  });
});

describe("instants", () => {
  test("keep their microseconds", () => {
    expect(instantText(instantMicros("2026-02-25T06:13:20.000001Z"))).toBe(
      "2026-02-25T06:13:20.000001Z",
    );
    expect(instantText(instantMicros("2026-02-25T06:13:20.5Z"))).toBe(
      "2026-02-25T06:13:20.500000Z",
    );
    expect(secondsAfter("2026-02-28T23:59:59.999999Z", 1)).toBe("2026-03-01T00:00:00.999999Z");
    expect(() => instantMicros("2026-02-25 06:13:20Z")).toThrow(JsonError);
    expect(() => instantMicros("2026-02-25T06:13:20+01:00")).toThrow(JsonError);
  });
});

describe("Ed25519", () => {
  const signed = [
    {
      key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      message: "",
      signature:
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    },
    {
      key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      message: "72",
      signature:
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    },
    {
      key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      message: "af82",
      signature:
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    },
  ];

  test.each(signed)(
    "verifies RFC 8032's message '$message'",
    async ({ key, message, signature }) => {
      expect(await isSignedBy(hex(key), hex(message), hex(signature))).toBe(true);
      expect(await isSignedBy(hex(key), hex(`${message}00`), hex(signature))).toBe(false);
      expect(await isSignedBy(hex(key), hex(message), hex(signature).slice(1))).toBe(false);
    },
  );

  test("names a key as the server does", async () => {
    expect(await keyId((await rfcKey1()).publicKey)).toBe(
      "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9",
    );
  });
});

describe("DSSE", () => {
  const type = "application/vnd.accubooks.launch.approval+json";
  const payload = utf8('{"a":1}');

  test("encodes what is signed", () => {
    const encoded = preAuthenticationEncoding("http://example.com/HelloWorld", utf8("hello world"));
    expect(textOf(encoded)).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    expect(textOf(preAuthenticationEncoding("é", utf8("ö")))).toBe("DSSEv1 2 é 2 ö");
  });

  test("signs the golden envelope, which one key has signed", async () => {
    const [one, two] = [await rfcKey1(), await rfcKey2()];
    const sig = await one.sign(preAuthenticationEncoding(type, payload));
    expect(toBase64(sig)).toBe(
      "Qar78cWgg1aYaUMghoRayNdtT2JhqagYkrkbVDpEo9rRk4D0pkZQrksM9o/IGkDHQRxA2k7ZJzyWv5d6VR6HBg==",
    );
    // Whom an envelope names isn't who has signed it.
    const envelope = { payloadType: type, payload, signatures: [{ keyid: "somebody", sig }] };
    const read = parseEnvelope(writeEnvelope(envelope));
    expect(read).toEqual(envelope);
    expect(await signersOf(read, [one.publicKey, two.publicKey])).toEqual([one.publicKey]);
    expect(await signersOf({ ...read, payload: utf8('{"a":2}') }, [one.publicKey])).toEqual([]);
    expect(await signersOf({ ...read, payloadType: "text/plain" }, [one.publicKey])).toEqual([]);
  });

  test.each([
    "[]",
    "{}",
    '{"payload":"AA==","payloadType":"t","signatures":[]}',
    '{"payload":"AA","payloadType":"t","signatures":[{"keyid":"","sig":"AA=="}]}',
    '{"payload":"AA==","payloadType":"t","signatures":[{"keyid":"","sig":"AA=="}]}',
  ])("refuses %s", (text) => {
    expect(() => parseEnvelope(text)).toThrow(JsonError);
  });
});

test("a statement says one thing in one way", () => {
  const bytes = statementBytes({
    subjects: [{ name: "key", sha256: "ab" }],
    predicateType: "https://example.com/v1",
    predicate: { b: 1, a: "x" },
  });
  expect(textOf(bytes)).toBe(
    '{"_type":"https://in-toto.io/Statement/v1","predicate":{"a":"x","b":1},"predicateType":"https://example.com/v1","subject":[{"digest":{"sha256":"ab"},"name":"key"}]}',
  );
  expect(parseStatement(bytes).subjects).toEqual([{ name: "key", sha256: "ab" }]);
  expect(() =>
    parseStatement(utf8(textOf(bytes).replace('"name":"key"', '"name":"key","x":1'))),
  ).toThrow(JsonError);
});

describe("signed notes", () => {
  test("verify as others write them", async () => {
    const key = await parseVerifierKey(
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    );
    const text = "This is an example message.\n";
    const line =
      "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    await verifyNote(parseNote(utf8(`${text}\n${line}`)), key);
    await expect(
      verifyNote(parseNote(utf8(`That is an example message.\n\n${line}`)), key),
    ).rejects.toThrow("isn't of this note");
  });

  test.each([
    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "exam ple+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "",
  ])("refuse the key '%s'", async (text) => {
    await expect(parseVerifierKey(text)).rejects.toThrow(ProofError);
  });

  test.each([
    "text\n",
    "text\n\n",
    "text\n\n— a AAAAAAAA",
    "text\n\nx\n",
    "te\u0001xt\n\n— a AAAAAAAA\n",
  ])("refuse %j", (text) => {
    expect(() => parseNote(utf8(text))).toThrow(ProofError);
  });
});

describe("checkpoints of our own", () => {
  const vkey = "accubooks.test/launch-audit+78be80d8+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
  const logLine =
    "— accubooks.test/launch-audit eL6A2CHn7JsyKrz54br/w1oeqdGuFCZfxIoNnTkZ7T4s5+9N9fotsfZKQB10dI3FdIk+TGB/i4fw0H52u5GwEjcnEwE=\n";
  const witnessLine =
    "— witness.accubooks.test/w1 koRICwAAAABpVbkAO+RpJMOeMDxy1wrgp5AU9R3iRJBxBFQrbVO2vPZBcOKvmdfxkqfpC2/ZIVvfyciuY/9niW2WcJquN7/XLP/nDQ==\n";
  const text = "accubooks.test/launch-audit\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n";
  const note = `${text}\n${logLine}`;

  test("are the golden note, byte for byte", async () => {
    expect(toHex(await sha256(utf8(note)))).toBe(
      "1f53e212fc76f10b36f35bb82984ac6fe9e3402b7ca179997b7f952a0d8732f5",
    );
    const checkpoint = parseCheckpoint(utf8(note));
    expect([checkpoint.origin, checkpoint.tree.size]).toEqual(["accubooks.test/launch-audit", 3]);
    await verifyCheckpoint(checkpoint, await parseVerifierKey(vkey));
    const other = { ...checkpoint, origin: "somebody.else/log" };
    await expect(verifyCheckpoint(other, await parseVerifierKey(vkey))).rejects.toThrow(
      "another log",
    );
  });

  test("carry a witness's cosignature with its time", async () => {
    const { publicKey } = await rfcKey2();
    const name = "witness.accubooks.test/w1";
    const bytes = new Uint8Array([4, ...publicKey]);
    const id = toHex((await sha256(utf8(`${name}\n`), bytes)).subarray(0, 4));
    const witness = await parseVerifierKey(`${name}+${id}+${toBase64(bytes)}`);
    const cosigned = parseCheckpoint(utf8(note + witnessLine));
    expect(await verifyCosignature(cosigned.note, witness)).toBe(1767225600);
    await expect(verifyCosignature(parseCheckpoint(utf8(note)).note, witness)).rejects.toThrow(
      "isn't cosigned",
    );
  });

  test("prove a leaf, and refuse another", async () => {
    const entries = ["", "00", "10"].map(hex);
    const path = await new TestTree(entries).inclusion(1);
    const proof = `c2sp.org/tlog-proof@v1\nindex 1\n${path.map((hash) => `${toBase64(hash)}\n`).join("")}\n${note}`;
    const log = await parseVerifierKey(vkey);
    await verifyEntry(parseInclusionProof(utf8(proof)), hex("00"), log);
    await expect(verifyEntry(parseInclusionProof(utf8(proof)), hex("01"), log)).rejects.toThrow(
      "root",
    );
    expect(() => parseInclusionProof(utf8(proof.replace("index 1", "index 01")))).toThrow(
      ProofError,
    );
    expect(() => parseInclusionProof(utf8(proof.replace("@v1", "@v2")))).toThrow(ProofError);
    expect(() => parseConsistencyProof(utf8(`old 4\n\n${note}`))).toThrow("smaller tree");
  });
});
