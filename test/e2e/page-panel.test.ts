import type { Browser, Locator, Page as Tab } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { unitTopics } from "#devices/wire.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { launchBrowser } from "#scripts/browser.ts";
import { type Broker, startBroker } from "#sim/broker.ts";
import { Living } from "#sim/live/living.ts";
import { Shelf } from "#sim/live/shelf.ts";
import { type Lay, LiveView } from "#sim/live/street-view.ts";
import { type Page, startPage } from "#sim/page/server.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import type { SimulatedUnit } from "#sim/street/simulated-unit.ts";
import type { Street } from "#sim/street/street.ts";
import { complaintsOf } from "./complaints.ts";

/** One of each kind, at dusk; the lamp's light sensor is unplugged for a while. */
const scenarioText = `
scenario: panels
title: One of each
seed: 1
start: 2025-11-22 16:00
duration: 90 min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  site: via-roma
  peoplePerHourPeak: 130
  furniture:
    - { kind: streetlight, units: 1, spacing: 30 }
    - { kind: bench, at: [24] }
    - { kind: floor, at: [38], size: 4 }
    - { kind: curb, at: [64] }
faults:
  - { at: "16:03", for: 4 min, unit: lamp-01, role: light, fault: unplug }
`;
const unpluggedMin = 4;
const minuteMs = 60_000;
const livedMin = 12;
/** Of each unit a quantity that the world knows without blur. */
const charted = {
  "lamp-01": "light.illuminance",
  "bench-01": "climate.temperature",
  "floor-01": "climate.temperature",
  "curb-01": "clock.temperature",
} as const;
type UnitId = keyof typeof charted;
const ids = Object.keys(charted) as UnitId[];

let browser: Browser;
let broker: Broker;
let living: Living;
let view: LiveView;
let page: Page;
let tab: Tab;
let street: Street;
let complaints: readonly string[];
/** Every record that each unit made, as the test heard of it. */
const records = new Map<string, Extract<UnitEvent, { type: "record" }>[]>(ids.map((id) => [id, []]));
/** What was true of the charted quantity of each unit, every ten seconds. */
const truths = new Map<string, number[]>(ids.map((id) => [id, []]));

/** What a flow deploys to the lamp. */
function desire(revision: string, settings: object): void {
  const { desired } = unitTopics("via-roma", "lamp-01");
  living.live({
    type: "message",
    topic: desired,
    payload: JSON.stringify({ revision, settings }),
    retain: true,
  });
}

beforeAll(async () => {
  const scenario = await readScenario(scenarioText, "panels.yaml");
  const clock = systemClock();
  broker = await startBroker({ port: 0 });
  const lay: Lay = async (next, seed, speed, onTrouble) => {
    living = await Living.of({
      ...{ scenario: next, seed, speed, onTrouble, version: "test", far: broker },
      realNowMs: () => clock.now(),
      realWallMs: systemWallMs,
    });
    living.street.listen((unit, event) => {
      if (event.type === "record") records.get(unit.id)!.push(event);
    });
    return living;
  };
  view = await LiveView.begun(new Shelf([]), lay, { scenario, seed: 1, speed: 0 });
  street = view.street;
  for (let passed = 0; passed < livedMin * 6; passed++) {
    await view.step(10_000);
    if (passed === 8 * 6) desire("a1", { holdTime: 90 });
    for (const id of ids) truths.get(id)!.push(Number(street.unit(id).site.truth()[charted[id]]));
  }
  page = await startPage({ port: 0, view });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await page?.close();
  await view?.close();
  await broker?.close();
});

/** Nothing was complained of in the console, or asked of anybody else. */
async function closeTab(): Promise<void> {
  await tab.context().close();
  expect(complaints).toEqual([]);
}

