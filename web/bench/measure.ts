// Measures the client's figures in Chromium and writes one line of JSON for each measurement: which group, and what it gave.
// usage: node measure.ts SETTING, the setting as JSON
import { chromium } from "@playwright/test";

import { fourLines, paint, scroll, trialBalance, typing } from "./books.ts";
import { launchScene, live, memory } from "./launch.ts";

export type Figures = Record<string, number>;

/** A server with books, and what is to be measured there. */
export interface Setting {
  url: string;
  person: { email: string; password: string };
  tenants: { journal: number; accounts: number; big: number };
  rounds: number;
  groups: readonly string[];
}

const ofBooks = { paint, scroll, typing, "four-lines": fourLines, "trial-balance": trialBalance };

function tell(group: string, figures: Figures): void {
  process.stdout.write(`${JSON.stringify({ group, figures })}\n`);
}

async function main(setting: Setting): Promise<void> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
  const wants = (group: string): boolean => setting.groups.includes(group);
  for (let round = 0; round < setting.rounds; round += 1) {
    for (const [group, measured] of Object.entries(ofBooks)) {
      if (wants(group)) tell(group, await measured(browser, setting));
    }
  }
  if (wants("live") || wants("memory")) {
    const scene = await launchScene();
    try {
      for (let round = 0; wants("live") && round < setting.rounds; round += 1) {
        tell("live", await live(browser, scene));
      }
      if (wants("memory")) tell("memory", await memory(browser, scene));
    } finally {
      await scene.stop();
    }
  }
  await browser.close();
}

await main(JSON.parse(process.argv[2] ?? "{}"));
