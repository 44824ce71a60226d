import { defineText } from "@/shared/text/text";

export const identityText = defineText({
  en: {
    signIn: "Sign in",
    email: "Mail address",
    password: "Password",
    code: "Code",
    codeHint: "Six digits of your authenticator, or a recovery code.",
    codeNeeded: "The password is right. Now the code of your second factor.",
    startOver: "Sign in as somebody else",
    lockedUntil: (time: string) => `Too many attempts. The next one is free at ${time}.`,
    tenants: "Tenants",
    filter: "Filter by name",
    noTenants: "You belong to no tenant yet. Ask an owner to add you.",
    noneFound: "No tenant has this in its name.",
    roles: {
      owner: "Owner",
      accountant: "Accountant",
      bookkeeper: "Bookkeeper",
      viewer: "Viewer",
    },
  },
  de: {
    signIn: "Anmelden",
    email: "E-Mail-Adresse",
    password: "Passwort",
    code: "Code",
    codeHint: "Sechs Ziffern der Authenticator-App, oder ein Wiederherstellungscode.",
    codeNeeded: "Das Passwort stimmt. Nun der Code des zweiten Faktors.",
    startOver: "Als jemand anderes anmelden",
    lockedUntil: (time: string) => `Zu viele Versuche. Der nächste ist um ${time} frei.`,
    tenants: "Mandanten",
    filter: "Nach Namen filtern",
    noTenants: "Sie gehören noch zu keinem Mandanten. Ein Inhaber kann Sie aufnehmen.",
    noneFound: "Kein Mandant hat das im Namen.",
    roles: {
      owner: "Inhaber",
      accountant: "Buchhaltung, leitend",
      bookkeeper: "Buchhaltung",
      viewer: "Nur lesend",
    },
  },
});
