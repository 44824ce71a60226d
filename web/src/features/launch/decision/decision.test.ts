import { describe, expect, test } from "vitest";

import { textOf } from "@/shared/proof/bytes";
import { statementBytes } from "@/shared/proof/statement";

import type { Payload } from "../payload";
import type { ChangeRevision } from "../queries";
import { conditionsOf, emptyForm, missingIn, reviewItems, targetOf } from "./form";
import { type Ground, hindrance, maySeeDecisions } from "./guard";
import { decisionStatement } from "./statement";

const approval = {
  verb: "approve",
  change: "CHG-0001",
  revision: 2,
  sha256: "ab".repeat(32),
  role: "executive_operator",
  approver: { id: "u", name: "Eve" },
  keyId: "cd".repeat(32),
  now: "2026-03-01T02:00:00.000001Z",
  validSeconds: 60,
  text: "I approve Phase 1 execution",
  deferUntil: null,
  conditions: ["open_p0 = 0"],
} as const;

describe("a decision's statement", () => {
  test("is byte for byte what the server writes of it", () => {
    expect(textOf(statementBytes(decisionStatement(approval)))).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","predicate":{"approver":{"id":"u","keyid":"${"cd".repeat(32)}","method":"ed25519","name":"Eve"},"change":1,"conditions":["open_p0 = 0"],"decision":"approve","expiresAt":"2026-03-01T02:01:00.000001Z","notBefore":"2026-03-01T02:00:00.000001Z","revision":2,"role":"executive_operator","sentence":"I approve Phase 1 execution"},"predicateType":"https://accubooks.dev/launch/decision/v1","subject":[{"digest":{"sha256":"${"ab".repeat(32)}"},"name":"CHG-0001/rev/2"}]}`,
    );
  });

  test("says a reason and a day where it defers", () => {
    const { predicate } = decisionStatement({
      ...approval,
      verb: "defer",
      text: "After the close",
      deferUntil: "2026-03-09",
    });
    expect(predicate).toMatchObject({
      decision: "defer",
      rationale: "After the close",
      deferUntil: "2026-03-09T00:00:00.000000Z",
    });
    expect(predicate).not.toHaveProperty("sentence");
  });
});

describe("who decides", () => {
  const revision: ChangeRevision = {
    revision: 1,
    sha256: "",
    baseline_sha256: "",
    state: "in_review",
    author: "lead",
    made_at: "",
    earliest: null,
    deferred_until: null,
    approvals: [],
  };
  const change: Ground["change"] = {
    you: { user_id: "eve", name: "Eve", roles: ["executive_operator"] },
    policy: { approver: "executive_operator", quorum: 1, approval_valid_s: 60, sentences: [] },
    revisions: [revision],
    state: "in_review",
    now: "2026-03-01T02:00:00.000000Z",
  };
  const found = (changed: object, more = { canSign: true, keys: 1 }) =>
    hindrance({ change: { ...structuredClone(change), ...changed }, ...more });

  test("is the approver with a key", () => {
    expect(found({})).toBeNull();
  });

  test.each([
    ["author", { you: { ...change.you, user_id: "lead" } }],
    ["two_roles", { you: { ...change.you, roles: ["requester_lead", "executive_operator"] } }],
    ["role", { you: { ...change.you, roles: ["on_call"] } }],
    ["not_in_review", { state: "approved" }],
    ["deferred", { revisions: [{ ...revision, earliest: "2026-03-02T00:00:00.000000Z" }] }],
  ])("is not whom this stops: %s", (why, changed) => {
    expect(found(changed)).toBe(why);
  });

  test("needs a browser that signs, and a key in it", () => {
    expect(found({}, { canSign: false, keys: 1 })).toBe("insecure");
    expect(found({}, { canSign: true, keys: 0 })).toBe("no_key");
  });

  test("sees the acts, but for the author and those without the role", () => {
    expect(([null, "no_key", "not_in_review"] as const).map(maySeeDecisions)).toEqual([
      true,
      true,
      true,
    ]);
    expect((["author", "two_roles", "role"] as const).map(maySeeDecisions)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("the form", () => {
  const payload = {
    changes: [
      { setting: "database.pool.min", from: 10, to: 20 },
      { setting: "database.pool.max", from: 50, to: 200 },
    ],
    policy: { approver: "", quorum: 1, validSeconds: 1, sentences: ["I approve"] },
  };
  const missing = (form: object, verb: "approve" | "reject" | "defer") =>
    missingIn({ ...emptyForm, ...form }, verb, partial(payload), "2026-03-01");
  const all = { reviewed: reviewItems, target: "200", text: "I approve" };

  test("of an approval needs ticks, the target value and the exact sentence", () => {
    expect(targetOf(partial(payload))).toEqual({ setting: "database.pool.max", value: "200" });
    expect(missing({}, "approve")).toEqual(["review", "target", "sentence"]);
    expect(missing(all, "approve")).toEqual([]);
    expect(missing({ ...all, reviewed: reviewItems.slice(1) }, "approve")).toEqual(["review"]);
    expect(missing({ ...all, target: "20" }, "approve")).toEqual(["target"]);
    expect(missing({ ...all, text: "I approve " }, "approve")).toEqual(["sentence"]);
  });

  test("of the others needs a reason on one line, and a day to come", () => {
    expect(missing({ text: "too short" }, "reject")).toEqual(["reason"]);
    expect(missing({ text: "long enough\nbut two lines" }, "reject")).toEqual(["reason"]);
    expect(missing({ text: "The restore wasn't tried" }, "reject")).toEqual([]);
    expect(missing({ text: "After the close", deferUntil: "2026-03-01" }, "defer")).toEqual([
      "date",
    ]);
    expect(missing({ text: "After the close", deferUntil: "2026-03-02" }, "defer")).toEqual([]);
  });

  test("takes conditions one a line", () => {
    expect(conditionsOf({ ...emptyForm, conditions: " open_p0 = 0\n\nopen_p1 = 0 \n" })).toEqual([
      "open_p0 = 0",
      "open_p1 = 0",
    ]);
  });
});

function partial(payload: Pick<Payload, "changes" | "policy">): Payload {
  return JSON.parse(JSON.stringify(payload));
}
