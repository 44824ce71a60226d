import { defineText } from "@/shared/text/text";

export const keysText = defineText({
  en: {
    title: "Signing keys",
    intro:
      "What you decide is signed with a key of your own. It is made in this browser, and its private half can't be read by anybody, this page included.",
    enrol: "Enrol a key in this browser…",
    enrolTitle: "Enrol a key",
    warning:
      "The key dies with this browser's data: clearing it, or a private window, loses the key. Enrol a second key elsewhere, or make one with accubooks key create.",
    code: "Code of your authenticator, or a recovery code",
    make: "Make and enrol the key",
    cancel: "Cancel",
    close: "Close",
    enrolled: "The key is enrolled",
    compare:
      "Compare its fingerprint with what a stakeholder sees, over another channel than this page:",
    persistent: "This browser promised to keep it.",
    notPersistent:
      "This browser doesn't promise to keep it: it may be cleared away when space is short.",
    insecure:
      "This page isn't served over https, so this browser can't make or use a key. Use https, or the command line: accubooks key create, accubooks key enrol.",
    none: "You have no key yet.",
    fingerprint: "Fingerprint",
    where: "Where",
    since: "Enrolled",
    state: "State",
    act: "Act",
    here: "this browser",
    browser: "a browser",
    file: "a file",
    good: "good",
    revoked: "revoked",
    revoke: "Revoke…",
    revokeTitle: "Revoke this key",
    revokeDetail: "From then on it signs nothing. What it signed before still counts.",
    reason: "Reason",
    revokeNow: "Revoke the key",
  },
});
