import { defineConfig } from "@playwright/test";

const results = process.env["RESULTS"];

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/e2e",
  // One program and one database for all journeys, on a machine that builds beside.
  workers: 1,
  // As in the other tests: what failed runs a second time, and the summary names it.
  retries: 1,
  timeout: 120_000,
  // A word that changes is more than this; what a browser draws a little differently at edges is less.
  expect: { timeout: 20_000, toHaveScreenshot: { maxDiffPixels: 60 } },
  snapshotPathTemplate: "{testDir}/states/{arg}{ext}",
  updateSnapshots: process.env["ACCUBOOKS_STATES"] === "write" ? "all" : "none",
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
