import { defineText } from "@/shared/text/text";

export const identityText = defineText({
  en: {
    signIn: "Sign in",
    email: "Mail address",
    password: "Password",
    code: "Code",
    codeHint: "Six digits of your authenticator, or a recovery code.",
    codeNeeded: "The password is right. Now the code of your second factor.",
    forgotten: "Forgotten password?",
    startOver: "Sign in as somebody else",
    lockedUntil: (time: string) => `Too many attempts. The next one is free at ${time}.`,
    tenants: "Tenants",
    filter: "Filter by name",
    newTenant: "Make a tenant of your own",
    settings: "My settings",
    noTenants: "You belong to no tenant yet. An owner can invite you, or you make one.",
    noneFound: "No tenant has this in its name.",
  },
  de: {
    signIn: "Anmelden",
    email: "E-Mail-Adresse",
    password: "Passwort",
    code: "Code",
    codeHint: "Sechs Ziffern der Authenticator-App, oder ein Wiederherstellungscode.",
    codeNeeded: "Das Passwort stimmt. Nun der Code des zweiten Faktors.",
    forgotten: "Passwort vergessen?",
    startOver: "Als jemand anderes anmelden",
    lockedUntil: (time: string) => `Zu viele Versuche. Der nächste ist um ${time} frei.`,
    tenants: "Mandanten",
    filter: "Nach Namen filtern",
    newTenant: "Einen eigenen Mandanten anlegen",
    settings: "Meine Einstellungen",
    noTenants:
      "Sie gehören noch zu keinem Mandanten. Ein Inhaber lädt Sie ein, oder Sie legen einen an.",
    noneFound: "Kein Mandant hat das im Namen.",
  },
});
