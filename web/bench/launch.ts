import { type Browser, expect, type Page } from "@playwright/test";

import { LaunchScene } from "../e2e/launchScene.ts";
import { install, quantile, shownAt, watchFor } from "./instruments.ts";
import type { Figures } from "./measure.ts";

const minutes = 60_000;
const eventsARound = 20;
const hourS = 3600;

/** A server whose launch can be watched. */
export async function launchScene(): Promise<LaunchScene> {
  const scene = new LaunchScene();
  await scene.start();
  return scene;
}

/** A rehearsal that lasts longer than an hour is watched. */
async function rehearse(scene: LaunchScene): Promise<number> {
  const sentence = ["--sentence", "I approve Phase 1 execution"];
  scene.sign("executive", "launch", "approve", "phase1", ...sentence);
  scene.cli("on-call", "launch", "ack", "phase1");
  let execution = 0;
  await expect(() => {
    const words = ["launch", "start", "phase1", "--rehearsal", "--time-scale", "2", "--json"];
    const started = scene.cli("lead", ...words);
    expect(started.status, started.stderr).toBe(0);
    execution = Number(JSON.parse(started.stdout).execution);
  }).toPass({ timeout: 3 * minutes });
  return execution;
}

/** From the server's time of an act of the launch, which it takes just before it commits, until somebody else's page shows it. */
export async function live(browser: Browser, scene: LaunchScene): Promise<Figures> {
  const { context, page } = await scene.signIn(browser, "executive");
  await install(page);
  await page.goto("/launch/incidents");
  await page.getByText("Live", { exact: true }).first().waitFor();
  const took: number[] = [];
  for (let event = 0; event < eventsARound; event += 1) {
    const title = `Seen at ${Date.now()}`;
    await watchFor(page, "main h2", title);
    const answer = await fetch(`${scene.url}/api/v1/launch/incidents`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${scene.secret("lead", "token")}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ severity: "p2", title }),
    });
    expect(answer.status).toBe(201);
    const { opened } = await answer.json();
    took.push((await shownAt(page)) - Date.parse(opened));
    // Not in step with whatever the server looks at regularly.
    await page.waitForTimeout(600 + 37 * event);
  }
  await context.close();
  return { live_event: quantile(took, 0.95) };
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  for (let pass = 0; pass < 3; pass += 1) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/** An execution is watched for an hour of the page's own clock, which is moved second by second; every look is answered. */
export async function memory(browser: Browser, scene: LaunchScene): Promise<Figures> {
  const execution = await rehearse(scene);
  const { context, page } = await scene.signIn(browser, "executive");
  await page.clock.install();
  await page.goto(`/launch/executions/${execution}`);
  await page.getByRole("button", { name: "ROLL BACK" }).waitFor();
  let before = 0;
  for (let second = -60; second < hourS; second += 1) {
    if (second === 0) before = await heapBytes(page);
    const answered = page.waitForResponse(/\/view$/);
    await page.clock.runFor(1000);
    await answered;
  }
  const grown = (await heapBytes(page)) - before;
  await context.close();
  return { memory: grown / 1_000_000 };
}
