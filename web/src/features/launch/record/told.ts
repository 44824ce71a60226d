import type { Stakeholder } from "../payload";
import type { Notices } from "../queries";

/** Whether somebody was told, as the start asks for it: by any channel, or by what lies in the outbox folder. */
export function isTold(person: Stakeholder, notices: Notices["items"]): boolean {
  return notices.some(
    ({ role, name, told }) =>
      role === person.role && name === person.name && (told === "sent" || told === "not_sent"),
  );
}
