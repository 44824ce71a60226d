import type { Bytes } from "@/shared/proof/bytes";
import { Fields, type Json, readCanonical } from "@/shared/proof/json";

import { type Plan, readPlan } from "./plan";

// What an approver signs about, read from the very bytes that were hashed (src/launch/payload.h).

export interface SettingChange {
  setting: string;
  from: number;
  to: number;
}

export interface Guide {
  title: string;
  path: string;
  /** Empty: of all phases. */
  phase: string;
  sha256: string;
  lines: number;
}

export interface Stakeholder {
  role: string;
  userId: string;
  name: string;
}

export interface Payload {
  change: string;
  revision: number;
  phase: string;
  madeAt: string;
  requester: Stakeholder;
  note: string;
  changes: readonly SettingChange[];
  rollback: readonly SettingChange[];
  instances: readonly string[];
  settingsRevision: number;
  settingsSha256: string;
  planSha256: string;
  build: { version: string; commit: string; binarySha256: string; schemaSha256: string };
  policy: {
    approver: string;
    quorum: number;
    validSeconds: number;
    sentences: readonly string[];
  };
  stakeholders: readonly Stakeholder[];
  guides: readonly Guide[];
  load: { requests: number; errors: number; p50Us: number; p95Us: number; p99Us: number };
  quoted: { statements: readonly string[]; reference: string; sha256: string };
  plan: Plan;
  /** All of it, for a comparison that leaves nothing out. */
  whole: Json;
}

function changeOf(fields: Fields): SettingChange {
  return { setting: fields.text("setting"), from: fields.count("from"), to: fields.count("to") };
}

function personOf(fields: Fields): Stakeholder {
  return { role: fields.text("role"), userId: fields.text("user_id"), name: fields.text("name") };
}

function guideOf(fields: Fields): Guide {
  return {
    title: fields.text("title"),
    path: fields.text("path"),
    phase: fields.text("phase"),
    sha256: fields.text("sha256"),
    lines: fields.count("lines"),
  };
}

/** Throws JsonError for what isn't a payload in its one form. */
export function readPayload(bytes: Bytes): Payload {
  const whole = readCanonical(bytes);
  const fields = new Fields(whole);
  const baseline = fields.part("baseline");
  const build = fields.part("build");
  const policy = fields.part("policy");
  const load = fields.part("synthetic_load");
  const quoted = fields.part("quoted_audit");
  return {
    change: fields.text("change"),
    revision: fields.count("revision"),
    phase: fields.text("phase"),
    madeAt: fields.text("made_at"),
    requester: personOf(fields.part("requester")),
    note: fields.text("note"),
    changes: fields.parts("change_of_settings").map(changeOf),
    rollback: fields.parts("rollback").map(changeOf),
    instances: fields.texts("instances"),
    settingsRevision: baseline.count("settings_revision"),
    settingsSha256: baseline.text("sha256"),
    planSha256: fields.text("plan_sha256"),
    build: {
      version: build.text("version"),
      commit: build.text("commit"),
      binarySha256: build.text("binary_sha256"),
      schemaSha256: build.text("schema_sha256"),
    },
    policy: {
      approver: policy.text("approver"),
      quorum: policy.count("quorum"),
      validSeconds: policy.count("approval_valid_s"),
      sentences: policy.texts("sentences"),
    },
    stakeholders: fields.parts("stakeholders").map(personOf),
    guides: fields.parts("guides").map(guideOf),
    load: {
      requests: load.count("requests"),
      errors: load.count("errors"),
      p50Us: load.count("p50_us"),
      p95Us: load.count("p95_us"),
      p99Us: load.count("p99_us"),
    },
    quoted: {
      statements: quoted.texts("statements"),
      reference: quoted.text("reference"),
      sha256: quoted.text("reference_sha256"),
    },
    plan: readPlan(fields.part("plan")),
    whole,
  };
}
