import type { Browser, Page as Tab } from "playwright-core";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { startBroker } from "#sim/broker.ts";
import { Living } from "#sim/live/living.ts";
import { Shelf } from "#sim/live/shelf.ts";
import { LiveView } from "#sim/live/street-view.ts";
import { startPage } from "#sim/page/server.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { launchBrowser } from "../browser.ts";
import type { Benchmark, BenchmarkOptions, Result, Row } from "./benchmark.ts";
import { figureOf, interleaved } from "./statistics.ts";

const clock = systemClock();

/** Sixty units on a winter evening, people about and in the rain. */
const street = `
scenario: page
title: A street for the page
seed: 1
start: 2026-01-20 18:30
duration: 12 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  peoplePerHourPeak: 600
  furniture:
    - { kind: streetlight, units: 40, spacing: 20 }
    - { kind: bench, units: 12, spacing: 60 }
    - { kind: curb, units: 8, spacing: 90 }
`;

const desk = { width: 1_280, height: 800 };
const phone = { width: 390, height: 844 };

const aimPaintMs = 1_000;
const aimFramesPerSecond = 30;

export const page: Benchmark = { name: "page", title: "The street page", run };

interface Visit {
  readonly paintMs: number;
  readonly framesPerSecond: number;
  readonly slowestFrameMs: number;
}

/** First paint and frames of the street page with sixty units; the peer is a page of one word, in the same browser. */
async function run({ quick, say }: BenchmarkOptions): Promise<Result> {
  const closers: (() => unknown)[] = [];
  try {
    const browser = await launchBrowser();
    closers.push(() => browser.close());
    const url = await streetPage(closers);
    const seconds = quick ? 2 : 10;
    const subjects = {
      "60 units, 1280 × 800": () => visit(browser, url, desk, seconds),
      "60 units, 390 × 844": () => visit(browser, url, phone, seconds),
      "a page of one word": () => visit(browser, "data:text/html,<title>w</title><p>word", desk, seconds),
    };
    const found = await interleaved(subjects, quick ? 2 : 5);
    for (const [name, visits] of Object.entries(found)) say(`${name}: ${visits.length} visits`);
    const rows = Object.entries(found).map(([subject, visits]) => rowOf(subject, visits));
    return {
      tables: [{ title: "In chromium without a window", columns, rows }],
      aims: aims(rows[0]!),
      notes,
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** @returns the page's URL. */
async function streetPage(closers: (() => unknown)[]): Promise<string> {
  const scenario = await readScenario(street, "page.yaml");
  const broker = await startBroker({ port: 0 });
  closers.push(() => broker.close());
  const view = await LiveView.begun(
    new Shelf([{ scenario, text: street }]),
    (next, seed, speed, onTrouble) =>
      Living.of({
        ...{ scenario: next, seed, speed, onTrouble, version: "bench", far: broker },
        realNowMs: () => clock.now(),
        realWallMs: systemWallMs,
      }),
    { scenario, seed: scenario.seed, speed: 1 },
  );
  closers.push(() => view.close());
  const served = await startPage({ port: 0, view });
  closers.push(() => served.close());
  return served.url;
}

async function visit(
  browser: Browser,
  url: string,
  viewport: { width: number; height: number },
  seconds: number,
): Promise<Visit> {
  const context = await browser.newContext({ viewport });
  try {
    const tab = await context.newPage();
    await tab.goto(url);
    const paintMs = await firstPaintMs(tab);
    const frames = await framesOf(tab, seconds);
    return {
      paintMs,
      framesPerSecond: frames.length / seconds,
      slowestFrameMs: Math.max(...frames),
    };
  } finally {
    await context.close();
  }
}

/** First contentful paint after the navigation began, ms (w3.org/TR/paint-timing). */
const firstPaintMs = (tab: Tab): Promise<number> =>
  tab.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const paint = list.getEntriesByName("first-contentful-paint")[0];
      if (paint) resolve(paint.startTime);
    }).observe({ type: "paint", buffered: true });
  })`);

/** How long each frame took, ms, for some seconds once the page has come to rest. */
const framesOf = (tab: Tab, seconds: number): Promise<number[]> =>
  tab.evaluate(`new Promise((resolve) => {
    const frames = [];
    let begin, last;
    const frame = (now) => {
      begin ??= now + 1000;
      if (last > begin) frames.push(now - last);
      last = now;
      if (now < begin + ${seconds * 1_000}) requestAnimationFrame(frame);
      else resolve(frames);
    };
    requestAnimationFrame(frame);
  })`);

const columns = ["first contentful paint, ms", "frames per s", "slowest frame, ms"];

const rowOf = (subject: string, visits: readonly Visit[]): Row => ({
  subject,
  figures: [
    figureOf(visits.map(({ paintMs }) => paintMs)),
    figureOf(visits.map(({ framesPerSecond }) => framesPerSecond)),
    figureOf(visits.map(({ slowestFrameMs }) => slowestFrameMs)),
  ],
});

const aims = ({ figures: [paint, frames] }: Row): Result["aims"] => [
  {
    text: `first paint in under ${aimPaintMs} ms`,
    measured: `${paint!.median.toFixed(0)} ms`,
    met: paint!.median < aimPaintMs,
  },
  {
    text: `60 units at ${aimFramesPerSecond} frames per second`,
    measured: frames!.median.toFixed(1),
    met: frames!.median >= aimFramesPerSecond,
  },
];

const notes = [
  "The simulator with its sixty units and the browser share the machine; the browser draws without a graphics card.",
  "Strips of tiles are left out: eight of them would take the simulator more than one core.",
];
