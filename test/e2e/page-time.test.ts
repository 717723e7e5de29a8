import type { Browser, Page as Tab } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { launchBrowser } from "#scripts/browser.ts";
import { type Broker, startBroker } from "#sim/broker.ts";
import { Living } from "#sim/live/living.ts";
import { Shelf } from "#sim/live/shelf.ts";
import { LiveView } from "#sim/live/street-view.ts";
import { type Page, startPage } from "#sim/page/server.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { complaintsOf } from "./complaints.ts";

const wait = { timeout: 90_000, interval: 50 };
const place = "{ latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }";
const evening = `scenario: evening
title: An evening
seed: 3
start: 2025-12-21 17:00
duration: 1 h
location: ${place}
street:
  peoplePerHourPeak: 200
  furniture:
    - { kind: streetlight, units: 2, spacing: 30 }
offer:
  - { title: Read too bright, fault: drift, unit: lamp-02, role: light, channel: illuminance, by: 40 }
`;
const bench = `scenario: bench
title: A bench in June
seed: 8
start: 2026-06-20 10:00
duration: 1 h
location: ${place}
street: { furniture: [{ kind: bench, at: [20] }] }
`;
const eveningMs = Date.parse("2025-12-21T17:00:00+01:00");
const benchMs = Date.parse("2026-06-20T10:00:00+02:00");

let browser: Browser;
let broker: Broker;
let view: LiveView;
let page: Page;
let tab: Tab;
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  broker = await startBroker({ port: 0 });
  const clock = systemClock();
  const shelved = await Promise.all(
    [evening, bench].map(async (text) => ({ text, scenario: await readScenario(text, "test.yaml") })),
  );
  const [{ scenario }] = shelved as [(typeof shelved)[0]];
  view = await LiveView.begun(
    new Shelf(shelved),
    (next, seed, speed, onTrouble) =>
      Living.of({
        scenario: next,
        seed,
        speed,
        onTrouble,
        version: "test",
        far: broker,
        realNowMs: () => clock.now(),
        realWallMs: systemWallMs,
      }),
    { scenario, seed: 3, speed: 0 },
  );
  await view.step(60_000);
  page = await startPage({ port: 0, view });
});
afterEach(async () => {
  await tab.context().close();
  await page.close();
  await view.close();
  await broker.close();
  expect(complaints).toEqual([]);
});

async function visit(fragment = ""): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
  tab = await context.newPage();
  complaints = complaintsOf(tab);
  await tab.goto(`${page.url}${fragment}`);
  await tab.locator("[data-testid=unit]").first().waitFor();
}

const nowMs = () => view.state().nowMs;
const press = (name: string | RegExp) => tab.getByRole("button", { name, exact: true }).click();
const openPanel = async (unit: string) => {
  await tab.locator(`[data-testid=unit][data-unit=${unit}]`).click();
  await tab.getByRole("dialog", { name: unit }).waitFor();
};
const faultOf = (id: string) => tab.locator(`[data-menu="${id}"]`);
/** The number of the street that the page shows. */
const street = () => view.state().run.number;

it("has room for each button of the dock, however wide the window is", async () => {
  await visit();
  for (const width of [390, 800, 1_280, 1_400, 1_920]) {
    await tab.setViewportSize({ width, height: 800 });
    const boxes = (await tab.evaluate(
      `[...document.querySelectorAll(".dock .time button")].map((button) => {
        const { left, right, top, bottom } = button.getBoundingClientRect();
        const overflows = button.scrollWidth > button.clientWidth;
        return { left, right, top, bottom, overflows };
      })`,
    )) as { left: number; right: number; top: number; bottom: number; overflows: boolean }[];
    expect(boxes).toHaveLength(4);
    for (const [index, one] of boxes.entries()) {
      expect([width, one.overflows, one.right <= width]).toEqual([width, false, true]);
      for (const other of boxes.slice(index + 1))
        expect(one.right <= other.left || one.bottom <= other.top, `${width} px`).toBe(true);
    }
  }
});

