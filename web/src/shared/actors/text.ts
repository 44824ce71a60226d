import { defineText } from "@/shared/text/text";

export const actorText = defineText({
  en: {
    commandLine: (user: string) => `command line (${user})`,
    database: (role: string) => `past the program (${role})`,
    token: (label: string) => `${label} (token)`,
    tokenOf: (label: string, maker: string) => `${label} (token made by ${maker})`,
  },
  de: {
    commandLine: (user: string) => `Kommandozeile (${user})`,
    database: (role: string) => `am Programm vorbei (${role})`,
    token: (label: string) => `${label} (Token)`,
    tokenOf: (label: string, maker: string) => `${label} (Token, gemacht von ${maker})`,
  },
});
