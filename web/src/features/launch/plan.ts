import type { Fields } from "@/shared/proof/json";

// What the pages show of the launch plan, which is data in every payload (launch/plan.yaml).

export interface Phase {
  phase: string;
  title: string;
  what: string;
  risk: string;
  fromMs: number;
  toMs: number;
  needs: readonly string[];
  evidence: string;
}

export interface Plan {
  version: number;
  system: string;
  phases: readonly Phase[];
  roles: readonly { role: string; title: string; may: readonly string[] }[];
  requesterConfirms: readonly string[];
  approverRequires: readonly string[];
  conditions: readonly string[];
  keeps: readonly { setting: string; ms: number }[];
  unchanged: readonly string[];
  window: { from: string; to: string };
  prechecks: readonly { check: string; what: string; when: string | null }[];
  steps: number;
  acknowledgeMs: number;
  workload: { requests: number; concurrency: number; ratePerSecond: number };
  sustainedMs: number;
  captureMs: number;
  passes: readonly string[];
  rollsBack: readonly string[];
  hardTriggers: readonly string[];
  rollback: { aimMs: number; deadlineMs: number; watchMs: number };
  /** By which the longest rehearsal is shortened. */
  timeScaleMax: number;
}

function phaseOf(fields: Fields): Phase {
  const planned = fields.part("planned");
  return {
    phase: fields.text("phase"),
    title: fields.text("title"),
    what: fields.text("what"),
    risk: fields.text("risk"),
    fromMs: planned.count("from_ms"),
    toMs: planned.count("to_ms"),
    needs: fields.texts("needs"),
    evidence: fields.text("evidence"),
  };
}

/** Throws JsonError. */
export function readPlan(fields: Fields): Plan {
  const system = fields.part("system");
  const approval = fields.part("approval");
  const phase = fields.part("phase1");
  const sustained = phase.part("stages").part("sustained");
  const apply = phase.part("apply");
  const rollback = phase.part("rollback");
  const workload = phase.part("workload");
  const window = phase.part("window");
  return {
    version: fields.count("version"),
    system: `${system.text("name")} ${system.text("version")}`,
    phases: fields.parts("phases").map(phaseOf),
    roles: fields.parts("roles").map((role) => ({
      role: role.text("role"),
      title: role.text("title"),
      may: role.texts("may"),
    })),
    requesterConfirms: approval.texts("requester_confirms"),
    approverRequires: approval.texts("approver_requires"),
    conditions: approval.texts("phase1_conditions"),
    keeps: phase.parts("keeps").map((kept) => ({
      setting: kept.text("setting"),
      ms: kept.count("value_ms"),
    })),
    unchanged: phase.texts("unchanged"),
    window: { from: window.text("from"), to: window.text("to") },
    prechecks: phase
      .part("prechecks")
      .parts("checks")
      .map((check) => ({
        check: check.text("check"),
        what: check.text("what"),
        when: check.textOrNull("when"),
      })),
    steps: apply.list("steps").length,
    acknowledgeMs: apply.count("acknowledge_within_ms"),
    workload: {
      requests: workload.count("requests"),
      concurrency: workload.count("concurrency"),
      ratePerSecond: workload.count("rate_per_second"),
    },
    sustainedMs: sustained.count("window_ms"),
    captureMs: sustained.countOrNull("capture_every_ms") ?? 0,
    passes: sustained.texts("passes"),
    rollsBack: sustained.texts("rolls_back"),
    hardTriggers: phase.texts("hard_triggers"),
    rollback: {
      aimMs: rollback.count("aim_ms"),
      deadlineMs: rollback.count("deadline_ms"),
      watchMs: rollback.count("watch_ms"),
    },
    timeScaleMax: phase.part("rehearsal").count("time_scale_max"),
  };
}

/** The phase of that name; the plan of a payload has it. */
export function phaseNamed(plan: Plan, name: string): Phase | undefined {
  return plan.phases.find(({ phase }) => phase === name);
}
