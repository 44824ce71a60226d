import { defineText } from "@/shared/text/text";

export const resetText = defineText({
  en: {
    title: "Forgotten password",
    intro: "A secret that sets a new password is sent to the address of your account.",
    email: "Mail address",
    ask: "Send the secret",
    asked:
      "If there is an account with this address, a mail is on its way. It is good for an hour.",
    haveSecret: "I have the secret",
    askAgain: "I have no secret",
    secret: "Secret of the mail",
    password: "New password",
    passwordHint: "At least 12 characters.",
    conclude: "Set the password",
    concluded: "The password is set, and all sessions have ended. Sign in with the new one.",
    signIn: "To sign in",
  },
  de: {
    title: "Passwort vergessen",
    intro:
      "An die Adresse des Kontos geht ein Geheimnis, mit dem sich ein neues Passwort setzen lässt.",
    email: "E-Mail-Adresse",
    ask: "Geheimnis schicken",
    asked:
      "Wenn es ein Konto mit dieser Adresse gibt, ist eine E-Mail unterwegs. Sie gilt eine Stunde.",
    haveSecret: "Ich habe das Geheimnis",
    askAgain: "Ich habe kein Geheimnis",
    secret: "Geheimnis aus der E-Mail",
    password: "Neues Passwort",
    passwordHint: "Mindestens 12 Zeichen.",
    conclude: "Passwort setzen",
    concluded:
      "Das Passwort ist gesetzt, und alle Sitzungen sind beendet. Nun mit dem neuen anmelden.",
    signIn: "Zur Anmeldung",
  },
});
