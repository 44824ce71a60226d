import { expect, test } from "vitest";

import { textOf } from "@/shared/proof/bytes";
import { statementBytes } from "@/shared/proof/statement";

import { reportStatement } from "./statement";

test("the lead's word for a report is what the server reads, byte for byte", () => {
  const statement = reportStatement({
    change: "CHG-0001",
    revision: 2,
    attempt: 3,
    outcome: "succeeded",
    sha256: "ab",
    signer: { id: "u", name: "Lea" },
    signedAt: "2026-03-01T02:00:00.000001Z",
  });
  expect(textOf(statementBytes(statement))).toBe(
    '{"_type":"https://in-toto.io/Statement/v1","predicate":{"attempt":3,"change":"CHG-0001","outcome":"succeeded","revision":2,"signedAt":"2026-03-01T02:00:00.000001Z","signer":{"id":"u","name":"Lea"}},"predicateType":"https://accubooks.dev/launch/report/v1","subject":[{"digest":{"sha256":"ab"},"name":"CHG-0001/rev/2/attempt/3/report.json"}]}',
  );
});
