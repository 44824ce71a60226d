import { expect, test } from "vitest";

import { textOf } from "@/shared/proof/bytes";
import { statementBytes } from "@/shared/proof/statement";

import { possessionStatement } from "./possession";

test("a key says of itself what the server reads, byte for byte", () => {
  const statement = possessionStatement({
    keyId: "ab".repeat(32),
    publicKey: new Uint8Array(32),
    madeAt: "2026-03-01T02:00:00.123000Z",
  });
  expect(textOf(statementBytes(statement))).toBe(
    `{"_type":"https://in-toto.io/Statement/v1","predicate":{"kind":"browser","madeAt":"2026-03-01T02:00:00.123000Z","publicKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"predicateType":"https://accubooks.dev/identity/key-possession/v1","subject":[{"digest":{"sha256":"${"ab".repeat(32)}"},"name":"key"}]}`,
  );
});