it("stands, goes on by the space bar, and steps by exactly a second and a minute", async () => {
  await visit();
  expect(nowMs()).toBe(eveningMs + 60_000);
  await press("+1 s: a step of one second");
  await expect.poll(nowMs, wait).toBe(eveningMs + 61_000);
  await press("+1 min: a step of one minute");
  await expect.poll(nowMs, wait).toBe(eveningMs + 121_000);
  await expect.poll(() => tab.locator("#time").textContent(), wait).toBe("17:02:01");
  await tab.evaluate("document.activeElement.blur()");
  await tab.keyboard.press("Space");
  await expect.poll(nowMs, wait).toBeGreaterThan(eveningMs + 121_100);
  await expect.poll(() => tab.locator("#pause").textContent(), wait).toBe("Pause");
  await tab.keyboard.press("Space");
  await expect.poll(() => view.state().speed, wait).toBe(0);
  await expect.poll(() => tab.locator("#pause").textContent(), wait).toBe("Resume");
});

it("steps from any speed, and stands then", async () => {
  await visit();
  view.setSpeed(60);
  await expect.poll(() => tab.locator("#speed-text").textContent(), wait).toContain("60×");
  await press("+1 s: a step of one second");
  await expect.poll(() => tab.locator("#speed-text").textContent(), wait).toBe("paused");
});

it("says which speed is reached where the machine does not keep up", async () => {
  await visit();
  // No machine lives through so much in a second.
  view.setSpeed(1e7);
  await expect
    .poll(() => tab.locator("#speed-text").textContent(), wait)
    .toMatch(/^asked 10000000×, reaching \d+×$/);
});

it("breaks any part from the menu of its unit, shows it in the part's health, and mends it", async () => {
  await visit();
  await openPanel("lamp-02");
  const roles = Object.keys(view.street.unit("lamp-02").config.parts);
  for (const role of roles) await expect.poll(() => faultOf(`lamp-02 ${role} unplug`).count(), wait).toBe(1);
  await tab.locator("details[data-role=light] summary").click();
  const unplug = faultOf("lamp-02 light unplug");
  await unplug.click();
  await expect.poll(() => unplug.getAttribute("aria-pressed"), wait).toBe("true");
  await press("+1 min: a step of one minute");
  const parts = tab.locator("#panel .parts");
  await expect.poll(() => parts.textContent(), wait).toContain("no-acknowledge-address");
  await faultOf("lamp-02 light stick").click();
  await expect
    .poll(() => tab.getByRole("status").textContent(), wait)
    .toContain('"lamp-02 light unplug" lasts');
  expect(view.state().faults["lamp-02 light stick"]).toBeUndefined();
  await unplug.click();
  await expect.poll(() => unplug.getAttribute("aria-pressed"), wait).toBe("false");
  for (let minute = 0; minute < 3; minute++) await view.step(60_000);
  await expect.poll(() => parts.textContent(), wait).not.toContain("no-acknowledge-address");
  // The browser itself logs what the street refused.
  complaints = complaints.filter((text) => !text.includes("409"));
});

it("takes how much with it, in the part's unit, and within its range", async () => {
  await visit();
  await openPanel("lamp-01");
  await tab.locator("details[data-role=climate] summary").click();
  const drift = faultOf("lamp-01 climate temperature drift");
  const field = drift.locator("xpath=..").locator("input");
  const twin = view.street.unit("lamp-01").twins.get("climate")!;
  const trueC = view.street.world.weather(nowMs()).temperatureC;
  const before = twin.sensed("temperature");
  expect(Math.abs(before - trueC)).toBeLessThan(3);
  // The BME280 measures -40 to 85 °C (Bosch BST-BME280-DS001): no offset is larger than 125 K.
  await field.fill("126");
  await drift.click();
  expect(await drift.getAttribute("aria-pressed")).toBe("false");
  await field.fill("20");
  await drift.click();
  await expect.poll(() => twin.sensed("temperature"), wait).toBeCloseTo(before + 20, 6);
});

it("lays out another street that is chosen, from a seed", async () => {
  await visit();
  await press("Street…");
  const list = tab.getByLabel("Scenario");
  await expect
    .poll(() => list.locator("option").allTextContents(), wait)
    .toEqual(["An evening", "A bench in June"]);
  await list.selectOption("bench");
  await expect
    .poll(() => tab.locator("#scenario-about").textContent(), wait)
    .toBe("1 bench · Saturday, 20 June 2026, 10:00:00");
  await tab.getByLabel("Seed").fill("99");
  await press("Lay it out");
  await tab.locator("[data-testid=unit][data-unit=bench-01]").waitFor();
  expect(await tab.locator("[data-testid=unit]").count()).toBe(1);
  expect(view.state().run).toMatchObject({ scenario: "bench", seed: 99, startMs: benchMs });
  expect(view.street.world.seed).toBe(99);
});

