import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "#scripts/browser.ts";
import { root } from "#scripts/root.ts";
import { toldWithinMs } from "#sim/kinds/floor/step-judge.ts";
import type { PageState } from "#sim/page/view.ts";
import { stepsOffMax } from "#test/scenarios/steps-told.ts";
import { complaintsOf } from "./complaints.ts";

const wait = { timeout: 60_000, interval: 100 };
const portBase = 23_880;

interface Urls {
  readonly page: string;
  readonly nodeRed: string;
  readonly broker: string;
}

let street: ChildProcess;
let urls: Urls;
let browser: Browser;
let page: Page;
let editor: Page;
const complaints: (readonly string[])[] = [];

/** `plinth start`, as a newcomer runs it; resolves with the URLs that it prints when all is up. */
async function start(): Promise<Urls> {
  const arguments_ = [
    "scripts/plinth.mjs",
    "start",
    "--json",
    "--fresh",
    "--speed",
    "20",
    "--port-base",
    `${portBase}`,
  ];
  street = spawn(process.execPath, arguments_, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: street.stdout! })) return JSON.parse(line) as Urls;
  throw new Error("plinth start ended without a word");
}

async function open(url: string): Promise<Page> {
  const tab = await browser.newPage({ viewport: { width: 1_400, height: 900 } });
  complaints.push(complaintsOf(tab));
  await tab.goto(url);
  return tab;
}

beforeAll(async () => {
  // What is edited in Node-RED survives a restart: begin as a newcomer does, with the street's own flow.
  const kept = join(root, `.plinth/node-red-${portBase + 1}`);
  await mkdir(kept, { recursive: true });
  await writeFile(join(kept, "flows.json"), '[{"id":"old","type":"tab","label":"Of an earlier start"}]');
  urls = await start();
  browser = await launchBrowser();
  page = await open(urls.page);
  editor = await open(urls.nodeRed);
});
afterAll(async () => {
  await browser?.close();
  street?.kill("SIGKILL");
});

const card = (unit: string) => page.locator(`[data-testid=unit][data-unit=${unit}]`);
/** Of every unit that tells it, in the order of the street; empty where there is no value. */
const values = (point: string) =>
  page
    .locator(`[data-testid=unit] [data-point=${point}]`)
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("data-value") ?? ""));
const levels = () => values("level");
const levelOf = (unit: string) =>
  card(unit).locator("[data-point=level]").getAttribute("data-value").then(Number);

/** Seconds from the page's clock to the end of a lamp's hold, over midnight too; undefined while it holds for nobody. */
async function holdLeft(unit: string): Promise<number | undefined> {
  const until = /presence until (\d\d:\d\d:\d\d)/.exec((await card(unit).textContent()) ?? "")?.[1];
  const now = await page.locator("#time").textContent();
  if (!until || !now) return undefined;
  const secondsOf = (text: string) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return (secondsOf(until) - secondsOf(now) + 86_400) % 86_400;
}

it("shows every kind, with values of its own and the truth beside them", async () => {
  const glances = {
    "lamp-01": "level",
    "bench-01": "stateOfCharge",
    "floor-01": "charge",
    "curb-01": "freeSpaces",
  };
  for (const [unit, point] of Object.entries(glances)) {
    const cell = card(unit).locator(`[data-point=${point}]`);
    await expect.poll(() => cell.getAttribute("data-value"), wait).toMatch(/^\d/);
  }
  for (const unit of ["bench-01", "floor-01", "curb-01"]) {
    await card(unit).click();
    const panel = page.getByRole("dialog", { name: unit });
    await panel.waitFor();
    const truths = panel.locator(".readings .truth:not(:empty)");
    await expect.poll(() => truths.count(), wait).toBeGreaterThan(3);
    const docs = await panel.locator("header a").getAttribute("href");
    expect((await page.request.get(new URL(docs!, urls.page).href)).status()).toBe(200);
    await page.keyboard.press("Escape");
  }
});

/**
 * What the panel's row shows of the steps, told and true, at the first moment of the street at which more than `least`
 * have been taken, and none for longer than `quietMs`: all of them must have been told by then.
 */
