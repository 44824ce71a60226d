import { isObject, type Json } from "@/shared/proof/json";

/** A value that two documents don't have in common; undefined where one of them has nothing. */
export interface Difference {
  /** "plan.phase1.change.0.to" */
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

function childrenOf(value: Json | undefined): readonly (readonly [string, Json])[] | null {
  if (Array.isArray(value)) return value.map((item, at) => [String(at), item] as const);
  return isObject(value) ? Object.entries(value) : null;
}

/** Every leaf in which two documents differ, in the order of their paths. */
export function differences(
  before: Json | undefined,
  after: Json | undefined,
  path = "",
): readonly Difference[] {
  const [old, now] = [childrenOf(before), childrenOf(after)];
  if (old === null || now === null) {
    const isSame = old === null && now === null && before === after;
    return isSame ? [] : [{ path, before, after }];
  }
  const [oldMap, nowMap] = [new Map(old), new Map(now)];
  return [...new Set([...oldMap.keys(), ...nowMap.keys()])].flatMap((name) =>
    differences(oldMap.get(name), nowMap.get(name), path === "" ? name : `${path}.${name}`),
  );
}
