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
  de: {
    title: "Schlüssel zum Unterschreiben",
    intro:
      "Was Sie entscheiden, wird mit einem eigenen Schlüssel unterschrieben. Er entsteht in diesem Browser, und niemand kann seine geheime Hälfte lesen, auch diese Seite nicht.",
    enrol: "In diesem Browser einen Schlüssel eintragen …",
    enrolTitle: "Einen Schlüssel eintragen",
    warning:
      "Der Schlüssel vergeht mit den Daten dieses Browsers: sie zu löschen oder ein privates Fenster verliert ihn. Tragen Sie anderswo einen zweiten ein, oder machen Sie einen mit accubooks key create.",
    code: "Code Ihres Authenticators oder ein Wiederherstellungscode",
    make: "Den Schlüssel machen und eintragen",
    cancel: "Abbrechen",
    close: "Schließen",
    enrolled: "Der Schlüssel ist eingetragen",
    compare:
      "Vergleichen Sie seinen Fingerabdruck mit dem, was ein Beteiligter sieht, auf einem anderen Weg als dieser Seite:",
    persistent: "Dieser Browser hat versprochen, ihn zu behalten.",
    notPersistent:
      "Dieser Browser verspricht nicht, ihn zu behalten: wird der Platz knapp, kann er gelöscht werden.",
    insecure:
      "Diese Seite kommt nicht über https, deshalb kann dieser Browser keinen Schlüssel machen oder benutzen. Nehmen Sie https oder die Kommandozeile: accubooks key create, accubooks key enrol.",
    none: "Sie haben noch keinen Schlüssel.",
    fingerprint: "Fingerabdruck",
    where: "Wo",
    since: "Eingetragen",
    state: "Zustand",
    act: "Handlung",
    here: "dieser Browser",
    browser: "ein Browser",
    file: "eine Datei",
    good: "gültig",
    revoked: "widerrufen",
    revoke: "Widerrufen …",
    revokeTitle: "Diesen Schlüssel widerrufen",
    revokeDetail: "Von da an unterschreibt er nichts. Was er vorher unterschrieb, gilt weiter.",
    reason: "Grund",
    revokeNow: "Den Schlüssel widerrufen",
  },
});
