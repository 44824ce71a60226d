import { areEqual, type Bytes, sha256, textOf, toHex } from "@/shared/proof/bytes";
import { parseEnvelope, signersOf, statementType } from "@/shared/proof/envelope";
import { instantMicros } from "@/shared/proof/instant";
import { Fields, isObject, parseJson } from "@/shared/proof/json";
import { parseStatement } from "@/shared/proof/statement";
import { about, type Act, fileAt, type Files, NotVerified, paths } from "./bundle";
import type { Manifest } from "./manifest";
import type { Approver, Policy } from "./policy";

const decisionType = "https://accubooks.dev/launch/decision/v1";
const decisionAct = "launch.decision";
const executionAct = "launch.execution_event";

/** A person's word, as it was found good. */
export type ProvenDecision = {
  readonly file: string;
  readonly decision: string;
  readonly role: string;
  readonly user: string;
  readonly name: string;
  readonly seq: number;
  readonly notBefore: bigint;
  readonly expiresAt: bigint;
};

async function requesterOf(files: Files, manifest: Manifest): Promise<string> {
  const bytes = fileAt(files, paths.revision);
  if (toHex(await sha256(bytes)) !== manifest.head.revisionDigest) {
    throw new NotVerified(paths.revision, "It isn't the revision that the manifest names.");
  }
  return about(paths.revision, () =>
    new Fields(parseJson(textOf(bytes))).part("requester").text("user_id"),
  );
}

/** Whether an act's payload carries these bytes as its envelope. */
function carries(act: Act, envelope: string): boolean {
  try {
    const payload = parseJson(textOf(act.payload));
    return isObject(payload) && payload["envelope"] === envelope;
  } catch {
    return false;
  }
}

async function signerOf(
  file: string,
  bytes: Bytes,
  policy: Policy,
): Promise<{ approver: Approver; payload: Bytes }> {
  const envelope = await about(file, () => parseEnvelope(textOf(bytes)));
  const signers = await signersOf(
    envelope,
    policy.approvers.map(({ key }) => key),
  );
  const signer = signers[0];
  const approver = policy.approvers.find(
    ({ key }) => signer !== undefined && areEqual(key, signer),
  );
  if (approver === undefined || signers.length !== 1 || envelope.signatures.length !== 1) {
    throw new NotVerified(file, "It isn't signed by exactly one key that the policy knows.");
  }
  if (envelope.payloadType !== statementType) {
    throw new NotVerified(file, "What was signed isn't a statement.");
  }
  return { approver, payload: envelope.payload };
}

/** One signed decision: its signer, what it says, and the log's word for it. */
async function judge(
  file: string,
  bytes: Bytes,
  manifest: Manifest,
  acts: readonly Act[],
  policy: Policy,
): Promise<ProvenDecision> {
  const { approver, payload } = await signerOf(file, bytes, policy);
  const { statement, said } = await about(file, () => {
    const read = parseStatement(payload);
    return {
      statement: read,
      said: {
        decision: read.predicate.text("decision"),
        role: read.predicate.text("role"),
        user: read.predicate.part("approver").text("id"),
        notBefore: instantMicros(read.predicate.text("notBefore")),
        expiresAt: instantMicros(read.predicate.text("expiresAt")),
      },
    };
  });
  const [subject, ...others] = statement.subjects;
  if (
    statement.predicateType !== decisionType ||
    others.length > 0 ||
    subject?.sha256 !== manifest.head.revisionDigest
  ) {
    throw new NotVerified(file, "What was signed isn't about this revision.");
  }
  if (said.user !== approver.user) {
    throw new NotVerified(file, "It names another person than whose key has signed.");
  }
  const text = textOf(bytes);
  const leaf = acts.find(
    (act) =>
      act.action === decisionAct &&
      act.objectDigest === manifest.head.revisionDigest &&
      carries(act, text),
  );
  if (leaf === undefined) {
    throw new NotVerified(file, "The log has no such decision.");
  }
  if (
    leaf.time < approver.enrolledAt ||
    (approver.revokedAt !== null && leaf.time >= approver.revokedAt)
  ) {
    throw new NotVerified(file, "The key wasn't good when the log took the decision in.");
  }
  return { ...said, file, name: approver.name, seq: leaf.seq };
}

/** Whether an approval counted when the execution began. */
function checkApproval(
  decision: ProvenDecision,
  requester: string,
  began: Act,
  policy: Policy,
): void {
  const { file, role, user } = decision;
  if (decision.decision !== "approve") {
    throw new NotVerified(file, `${decision.decision} was decided before the execution.`);
  }
  if (!policy.approvers.some((one) => one.user === user && one.roles.includes(role))) {
    throw new NotVerified(file, `Its signer isn't ${role} by the policy.`);
  }
  if (user === requester) {
    throw new NotVerified(file, "Who requested the change has approved it.");
  }
  if (began.time < decision.notBefore || began.time >= decision.expiresAt) {
    throw new NotVerified(file, "It wasn't valid when the execution began.");
  }
}

function checkQuorum(before: readonly ProvenDecision[], policy: Policy): void {
  if (policy.quorum.length === 0) {
    throw new NotVerified(
      paths.approvals,
      "The policy demands no approval, so that none is proven.",
    );
  }
  for (const { role, people } of policy.quorum) {
    const approvers = new Set(before.filter((one) => one.role === role).map(({ user }) => user));
    if (approvers.size < people) {
      throw new NotVerified(
        paths.approvals,
        `${approvers.size} of ${people} approvals as ${role} were there when the execution began.`,
      );
    }
  }
}

/** What was decided about the revision, and that it sufficed when the execution began. */
export async function checkDecisions(
  files: Files,
  manifest: Manifest,
  acts: readonly Act[],
  policy: Policy,
): Promise<readonly ProvenDecision[]> {
  const requester = await requesterOf(files, manifest);
  const began = acts.find(({ action }) => action === executionAct);
  if (began === undefined) {
    throw new NotVerified(paths.leaves, "The log doesn't tell when the execution began.");
  }
  const decisions: ProvenDecision[] = [];
  for (const [path, bytes] of files) {
    if (path.startsWith(paths.approvals)) {
      if (!path.endsWith(paths.approvalEnding)) {
        throw new NotVerified(path, "It isn't a signed decision.");
      }
      decisions.push(await judge(path, bytes, manifest, acts, policy));
    }
  }
  const before = decisions.filter(({ seq }) => seq <= began.seq);
  for (const decision of before) {
    checkApproval(decision, requester, began, policy);
  }
  // A decision that the log has and the bundle leaves out is as bad as a forged one.
  const told = acts.filter(({ action }) => action === decisionAct).length;
  if (told !== decisions.length) {
    throw new NotVerified(
      paths.approvals,
      `The log has ${told} decisions, the bundle ${decisions.length}.`,
    );
  }
  checkQuorum(before, policy);
  return decisions;
}
