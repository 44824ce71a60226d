import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { ourAddresses } from "./addresses.ts";

export const binary = join(
  import.meta.dirname,
  "../../build",
  process.env["PRESET"] ?? "dev",
  "accubooks",
);

/** Ours without what would choose another database. */
export function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(ACCUBOOKS_|PG)/.test(name));
  return Object.fromEntries(kept);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      probe.close(() => resolve(port));
    });
  });
}

export interface Credentials {
  email: string;
  password: string;
}

/** The real program with a private database of its own, and the demo's books in it. */
export interface Program {
  url: string;
  demo: Credentials;
  /** A folder for what a test writes. */
  folder: string;
  /** What a command of it prints. */
  run: (args: readonly string[], input?: string) => string;
  /** Ends it as a crash would, without a word to anybody. */
  kill: () => Promise<void>;
  /** Serves again, at the same place; with settings of its own, such as `ACCUBOOKS_WEB_DIRECTORY`. */
  serve: (settings?: Readonly<Record<string, string>>) => Promise<void>;
  stop: () => Promise<void>;
}

interface Serving {
  demo: Credentials;
  /** Sends the signal and waits for the end. */
  end: (signal: "SIGINT" | "SIGKILL") => Promise<void>;
}

/** Starts the program and waits until it is ready. */
async function serve(
  folder: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const logs = join(import.meta.dirname, "../test-results");
  mkdirSync(logs, { recursive: true });
  const serving = spawn(binary, ["serve", "--demo", ...args], {
    cwd: folder,
    env: { ...environment(), ...settings },
    stdio: ["ignore", "pipe", openSync(join(logs, "program.log"), "a")],
  });
  const ended = new Promise<void>((resolve) => {
    serving.once("exit", () => resolve());
  });
  const demo = await new Promise<Credentials>((resolve, reject) => {
    let found: Credentials | null = null;
    if (serving.stdout === null) throw new Error("The program's output is a pipe.");
    createInterface({ input: serving.stdout }).on("line", (line) => {
      const told = /^Sign in as (\S+) with the password (\S+)$/.exec(line);
      if (told !== null) found = { email: told[1] ?? "", password: told[2] ?? "" };
      if (line.startsWith("AccuBooks is ready") && found !== null) resolve(found);
    });
    void ended.then(() => reject(new Error("accubooks serve ended before it was ready.")));
  });
  return {
    demo,
    end: async (signal) => {
      serving.kill(signal);
      await ended;
    },
  };
}

export async function startProgram(): Promise<Program> {
  const folder = mkdtempSync("/tmp/accubooks-web-");
  // The system user postgres has to reach its data.
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const [port, opsPort] = [await freePort(), await freePort()];
  const where = ["--listen", `127.0.0.1:${port}`, "--ops-listen", `127.0.0.1:${opsPort}`];
  const options = ["--data-dir", data, ...where];
  const url = `http://127.0.0.1:${port}`;
  ourAddresses.add(url);
  let serving = await serve(folder, options);
  return {
    url,
    demo: serving.demo,
    folder,
    run: (args, input = "") =>
      execFileSync(binary, [...args, "--data-dir", data], {
        env: environment(),
        input,
        encoding: "utf8",
      }),
    kill: () => serving.end("SIGKILL"),
    serve: async (settings) => {
      serving = await serve(folder, options, settings);
    },
    stop: async () => {
      await serving.end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A person of these books with a password of their own. */
export function newPerson(program: Program, name: string, role: string): Credentials {
  const person = { email: `${name}@example.com`, password: `correct horse ${name} staple` };
  const who = ["--email", person.email, "--name", name, "--password-file", "-"];
  program.run(["user", "create", ...who, "--tenant", "1", "--role", role], person.password);
  return person;
}

/** What `user totp enrol` wrote: the address for the authenticator and the recovery codes. */
export function enrol(program: Program, email: string): { uri: URL; recovery: string[] } {
  const file = join(program.folder, `factor-${email}`);
  program.run(["user", "totp", "enrol", "--user", email, "--out", file]);
  const text = readFileSync(file, "utf8");
  return {
    uri: new URL(text.split("\n")[0] ?? ""),
    recovery: [...text.matchAll(/^[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$/gm)].map(([code]) => code),
  };
}
