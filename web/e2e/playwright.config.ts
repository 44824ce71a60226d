import { defineConfig } from "@playwright/test";

const results = process.env["RESULTS"];
const states = process.env["ACCUBOOKS_STATES"];
const long = /\/(15|16|20|21|22)-[\w-]+\.spec\.ts$/;

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/e2e",
  // A journey of a launch mostly waits for windows to pass, so another one goes on beside, with a program and a database of its own.
  // A picture is of a moment, for which the machine is left alone.
  workers: states === undefined ? 2 : 1,
  // What takes longest begins first, so that neither worker is left alone with it.
  projects: [
    { name: "long", testMatch: long },
    { name: "others", testIgnore: long },
  ],
  // As in the other tests: what failed runs a second time, and the summary names it.
  retries: 1,
  timeout: 120_000,
  // What another machine's fonts and browser draw differently says nothing of ours, so pictures are compared only when asked for.
  ignoreSnapshots: states === undefined,
  updateSnapshots: states === "write" ? "all" : "none",
  snapshotPathTemplate: "{testDir}/states/{arg}{ext}",
  expect: {
    timeout: 20_000,
    toHaveScreenshot: { maxDiffPixels: 5, threshold: 0.05 },
  },
  forbidOnly: true,
  reporter:
    results === undefined
      ? "list"
      : [["list"], ["junit", { outputFile: `${results}/web-journeys.xml` }]],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: "/usr/bin/chromium" },
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    timezoneId: "Europe/Berlin",
    actionTimeout: 60_000,
    trace: "retain-on-failure",
  },
});
