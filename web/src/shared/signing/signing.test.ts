// @vitest-environment node
import { expect, test } from "vitest";

import { sha256, textOf, toHex } from "@/shared/proof/bytes";
import { parseEnvelope, signersOf, writeEnvelope } from "@/shared/proof/envelope";
import { makeKey, signStatement } from "./signing";

const statement = {
  subjects: [{ name: "CHG-0001/rev/1", sha256: "ab" }],
  predicateType: "https://example.com/v1",
  predicate: { decision: "approve" },
};

test("a key can't be read, and signs what its public half verifies", async () => {
  const key = await makeKey("u", "2026-03-01T02:00:00.000000Z");
  expect(key.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("pkcs8", key.privateKey)).rejects.toThrow(DOMException);
  expect(key.keyId).toBe(toHex(await sha256(key.publicKey)));
  const envelope = parseEnvelope(writeEnvelope(await signStatement(statement, key)));
  expect(await signersOf(envelope, [key.publicKey])).toEqual([key.publicKey]);
  expect(textOf(envelope.payload)).toContain('"decision":"approve"');
});

test("a signature that isn't the key's own is never sent", async () => {
  const [one, other] = [await makeKey("u", ""), await makeKey("u", "")];
  const mixed = { ...one, privateKey: other.privateKey };
  await expect(signStatement(statement, mixed)).rejects.toThrow("nothing was sent");
});
