import { expect, test } from "vitest";

import {
  contentOf,
  entryOf,
  filesOf,
  firstPage,
  lazyOf,
  type Manifest,
  readManifest,
  shellsOf,
  sizeOf,
} from "./sizes";

const kilobytes = 1024;
const size = (file: string): number => file.length;

/** A chart is a picture that is stretched to its place, which nothing else is; its build keeps the word. */
function hasChart(files: ReadonlySet<string>): boolean {
  return [...files].some(
    (file) => file.endsWith(".js") && /preserveAspectRatio:/.test(contentOf(file)),
  );
}

test("files are counted once, with what they import, and without those that are there already", () => {
  const manifest: Manifest = {
    "index.html": { file: "a.js", isEntry: true, imports: ["_b"], css: ["a.css"] },
    _b: { file: "b.js", imports: ["_c"], css: ["b.css"] },
    _c: { file: "c.js", imports: ["_b"] },
    "src/Page.tsx": { file: "page.js", isDynamicEntry: true, imports: ["_c", "index.html"] },
  };
  const initial = filesOf(manifest, [entryOf(manifest)]);
  expect([...initial].toSorted()).toEqual(["a.css", "a.js", "b.css", "b.js", "c.js"]);
  expect(sizeOf(initial, ".css", new Set(), size)).toBe("a.css".length + "b.css".length);
  expect(lazyOf(manifest)).toEqual(["src/Page.tsx"]);
  const page = filesOf(manifest, ["src/Page.tsx"]);
  expect(sizeOf(page, ".js", initial, size)).toBe("page.js".length);
  expect(() => filesOf(manifest, ["_d"])).toThrow("The manifest has no _d.");
});

// Of the bundle that was built last; `script/web test` builds it first.
const manifest = readManifest();
const shells = shellsOf(manifest);
/** Before anybody has signed in, and what stands around every page then. */
const initial = filesOf(manifest, [entryOf(manifest)]);
const framed = filesOf(manifest, [entryOf(manifest), ...shells]);

test("the first page of the books comes within 200 KB of program and 32 KB of style", () => {
  const { js, css } = firstPage(manifest);
  expect(js).toBeLessThanOrEqual(200 * kilobytes);
  expect(css).toBeLessThanOrEqual(32 * kilobytes);
});

/** What draws with ECharts, which a page loads once it is there. */
const drawing = "src/features/operations/CourseChart.tsx";

test("what draws courses comes within 185 KB, and no page waits for it", () => {
  const own = filesOf(manifest, [drawing]);
  expect(sizeOf(own, ".js", framed)).toBeLessThanOrEqual(185 * kilobytes);
  const file = manifest[drawing]?.file ?? "";
  const waiting = lazyOf(manifest).filter((key) => filesOf(manifest, [key]).has(file));
  expect(waiting).toEqual([drawing]);
});

test.each(lazyOf(manifest).filter((key) => !shells.includes(key) && key !== drawing))(
  "%s adds at most 60 KB to what stands around it",
  (key) => {
    expect(sizeOf(filesOf(manifest, [key]), ".js", framed)).toBeLessThanOrEqual(60 * kilobytes);
  },
);

test("what draws charts is loaded by pages with charts alone", () => {
  expect(hasChart(initial)).toBe(false);
  const pages = lazyOf(manifest).filter(
    (key) => key !== drawing && hasChart(filesOf(manifest, [key])),
  );
  const names = pages.map((key) => key.slice(key.lastIndexOf("/") + 1));
  expect(names).toContain("DashboardPage.tsx");
  const charted = ["DashboardPage.tsx", "ExecutionPage.tsx", "OpsPage.tsx"];
  expect(names.filter((name) => !charted.includes(name))).toEqual([]);
});
