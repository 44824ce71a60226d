interface Labelled {
  label: string;
}

/** What is in the field of who picks, and whether Enter was pressed on it before all items were there. */
export interface Typed {
  text: string;
  enter: "no" | "waits";
}

export const NOTHING_TYPED: Typed = { text: "", enter: "no" };

/** Items shown at once: more than that is found sooner by another letter. */
const SHOWN = 12;

function words(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * How well a label fits: 0 begins with what was typed, 1 has words that begin with each typed word, 2 has each somewhere in it;
 * null fits not.
 */
function rank(label: string, typed: readonly string[]): number | null {
  const low = label.toLowerCase();
  if (low.startsWith(typed.join(" "))) return 0;
  const own = words(label);
  if (typed.every((word) => own.some((one) => one.startsWith(word)))) return 1;
  return typed.every((word) => low.includes(word)) ? 2 : null;
}

/** The items that fit what was typed, the best first, otherwise in their own order. */
export function best<T extends Labelled>(items: readonly T[], typed: string): T[] {
  const wanted = words(typed);
  return items
    .flatMap((item) => {
      const found = rank(item.label, wanted);
      return found === null ? [] : [{ item, found }];
    })
    .toSorted((left, right) => left.found - right.found)
    .slice(0, SHOWN)
    .map(({ item }) => item);
}
