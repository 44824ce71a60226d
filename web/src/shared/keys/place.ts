import type { Place } from "./registry";

const FIELDS = "input, textarea, select, [contenteditable=true], [role=textbox], [role=combobox]";
const PRESSED_NOT_TYPED = "input[type=checkbox], input[type=radio], input[type=button]";

/** Where a press happened, from the element that has the focus. */
export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) {
    return "page";
  }
  if (target.closest("[role=dialog], [role=alertdialog], dialog[open]") !== null) {
    return "dialog";
  }
  if (target.closest(PRESSED_NOT_TYPED) !== null) {
    return "control";
  }
  if (target.closest(FIELDS) !== null) {
    return "field";
  }
  return target.closest("button, a[href], summary, [role=button], [role=menuitem]") === null
    ? "page"
    : "control";
}
