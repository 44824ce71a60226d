import { defineText } from "@/shared/text/text";

export const invitationText = defineText({
  en: {
    title: "Invitation",
    intro: "You are invited to a tenant. Make an account to join it.",
    name: "Your name",
    password: "Password",
    passwordHint: "At least 12 characters.",
    accept: "Make the account and join",
    accepted: "The account is made. Sign in with the address that was invited.",
    haveOne: "I have an account: sign in",
    haveNone: "I have no account yet",
    join: (email: string) => `Join as ${email}`,
    joinIntro: "You are signed in. The invitation counts for the address that was invited.",
    noSecret: "This link has no invitation in it. Open it as it was sent to you.",
    home: "Go to the start",
  },
  de: {
    title: "Einladung",
    intro: "Sie sind zu einem Mandanten eingeladen. Mit einem Konto treten Sie ihm bei.",
    name: "Ihr Name",
    password: "Passwort",
    passwordHint: "Mindestens 12 Zeichen.",
    accept: "Konto anlegen und beitreten",
    accepted: "Das Konto ist angelegt. Nun mit der eingeladenen Adresse anmelden.",
    haveOne: "Ich habe ein Konto: anmelden",
    haveNone: "Ich habe noch kein Konto",
    join: (email: string) => `Als ${email} beitreten`,
    joinIntro: "Sie sind angemeldet. Die Einladung gilt für die eingeladene Adresse.",
    noSecret: "In diesem Link ist keine Einladung. Bitte so öffnen, wie er geschickt wurde.",
    home: "Zum Anfang",
  },
});