async function openPanel(unit: string, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Locator> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options });
  tab = await context.newPage();
  complaints = complaintsOf(tab, page.url);
  await tab.goto(page.url);
  const card = tab.locator(`[data-testid=unit][data-unit=${unit}]`);
  await card.focus();
  await tab.keyboard.press("Enter");
  const panel = tab.getByRole("dialog", { name: unit });
  await panel.locator(".charts[data-source]").waitFor();
  return panel;
}

const textsOf = (locator: Locator) => locator.evaluateAll((all) => all.map((one) => one.textContent));

describe.each(ids)("the panel of %s", (id) => {
  let unit: SimulatedUnit;
  let panel: Locator;
  beforeAll(async () => {
    unit = street.unit(id);
    panel = await openPanel(id);
  });
  afterAll(closeTab);

  it("has every sample with its quality and age, and beside it what is true", async () => {
    const { samples } = unit.snapshot!;
    const truth = unit.site.truth();
    const rows = new Map(
      await panel.locator("[data-source].charts, tr[data-source]").evaluateAll((all) =>
        all
          .filter((one) => one.tagName === "TR")
          .map((row) => [
            row.getAttribute("data-source")!,
            {
              quality: row.getAttribute("data-quality"),
              cells: [...row.children].map((cell) => cell.textContent),
            },
          ]),
      ),
    );
    expect(samples.length).toBeGreaterThan(20);
    for (const { source, quality, atMs } of samples) {
      const { quality: shown, cells } = rows.get(source)!;
      const [, measured, actual, age] = cells;
      expect(shown, source).toBe(quality);
      expect(age, source).toMatch(new RegExp(`^${quality}, \\d+ (s|min|h)$`));
      expect(measured === "–" || measured === "no value", `${source}: ${measured}`).toBe(quality === "bad");
      expect(actual !== "", source).toBe(Number.isFinite(Number(truth[source] ?? Number.NaN)));
      const ageS = (street.loop.now - unit.clockOriginMs - atMs) / 1_000;
      if (ageS < 110) expect(age, source).toBe(`${quality}, ${Math.floor(ageS)} s`);
    }
  });

  it("says of each actuator why it stands as it stands", async () => {
    const facts = (await textsOf(panel.locator(".facts").first().locator("div"))).join("\n");
    const targets = Object.entries(unit.snapshot!.targets);
    expect(targets.length).toBeGreaterThan(0);
    for (const [name, { reason }] of targets) {
      expect(facts).toContain(unit.declaration.actuators[name]!.title);
      expect(facts).toContain(reason.text);
    }
  });

  it("names every part, its state, what it is and where it is connected", async () => {
    const rows = (await textsOf(panel.locator(".parts li"))).map((text) => text!);
    const parts = Object.entries(unit.snapshot!.parts);
    expect(rows).toHaveLength(parts.length);
    for (const [index, [role, { state, part }]] of parts.entries()) {
      const { part: placed, place } = unit.config.parts[role]!;
      expect(rows[index]).toContain(unit.declaration.roles[role]!.title);
      expect(rows[index]).toContain(`${part}, ${state}`);
      expect(rows[index]).toContain(placed.maker);
      if (place.kind === "i2c")
        expect(rows[index]).toContain(`i2c-${place.bus} 0x${place.address.toString(16)}`);
      if (place.kind === "serial") expect(rows[index]).toContain(place.path);
    }
  });

  it("counts what passed over each bus", async () => {
    const shown = await panel
      .locator(".buses tr[data-bus]")
      .evaluateAll((all) =>
        all.map((row) => [
          row.getAttribute("data-bus"),
          Number(row.getAttribute("data-total")),
          Number(row.getAttribute("data-errors")),
        ]),
      );
    const { i2c, serial } = unit.traffic;
    expect(shown).toEqual([
      ...[...i2c].map(([name, { transfers, nacks, busErrors }]) => [name, transfers, nacks + busErrors]),
      ...[...serial].map(([path, { sentBytes, receivedBytes, errors }]) => [
        path,
        sentBytes + receivedBytes,
        errors,
      ]),
    ]);
    expect(shown.length).toBeGreaterThan(0);
    const rates = await textsOf(panel.locator(".buses tr[data-bus] td:nth-child(2)"));
    expect(rates.some((text) => /^[1-9\d.]+ (transfers|bytes)\/s$/.test(text!))).toBe(true);
  });

  it("lists the last records as the unit made them, the newest first", async () => {
    const newest = records.get(id)!.slice(-20).reverse();
    const rows = panel.locator(".records tr[data-sequence]");
    const sequences = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-sequence")));
    expect(sequences).toEqual(newest.map(({ sequence }) => String(sequence)));
    expect(newest.length).toBeGreaterThan(5);
    const texts = await textsOf(rows);
    for (const [index, { body }] of newest.entries()) {
      const row = texts[index]!;
      if (body.type === "measurement") {
        const { title, recordClass, words } = unit.declaration.telemetry[body.name]!;
        expect(row).toContain(`${recordClass}${title}`);
        if (words && body.value !== null) expect(row).toContain(words[body.value]);
        else if (body.value !== null && body.unit !== "1") expect(row).toContain(` ${body.unit}`);
      }
      if (body.type === "actuator") expect(row).toContain(body.text);
      if (body.type === "part") expect(row).toContain(body.state);
    }
    const { made, waiting } = unit.snapshot!.records!;
    expect(await panel.locator("section:has(> .records) > .stand").textContent()).toContain(
      `${made} made, ${waiting} waiting to be sent, none dropped`,
    );
  });

  it("draws a quantity over the last hour, measured and true, and says it in words", async () => {
    const source = charted[id];
    await panel.getByLabel("Quantity").selectOption(source);
    await panel.locator(`.charts[data-source="${source}"]`).waitFor();
    const charts = panel.locator(".charts");
    expect(await charts.getAttribute("data-points")).toBe(String(livedMin * 6 + 1));
    expect(await charts.getAttribute("data-truth")).toBe("true");
    const words = (await charts.locator("figcaption").textContent())!;
    const { unit: measure, decimals } = street
      .unit(id)
      .snapshot!.samples.find((sample) => sample.source === source)!.quantity;
    const inHour = truths.get(id)!;
    const said = /True: lowest (.+?) at \d\d:\d\d, highest (.+?) at \d\d:\d\d, last (.+?)\.$/.exec(words)!;
    const expected = [Math.min(...inHour), Math.max(...inHour), inHour.at(-1)!];
    for (const [index, value] of expected.entries()) {
      const text = said[index + 1]!;
      const shown = Number.parseFloat(text.replace("−", "-")) * (text.endsWith("klx") ? 1_000 : 1);
      expect(text, words).toMatch(new RegExp(` k?${measure}$`));
      // Light is shown by two figures, all else to the last digit.
      const tolerance = measure === "lx" ? 0.06 * value + 1e-3 : 0.6 * 10 ** -decimals;
      expect(Math.abs(shown - value), words).toBeLessThanOrEqual(tolerance);
    }
    expect(await coloured("measured")).toBeGreaterThan(0.15);
    expect(await coloured("truth")).toBeGreaterThan(0.3);
  });
});

