import type { components } from "@/shared/api/schema";

export type IntegrityCheck = components["schemas"]["IntegrityCheck"];

/** Good is what was looked at and holds in all of it. */
export function isGood({ checks }: IntegrityCheck): boolean {
  return checks.length > 0 && checks.every(({ holds }) => holds);
}

/** What is wrong, in the server's words. */
export function breachesOf({ checks }: IntegrityCheck): string[] {
  return checks.filter(({ holds }) => !holds).map(({ check, detail }) => detail ?? check);
}
