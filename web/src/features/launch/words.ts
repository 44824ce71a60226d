import { defineText } from "@/shared/text/text";
import type { Status } from "@/shared/ui/StatusMark";

import type { ChangeState, LaunchRole } from "./queries";

const askAgain = "Die beantragende Leitung geht auf das Gesagte ein und beantragt von Neuem.";

/** What states, roles and events are called; a new one in the contract is missed by the type check. */
export const launchWords = defineText({
  en: {
    states: {
      draft: "Draft, not yet requested",
      in_review: "Pending approval",
      approved: "Approved",
      executing: "Executing",
      completed: "Completed, report pending",
      rolled_back: "Rolled back, report pending",
      failed_manual: "Rollback failed, settled by hand",
      rejected: "Rejected",
      deferred: "Deferred",
      withdrawn: "Withdrawn",
      expired: "Approval expired",
      revoked: "Approval revoked",
      superseded: "Superseded",
      stale: "Stale: the live settings moved",
      closed: "Closed",
    } satisfies Record<ChangeState, string>,
    roles: {
      requester_lead: "Production Engineering Lead",
      executive_operator: "Executive Operator",
      product_lead: "Product Lead",
      business_lead: "Business Lead",
      on_call: "On-Call Engineer",
    } satisfies Record<LaunchRole, string>,
    nextAction: {
      draft: "The requesting lead puts the draft to review.",
      in_review: "The Executive Operator approves in writing, rejects or defers.",
      approved: "The requesting lead starts the change once every guard holds.",
      executing: "None: the execution ends by itself, or somebody pauses or rolls it back.",
      completed: "The requesting lead signs the post-change report.",
      rolled_back: "The requesting lead signs the post-change report.",
      failed_manual: "The requesting lead signs the post-change report.",
      rejected: "The requesting lead addresses what was said and requests again.",
      deferred: "The requesting lead addresses what was said and requests again.",
      withdrawn: "The requesting lead addresses what was said and requests again.",
      expired: "The requesting lead addresses what was said and requests again.",
      revoked: "The requesting lead addresses what was said and requests again.",
      superseded: "The requesting lead addresses what was said and requests again.",
      stale: "The requesting lead addresses what was said and requests again.",
      closed: "None.",
    } satisfies Record<ChangeState, string>,
  },
  de: {
    states: {
      draft: "Entwurf, noch nicht beantragt",
      in_review: "Wartet auf Freigabe",
      approved: "Freigegeben",
      executing: "Wird ausgeführt",
      completed: "Ausgeführt, Bericht steht aus",
      rolled_back: "Zurückgenommen, Bericht steht aus",
      failed_manual: "Rücknahme gescheitert, von Hand beendet",
      rejected: "Abgelehnt",
      deferred: "Aufgeschoben",
      withdrawn: "Zurückgezogen",
      expired: "Freigabe abgelaufen",
      revoked: "Freigabe widerrufen",
      superseded: "Ersetzt",
      stale: "Überholt: die geltenden Einstellungen sind andere",
      closed: "Abgeschlossen",
    },
    roles: {
      requester_lead: "Leitung Produktion",
      executive_operator: "Executive Operator",
      product_lead: "Leitung Produkt",
      business_lead: "Leitung Geschäft",
      on_call: "Bereitschaft",
    },
    nextAction: {
      draft: "Die beantragende Leitung legt den Entwurf zur Prüfung vor.",
      in_review: "Der Executive Operator gibt schriftlich frei, lehnt ab oder schiebt auf.",
      approved: "Die beantragende Leitung startet die Änderung, sobald nichts mehr dagegen steht.",
      executing:
        "Keiner: die Ausführung endet von selbst, oder jemand hält sie an oder nimmt sie zurück.",
      completed: "Die beantragende Leitung unterschreibt den Bericht nach der Änderung.",
      rolled_back: "Die beantragende Leitung unterschreibt den Bericht nach der Änderung.",
      failed_manual: "Die beantragende Leitung unterschreibt den Bericht nach der Änderung.",
      rejected: askAgain,
      deferred: askAgain,
      withdrawn: askAgain,
      expired: askAgain,
      revoked: askAgain,
      superseded: askAgain,
      stale: askAgain,
      closed: "Keiner.",
    },
  },
});

export const stateStatus = {
  draft: "info",
  in_review: "warn",
  approved: "ok",
  executing: "info",
  completed: "ok",
  rolled_back: "danger",
  failed_manual: "danger",
  rejected: "danger",
  deferred: "warn",
  withdrawn: "info",
  expired: "warn",
  revoked: "danger",
  superseded: "info",
  stale: "warn",
  closed: "ok",
} satisfies Record<ChangeState, Status>;

/** A role as the plan names it, or its own word where the plan is of another version. */
export function roleTitle(roles: Record<string, string>, role: string): string {
  return roles[role] ?? role;
}
