import { defineText } from "@/shared/text/text";

export const shellText = defineText({
  en: {
    skip: "Skip to content",
    books: "Books",
    operations: "Operations",
    signOut: "Sign out",
    notFound: "There is no such page",
    notFoundDetail: "It isn't there, or it isn't yours to see.",
    home: "Go to the start",
    newVersion: "A new version of AccuBooks is here",
    newVersionDetail: "Reload to go on with it. Drafts are kept.",
    reload: "Reload",
    failed: "This page could not be shown",
  },
  de: {
    skip: "Zum Inhalt",
    books: "Bücher",
    operations: "Betrieb",
    signOut: "Abmelden",
    notFound: "Diese Seite gibt es nicht",
    notFoundDetail: "Sie ist nicht da, oder nicht für Sie bestimmt.",
    home: "Zum Anfang",
    newVersion: "Es gibt eine neue Version von AccuBooks",
    newVersionDetail: "Neu laden, um mit ihr weiterzuarbeiten. Entwürfe bleiben.",
    reload: "Neu laden",
    failed: "Diese Seite ließ sich nicht zeigen",
  },
});