const whenNobodyIsOnTheTiles = (row: Locator, options: { least: number; quietMs: number }) =>
  row.evaluate(
    (element, { least, quietMs }) =>
      new Promise<readonly [told: number, taken: number]>((resolve) => {
        const texts = (): string[] =>
          [...element.querySelectorAll("td")].map(({ textContent }) => textContent);
        const street = new EventSource("/events");
        let last = { taken: Number.NaN, atMs: 0 };
        const hear = (event: Event) => {
          const { nowMs } = JSON.parse((event as MessageEvent).data) as PageState;
          const [told, taken] = texts().map(Number) as [number, number];
          if (taken !== last.taken) last = { taken, atMs: nowMs };
          if (!(taken > least && nowMs - last.atMs > quietMs)) return;
          street.close();
          resolve([told, taken]);
        };
        for (const type of ["state", "patch"]) street.addEventListener(type, hear);
      }),
    options,
  );

it("counts on the tiles who walks over them, and the world agrees", async () => {
  await card("floor-01").click();
  const row = page.locator('dialog [data-source="footfall.steps"]');
  const [told, taken] = await whenNobodyIsOnTheTiles(row, { least: 10, quietMs: toldWithinMs });
  expect(Math.abs(told - taken), `${told} told of ${taken}`).toBeLessThanOrEqual(stepsOffMax(taken));
  await page.keyboard.press("Escape");
});

it("lights six lamps, and changes them as people pass", async () => {
  await expect.poll(async () => (await levels()).length, wait).toBe(6);
  const before = (await levels()).join();
  await expect.poll(async () => (await levels()).join(), wait).not.toBe(before);
  expect((await levels()).every((level) => Number(level) >= 10)).toBe(true);
});

it("holds a lamp as long as Node-RED says, and says what was applied", async () => {
  // The factory holds for 45 s: at no instant can more be left.
  await expect.poll(() => holdLeft("lamp-03"), wait).toBeLessThanOrEqual(45);
  const node = editor.locator('[id="plinth-lamp-03"]');
  await expect.poll(() => node.textContent(), wait).toMatch(/applied [0-9a-f]{7}/);
  const factory = await node.textContent();
  await node.dblclick();
  const field = editor.locator("#node-input-holdTime");
  await field.fill("600");
  await editor.locator("#node-dialog-ok").click();
  await field.waitFor({ state: "detached" });
  await editor.locator("#red-ui-header-button-deploy").click();
  await expect.poll(() => node.textContent(), wait).not.toBe(factory);
  await expect.poll(() => node.textContent(), wait).toMatch(/applied [0-9a-f]{7}/);
  await expect.poll(() => holdLeft("lamp-03"), wait).toBeGreaterThan(60);
});

it("shows a part that is pulled out, and that the lamp burns all the same", async () => {
  await page.locator("[data-fault='lamp-02 light unplug']").click();
  await card("lamp-02").click();
  await expect.poll(() => page.locator("#panel").textContent(), wait).toMatch(/no-acknowledge-address/);
  expect(await levelOf("lamp-02")).toBeGreaterThanOrEqual(10);
});

it("raises the alarm of a bench when somebody leaves an ember", async () => {
  await page.locator("[data-fault='bench-01 ember']").click();
  await expect.poll(() => card("bench-01").getAttribute("data-alarms"), wait).toContain("ember");
  await page.locator("[data-fault='bench-01 ember']").click();
});

it("has a node for every piece of furniture", async () => {
  for (const unit of ["bench-01", "bench-02", "floor-01", "curb-01"]) {
    const node = editor.locator(`[id="plinth-${unit}"]`);
    await expect.poll(() => node.textContent(), wait).toMatch(/applied [0-9a-f]{7}/);
  }
});

it("goes on without a broker", async () => {
  await page.locator("[data-fault='broker-away']").click();
  await expect.poll(() => card("lamp-01").getAttribute("data-connected"), wait).toBe("false");
  const before = (await levels()).join();
  await expect.poll(async () => (await levels()).join(), wait).not.toBe(before);
  await page.locator("[data-fault='broker-away']").click();
  await expect.poll(() => card("lamp-01").getAttribute("data-connected"), wait).toBe("true");
});

it("has complained of nothing in either page", () => {
  expect(complaints.flat()).toEqual([]);
});

it("ends with Ctrl-C, and leaves nothing behind", async () => {
  const ended = once(street, "exit");
  street.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  const answers = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection({ host: "127.0.0.1", port });
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
  for (const port of [portBase, portBase + 1, portBase + 2]) expect(await answers(port)).toBe(false);
});
