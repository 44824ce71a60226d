import { defineConfig } from "@playwright/test";

const results = process.env["RESULTS"];
const states = process.env["ACCUBOOKS_STATES"];

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/e2e",
  // One program and one database for all journeys, on a machine that builds beside.
  workers: 1,
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
