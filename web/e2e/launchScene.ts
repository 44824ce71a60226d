import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";

import { ourAddresses } from "./addresses.ts";
import { freePort } from "./program.ts";

const root = resolve(import.meta.dirname, "../..");
const program = join(root, "build", process.env["PRESET"] ?? "dev", "accubooks");
const patienceMs = 120_000;

/** The people of the demo's launch, as their folders are called. */
export type Part = "lead" | "executive" | "product" | "business" | "on-call";

/** Changes of the shipped plan (src/testing/launch_plan.py). */
type PlanChanges = "PATIENT" | "CURSORY" | "SHORT" | "BRISK";

/** Writes the shipped plan with these changes. */
export function writePlan(plan: string, ...changes: readonly PlanChanges[]): void {
  const chosen = changes.map((name) => `*launch_plan.${name}`).join(", ");
  const script = `import pathlib, sys; sys.path.insert(0, sys.argv[1]); import launch_plan; launch_plan.write_plan(pathlib.Path(sys.argv[2]), ${chosen})`;
  execFileSync("/usr/bin/python3", ["-c", script, join(root, "src/testing"), plan]);
}

/** Who goes from page to page faster than the server sees streams end has to wait for a new one, which the pages do by themselves. */
export const tooManyStreams = [/\/events$/, 429] as const;

/** A real server with the demo's launch, of which phase 1 is in review. */
export class LaunchScene {
  readonly folder: string;
  /** The number of the newest execution. */
  execution = "";
  #port = 0;
  #opsPort = 0;
  #server: ChildProcess | null = null;
  #hasBackup = false;
  readonly #codesUsed = new Map<Part, number>();
  readonly #changes: readonly PlanChanges[];

  /** Unless it is said, a plan whose limits a machine that builds and tests beside keeps too, and whose rehearsals take seconds. */
  constructor(...changes: readonly PlanChanges[]) {
    this.#changes = changes.length === 0 ? ["PATIENT", "CURSORY"] : changes;
    // The system user postgres reaches it, unlike a test runner's own folder.
    this.folder = mkdtempSync(join(tmpdir(), "accubooks-web-"));
    chmodSync(this.folder, 0o755);
    mkdirSync(join(this.folder, "launch"));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get opsUrl(): string {
    return `http://127.0.0.1:${this.#opsPort}`;
  }

  get evidence(): string {
    return join(this.folder, "launch/evidence/phase1_pool_scaling");
  }

  get policy(): string {
    return join(this.folder, "launch/policy.json");
  }

  #writePlan(): string {
    const plan = join(this.folder, "plan.yaml");
    writePlan(plan, ...this.#changes);
    return plan;
  }

  /** Serves, also again once it was stopped with `end`; with settings of its own, such as `ACCUBOOKS_WEB_DIRECTORY`. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.#port === 0) {
      [this.#port, this.#opsPort] = [await freePort(), await freePort()];
      ourAddresses.add(this.url);
    }
    const log = openSync(join(this.folder, "serve.log"), "w");
    const where = ["--data-dir", join(this.folder, "data"), "--demo", "--first-backup"];
    const listen = ["--listen", `127.0.0.1:${this.#port}`, "--ops-listen", this.opsUrl.slice(7)];
    this.#server = spawn(program, ["serve", ...where, ...listen], {
      cwd: this.folder,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        ACCUBOOKS_LAUNCH_DIRECTORY: join(this.folder, "launch"),
        ACCUBOOKS_LAUNCH_PLAN: this.#writePlan(),
        ...settings,
      },
    });
    await expect
      .poll(() => this.#isUp(), { timeout: patienceMs, message: "the server and its backup" })
      .toBe(true);
  }

  async #isUp(): Promise<boolean> {
    const log = readFileSync(join(this.folder, "serve.log"), "utf8");
    if (this.#running === null) throw new Error(log);
    // The backup is checked too before the pre-checks may pass.
    this.#hasBackup ||= /Backup \S+ is good/.test(log);
    return this.#hasBackup && this.#changeCount() > 0;
  }

  #changeCount(): number {
    const told = this.cli("executive", "launch", "status", "--json");
    return told.status === 0 ? JSON.parse(told.stdout).items.length : 0;
  }

  /** The server, unless it has ended, by itself or by a signal. */
  get #running(): ChildProcess | null {
    const { exitCode = 0, signalCode = null } = this.#server ?? {};
    return exitCode === null && signalCode === null ? this.#server : null;
  }

  async end(): Promise<void> {
    const server = this.#running;
    if (server !== null) {
      server.kill("SIGINT");
      await new Promise((stopped) => server.once("exit", stopped));
    }
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  secret(part: Part, file: string): string {
    return readFileSync(join(this.folder, "data/launch-people", part, file), "utf8").trim();
  }

  /** A recovery code that nobody has used yet. */
  code(part: Part): string {
    const used = this.#codesUsed.get(part) ?? 0;
    this.#codesUsed.set(part, used + 1);
    return this.secret(part, "recovery-codes").split("\n")[used] ?? "";
  }

  #as(part: Part): string[] {
    const token = join(this.folder, "data/launch-people", part, "token");
    return ["--url", this.url, "--token-file", token];
  }

  /** A command as that person. */
  cli(part: Part, ...words: readonly string[]) {
    return spawnSync(program, [...words, ...this.#as(part)], { encoding: "utf8" });
  }

  /** The same with that person's key file. */
  sign(part: Part, ...words: readonly string[]) {
    const of = join(this.folder, "data/launch-people", part);
    const key = ["--key", join(of, "key"), "--passphrase-file", join(of, "passphrase")];
    return this.cli(part, ...words, ...key);
  }

  /** The executive's approval, and that the on-call engineer was briefed. */
  approve(): void {
    const sentence = ["--sentence", "I approve Phase 1 execution"];
    const approved = this.sign("executive", "launch", "approve", "phase1", ...sentence);
    expect(approved.status, approved.stderr).toBe(0);
    expect(this.cli("on-call", "launch", "ack", "phase1").status).toBe(0);
  }

  /** Starts a rehearsal once everybody was told of the approval; it is `execution` from then on. */
  async rehearse(timeScale: number): Promise<string> {
    await expect(() => {
      const how = ["--rehearsal", "--time-scale", String(timeScale), "--json"];
      const started = this.cli("lead", "launch", "start", "phase1", ...how);
      expect(started.status, started.stderr).toBe(0);
      this.execution = String(JSON.parse(started.stdout).execution);
    }).toPass({ timeout: patienceMs });
    return this.execution;
  }

  /** Ends the execution, unless it has ended by itself, and waits until it has. */
  async abort(): Promise<void> {
    this.cli("lead", "launch", "abort", "phase1", "--reason", "Enough was seen");
    const watching = spawn(program, ["launch", "watch", "phase1", ...this.#as("lead")], {
      stdio: "ignore",
    });
    await new Promise((ended) => watching.once("exit", ended));
  }

  offline(...words: readonly string[]) {
    return spawnSync(program, words, { encoding: "utf8" });
  }

  /** A browser of that person, signed in. It may have a way of its own to the server. */
  async signIn(
    browser: Browser,
    part: Part,
    url = this.url,
  ): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({ baseURL: url });
    const page = await context.newPage();
    await page.goto("/launch");
    await page.getByLabel("Mail address").fill(`${part}@accubooks.test`);
    // Also where every text is marked.
    await page.getByLabel(/^\W*Password\W*$/).fill(this.secret(part, "password"));
    await page.keyboard.press("Enter");
    await page.getByLabel(/code/i).fill(this.code(part));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Launch" })).toBeVisible();
    return { context, page };
  }
}
