import type { Page } from "@playwright/test";

/** Written down in the page by what `install` puts there. */
interface Instruments {
  /** Milliseconds from each key press to the frame that was drawn after it. */
  keys: number[];
  clicks: number;
  /** When each frame began, while they are counted. */
  frames: number[];
  /** The request that writes the next one down. */
  nextFrame: number;
  largestPaint: number;
  /** Of the last key press, as the browser took it. */
  pressedAt: number;
  /** Epoch milliseconds at which what was waited for was drawn; NaN before. */
  shownAt: number;
}

declare global {
  interface Window {
    bench: Instruments;
  }
}

/** Instruments in every page that is opened from now on. */
export async function install(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const bench: Instruments = {
      keys: [],
      clicks: 0,
      frames: [],
      nextFrame: 0,
      largestPaint: Number.NaN,
      pressedAt: Number.NaN,
      shownAt: Number.NaN,
    };
    window.bench = bench;
    const modifiers = ["Control", "Shift", "Alt", "Meta"];
    addEventListener(
      "keydown",
      (event) => {
        if (modifiers.includes(event.key)) return;
        bench.pressedAt = event.timeStamp;
        // The frame is drawn between its callback and the next task.
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.addEventListener(
            "message",
            () => bench.keys.push(performance.now() - event.timeStamp),
            { once: true },
          );
          channel.port1.start();
          channel.port2.postMessage(null);
        });
      },
      { capture: true },
    );
    addEventListener("click", ({ detail }) => void (bench.clicks += detail > 0 ? 1 : 0), {
      capture: true,
    });
    new PerformanceObserver((list) => {
      bench.largestPaint = list.getEntries().at(-1)?.startTime ?? Number.NaN;
    }).observe({ type: "largest-contentful-paint", buffered: true });
  });
}

/** How smoothly the page is drawn while that goes on. */
export async function framesDuring(
  page: Page,
  act: () => Promise<unknown>,
): Promise<{ fps: number; worstMs: number }> {
  await page.evaluate(() => {
    const { bench } = window;
    bench.frames = [];
    const note = (at: number): void => {
      bench.frames.push(at);
      bench.nextFrame = requestAnimationFrame(note);
    };
    bench.nextFrame = requestAnimationFrame(note);
  });
  await act();
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(window.bench.nextFrame);
    return window.bench.frames;
  });
  const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? 0));
  const tookMs = (frames.at(-1) ?? 0) - (frames[0] ?? 0);
  return { fps: (gaps.length / tookMs) * 1000, worstMs: Math.max(...gaps) };
}

/** Notes when the first element of `selector` whose text has `text` has been drawn. */
export async function watchFor(page: Page, selector: string, text = ""): Promise<void> {
  await page.evaluate(
    ([wanted, words]) => {
      window.bench.shownAt = Number.NaN;
      const look = (): void => {
        const found = [...document.querySelectorAll(wanted)].some((element) =>
          (element.textContent ?? "").includes(words),
        );
        if (!found) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.addEventListener("message", () => {
            window.bench.shownAt = performance.timeOrigin + performance.now();
          });
          channel.port1.start();
          channel.port2.postMessage(null);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      look();
    },
    [selector, text] as const,
  );
}

/** Epoch milliseconds. */
export async function shownAt(page: Page): Promise<number> {
  await page.waitForFunction(() => !Number.isNaN(window.bench.shownAt));
  return page.evaluate(() => window.bench.shownAt);
}

/** Epoch milliseconds of the last key press. */
export function pressedAt(page: Page): Promise<number> {
  return page.evaluate(() => performance.timeOrigin + window.bench.pressedAt);
}

/** The least value that a share of all of them doesn't pass. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