/** The share of the picture's columns in which there is ink of that line. */
const coloured = (line: "measured" | "truth"): Promise<number> =>
  tab.evaluate(`(() => {
    const picture = document.querySelector(".picture canvas");
    const copy = document.createElement("canvas");
    const { width, height } = Object.assign(copy, { width: picture.width, height: picture.height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const ink = ${JSON.stringify(line === "measured" ? [0xff, 0xcf, 0x8f] : [0x9f, 0xd7, 0xc0])};
    const isInk = (at) => data[at + 3] > 200 && ink.every((value, of) => Math.abs(data[at + of] - value) < 30);
    const columns = Array.from({ length: width }, (_, x) => x);
    const rows = Array.from({ length: height }, (_, y) => y);
    return columns.filter((x) => rows.some((y) => isInk(4 * (y * width + x)))).length / width;
  })()`);

describe("the panel of a lamp", () => {
  afterEach(closeTab);

  it("leaves a gap where nothing good was measured, and says for how long", async () => {
    const panel = await openPanel("lamp-01");
    const charts = panel.locator(".charts");
    const over = async (source: string) => {
      await panel.getByLabel("Quantity").selectOption(source);
      await panel.locator(`.charts[data-source="${source}"]`).waitFor();
      return (await charts.locator("figcaption").textContent())!;
    };
    const words = await over("light.illuminance");
    const minutes = Number(/No good value for (\d+) min of it/.exec(words)![1]);
    // The unit notices with its next samples, at most half a minute later, and tries again every five minutes.
    expect(minutes).toBeGreaterThanOrEqual(unpluggedMin - 1);
    expect(minutes).toBeLessThanOrEqual(unpluggedMin + 6);
    const withGap = await coloured("measured");
    expect(await over("climate.temperature")).not.toContain("No good value");
    expect(await coloured("measured")).toBeGreaterThan(withGap + 0.1);
  });

  it("counts what nobody acknowledged while the sensor was unplugged", async () => {
    const panel = await openPanel("lamp-01");
    const { nacks } = street.unit("lamp-01").traffic.i2c.get("i2c-1")!;
    expect(nacks).toBeGreaterThan(3);
    expect(await panel.locator('[data-bus="i2c-1"] td').last().textContent()).toBe(
      `${nacks} not acknowledged`,
    );
  });

  it("shows a longer time, chosen by keyboard, in as many points at most", async () => {
    const panel = await openPanel("lamp-01");
    await panel.getByLabel("Time span").focus();
    await tab.keyboard.press("ArrowDown");
    await panel.locator('.charts[data-span="night"]').waitFor();
    const points = Number(await panel.locator(".charts").getAttribute("data-points"));
    // Two minutes each, of 12.
    expect(points).toBe(7);
    await panel.getByLabel("Quantity").focus();
    await tab.keyboard.press("ArrowDown");
    await panel.locator('.charts[data-source="light.illuminance"]').waitFor();
  });

  it("says in what the settings differ from the factory's, and every reason of a refusal", async () => {
    const panel = await openPanel("lamp-01");
    const settings = panel.locator(".settings");
    expect(await settings.locator(".stand").first().textContent()).toBe("Revision a1 is applied.");
    expect(await textsOf(settings.locator(":scope > .facts > div"))).toEqual(["Hold time45 s → 90 s"]);
    await settings.getByText("All settings").click();
    expect(await settings.locator("details").textContent()).toContain("Level with presence80 %");
    desire("b2", { holdTime: 4_000, rampUp: 0 });
    await view.step(2_000);
    const refused = street.unit("lamp-01").snapshot!.settings!.refusals;
    expect(refused.map(({ field }) => field).sort()).toEqual(["holdTime", "rampUp"]);
    await expect.poll(() => settings.getAttribute("data-state")).toBe("refused");
    expect(await settings.locator(".stand").first().textContent()).toBe(
      "Revision b2 was refused: a1 stays in force.",
    );
    expect(await textsOf(settings.locator(".refusals li"))).toEqual(
      refused.map(({ field, problem, expected }) => `${field}: ${problem}; expected ${expected}`),
    );
  });

  it("goes on while it is open: buses, records and the chart", async () => {
    const panel = await openPanel("lamp-01");
    const total = () => panel.locator('[data-bus="i2c-1"]').getAttribute("data-total").then(Number);
    const before = await total();
    await view.step(2 * minuteMs);
    const { transfers } = street.unit("lamp-01").traffic.i2c.get("i2c-1")!;
    expect(transfers).toBeGreaterThan(before);
    // The street stands: one more change makes the page ask once more.
    await expect
      .poll(
        async () => {
          await view.step(1);
          return total();
        },
        { timeout: 10_000 },
      )
      .toBe(transfers);
    await panel.getByLabel("Time span").selectOption("night");
    await expect.poll(() => panel.locator(".charts").getAttribute("data-points")).toBe("8");
  });

  it("has its chart read by the keys of a slider, each point in words", async () => {
    const panel = await openPanel("lamp-01");
    await panel.getByLabel("Quantity").selectOption("climate.temperature");
    await panel.locator('.charts[data-source="climate.temperature"]').waitFor();
    const chart = panel.getByRole("slider");
    const now = () => chart.getAttribute("aria-valuenow").then(Number);
    const words = () => chart.getAttribute("aria-valuetext");
    const newest = Number(await chart.getAttribute("aria-valuemax"));
    expect(newest).toBe(Number(await panel.locator(".charts").getAttribute("data-points")) - 1);
    expect(await now()).toBe(newest);

    await chart.focus();
    await tab.keyboard.press("ArrowLeft");
    const last = /last (\S+ °C)/.exec((await panel.locator("figcaption").textContent())!)![1]!;
    expect(await words()).toContain(last);
    await tab.keyboard.press("ArrowLeft");
    expect(await now()).toBe(newest - 1);
    expect(await panel.locator(".pointed").textContent()).toBe(await words());
    await tab.keyboard.press("PageDown");
    expect(await now()).toBe(newest - 11);
    await tab.keyboard.press("Home");
    expect(await now()).toBe(0);
    const first = await words();
    await tab.keyboard.press("ArrowRight");
    expect(await words()).not.toBe(first);
    await tab.keyboard.press("Tab");
    expect(await panel.locator(".pointed").textContent()).toBe("");
    expect(await now()).toBe(newest);
  });

  it("says at its top which part fails and why, as its card does", async () => {
    const fault = "lamp-01 meter unplug";
    expect([...view.faultMenu().keys()]).toContain(fault);
    view.setFault(fault, true);
    await view.step(2 * minuteMs);
    const panel = await openPanel("lamp-01");
    const card = tab.locator("[data-testid=unit][data-unit=lamp-01]");
    const { title, state, fault: why } = view.state().units["lamp-01"]!.parts.meter!;
    expect(["failing", "quarantined"]).toContain(state);
    expect(await card.locator(".flag").textContent()).toBe(`${title}: ${state}`);
    const told = panel.locator("section", { has: tab.getByRole("heading", { name: "Parts that fail" }) });
    expect(await told.locator("b").textContent()).toBe(title);
    expect(await told.locator("li").textContent()).toContain(why!);
    const top = (await told.boundingBox())!.y;
    expect(top).toBeLessThan((await panel.locator(".readings").first().boundingBox())!.y);

    view.setFault(fault, false);
    await view.step(6 * minuteMs);
    await expect.poll(() => told.isVisible()).toBe(false);
    expect(await card.locator(".flag").textContent()).toBe("");
  });

  it("leaves its unit in sight, wherever that stands", async () => {
    const panel = await openPanel("curb-01");
    const card = (await tab.locator("[data-testid=unit][data-unit=curb-01]").boundingBox())!;
    expect(card.x + card.width).toBeLessThanOrEqual((await panel.boundingBox())!.x);
  });

  it("is whole on a phone, and where motion is unwanted", async () => {
    const panel = await openPanel("curb-01", {
      viewport: { width: 390, height: 844 },
      reducedMotion: "reduce",
    });
    expect((await panel.boundingBox())!.width).toBe(390);
    const overflow = await panel.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overflow).toBe(0);
    await panel.getByLabel("Quantity").selectOption("clock.temperature");
    await panel.locator('.charts[data-source="clock.temperature"]').waitFor();
    const canvas = (await panel.locator(".picture canvas").boundingBox())!;
    expect(canvas.width).toBeGreaterThan(250);
    expect(canvas.width).toBeLessThanOrEqual(390);
  });
});