it("replays what was done, to the last event", async () => {
  await visit();
  await openPanel("lamp-01");
  await tab.locator("details[data-role=light] summary").click();
  await faultOf("lamp-01 light unplug").click();
  await expect.poll(() => view.state().run.recorded, wait).toBe(1);
  await view.step(20 * 60_000);
  const lived = { digest: view.street.digest, momentMs: nowMs(), number: street() };
  await press("Street…");
  await expect.poll(() => tab.locator("#recorded").textContent(), wait).toBe("1 deed");
  await press("Replay");
  await expect.poll(street, wait).toBe(lived.number + 1);
  await expect.poll(() => view.state().run.journey, wait).toBeUndefined();
  expect(nowMs()).toBe(lived.momentMs);
  expect(view.street.digest).toBe(lived.digest);
  await expect.poll(() => faultOf("lamp-01 light unplug").getAttribute("aria-pressed"), wait).toBe("true");
});

it("shows what is broken of a unit that is opened while its street stands", async () => {
  view.setFault("lamp-01 light unplug", true);
  await visit();
  await openPanel("lamp-01");
  await expect.poll(() => faultOf("lamp-01 light unplug").getAttribute("aria-pressed"), wait).toBe("true");
  expect(await tab.locator(`[data-menu][aria-pressed=true]`).count()).toBe(1);
});

it("opens a link at its street, its moment and its unit, and links to it again", async () => {
  const at = "2026-06-20T08:10:00.000Z";
  await visit(`#scenario=bench&seed=5&start=2026-06-20T08:00:00.000Z&at=${at}&unit=bench-01`);
  await tab.getByRole("dialog", { name: "bench-01" }).waitFor();
  await expect.poll(() => view.state().run.journey, wait).toBeUndefined();
  expect(view.state().run).toMatchObject({ scenario: "bench", seed: 5, startMs: benchMs });
  expect(nowMs()).toBe(benchMs + 10 * 60_000);
  await press("Street…");
  const link = new URL(await tab.getByLabel("Link to this moment").inputValue());
  expect(Object.fromEntries(new URLSearchParams(link.hash.slice(1)))).toEqual({
    scenario: "bench",
    seed: "5",
    start: "2026-06-20T08:00:00.000Z",
    at,
    unit: "bench-01",
  });
  // A page that is loaded again leaves its street alone.
  const number = street();
  await tab.reload();
  await tab.getByRole("dialog", { name: "bench-01" }).waitFor();
  expect(street()).toBe(number);
});

it("shows how far it is on a long way, and stops where it is told to", async () => {
  await visit("#scenario=bench&seed=5&start=2026-06-20T08:00:00.000Z&at=2026-07-10T08:00:00.000Z");
  const progress = tab.getByRole("progressbar");
  await progress.waitFor();
  await expect.poll(() => progress.getAttribute("value").then(Number), wait).toBeGreaterThan(0);
  await press("Stop here");
  await expect.poll(() => progress.isVisible(), wait).toBe(false);
  expect(view.state().speed).toBe(0);
  const stoppedMs = nowMs();
  expect(stoppedMs).toBeGreaterThan(benchMs);
  expect(stoppedMs).toBeLessThan(benchMs + 20 * 86_400_000);
});

it("says what is wrong with a link, and leaves the street as it is", async () => {
  await visit("#scenario=nosuch&seed=5&start=2026-06-20T08:00:00.000Z&at=2026-06-20T08:00:00.000Z");
  await expect
    .poll(() => tab.getByRole("status").textContent(), wait)
    .toContain('"scenario" is "nosuch": expected evening, bench');
  expect(street()).toBe(1);
  await tab.goto("about:blank");
  await tab.goto(`${page.url}#scenario=bench`);
  await expect.poll(() => tab.getByRole("status").textContent(), wait).toContain('no "seed"');
  complaints = complaints.filter((text) => !text.includes("400"));
});

it("hands the recording out as a scenario file", async () => {
  await visit();
  await tab.locator("[data-fault='lamp-02 light illuminance drift']").click();
  await expect.poll(() => view.state().run.recorded, wait).toBe(1);
  const answer = await tab.request.get(`${page.url}recording`);
  const { faults } = await readScenario(await answer.text(), "recording.yaml");
  expect(faults).toMatchObject([{ verb: "drift", unit: "lamp-02", by: 40, atMs: eveningMs + 60_000 }]);
});
