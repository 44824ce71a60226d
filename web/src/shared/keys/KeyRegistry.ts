import type { Binding } from "./registry";

/** How far bindings hold: what a screen binds wins over what holds everywhere. */
export type Reach = "everywhere" | "screen";

/** What keys do now. Read when one is pressed or help is opened, so that nothing renders for it. */
export class KeyRegistry {
  private readonly sets = new Map<string, { reach: Reach; bindings: readonly Binding[] }>();

  set(owner: string, reach: Reach, bindings: readonly Binding[]): void {
    this.sets.set(owner, { reach, bindings });
  }

  remove(owner: string): void {
    this.sets.delete(owner);
  }

  /** The stronger ones last. */
  bindings(): readonly Binding[] {
    const of = (wanted: Reach) =>
      [...this.sets.values()].flatMap(({ reach, bindings }) => (reach === wanted ? bindings : []));
    return [...of("everywhere"), ...of("screen")];
  }
}
