import type { Browser, Page as Tab } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bench } from "#devices/furniture/bench.ts";
import { curb } from "#devices/furniture/curb.ts";
import { floor } from "#devices/furniture/floor.ts";
import { launchBrowser } from "#scripts/browser.ts";
import { type Page, startPage } from "#sim/page/server.ts";
import { complaintsOf } from "./complaints.ts";
import { ScriptedStreet, type ScriptedUnit } from "./scripted-street.ts";

const desktop = { width: 1_280, height: 800 };
const phone = { width: 390, height: 844 };

const docs = new Map([["kinds/bench.html", "<!doctype html><title>Bench</title><p>What a bench is"]]);

let browser: Browser;
let street: ScriptedStreet;
let page: Page;
let tab: Tab;
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await tab.context().close();
  await page.close();
  expect(complaints).toEqual([]);
});

async function visit(
  viewport = desktop,
  options: Parameters<Browser["newContext"]>[0] = {},
  others: readonly ScriptedUnit[] = [],
): Promise<void> {
  street = new ScriptedStreet({ at: "2026-11-17T22:41:00+01:00", lamps: 8, perHour: 0, others });
  page = await startPage({ port: 0, view: street, docs });
  const context = await browser.newContext({ viewport, ...options });
  tab = await context.newPage();
  complaints = complaintsOf(tab, page.url);
  await tab.goto(page.url);
  await card("lamp-01").waitFor();
}

const card = (unit: string) => tab.locator(`[data-testid=unit][data-unit=${unit}]`);
const attribute = (unit: string, name: string) => () => card(unit).getAttribute(`data-${name}`);
/** What the card of a unit has for a telemetry point, as a number. */
const value = (unit: string, point: string) => () =>
  card(unit).locator(`[data-point=${point}]`).getAttribute("data-value");

/** Mean of red, green and blue over a part of the scene, 0 to 255; shares of its width and height. */
const brightness = (x: number, y: number, width: number, height: number): Promise<number> =>
  tab.evaluate(`(() => {
    const scene = document.getElementById("scene");
    const copy = document.createElement("canvas");
    copy.width = ${width} * scene.width;
    copy.height = ${height} * scene.height;
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(scene, -${x} * scene.width, -${y} * scene.height);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    const bytes = data.filter((_, index) => index % 4 !== 3);
    return bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
  })()`);

it("shows clock, weather and every lamp with its level and why", async () => {
  await visit();
  expect(await tab.locator("#time").textContent()).toMatch(/^22:41:0\d$/);
  expect(await tab.locator("#date").textContent()).toBe("Tuesday, 17 November 2026");
  expect(await tab.locator("[data-testid=unit]").count()).toBe(8);
  await expect.poll(value("lamp-02", "level")).toBe("20.0");
  expect(await attribute("lamp-02", "reason")()).toBe("profile");
  const text = await card("lamp-02").textContent();
  for (const part of ["lamp-02", "20 %", "14 W", "profile from 00:00", "nobody"])
    expect(text).toContain(part);
});

it("follows a lamp as it brightens, in numbers and in light", async () => {
  await visit();
  await tab.waitForTimeout(300);
  const ground = [0, 0.78, 0.12, 0.06] as const;
  const before = await brightness(...ground);
  street.levels.set("lamp-01", 100);
  await expect.poll(value("lamp-01", "level")).toBe("100.0");
  await expect.poll(() => card("lamp-01").textContent()).toContain("100 %");
  await expect.poll(() => brightness(...ground)).toBeGreaterThan(before + 10);
});

it("turns night into day", async () => {
  await visit();
  await tab.waitForTimeout(300);
  const night = await brightness(0.4, 0.02, 0.2, 0.1);
  street.nowMs = Date.parse("2026-11-18T12:00:00+01:00");
  await expect.poll(() => brightness(0.4, 0.02, 0.2, 0.1)).toBeGreaterThan(night + 60);
  await expect.poll(attribute("lamp-05", "reason")).toBe("daylight");
});

it("breaks and mends what a button names", async () => {
  await visit();
  const broker = tab.getByRole("button", { name: "Broker away" });
  expect(await broker.getAttribute("aria-pressed")).toBe("false");
  await broker.click();
  await expect.poll(() => broker.getAttribute("aria-pressed")).toBe("true");
  await expect.poll(attribute("lamp-03", "connected")).toBe("false");
  await expect.poll(() => card("lamp-03").textContent()).toContain("offline");
  expect(await tab.locator("#broker").textContent()).toBe("Broker away");
  await broker.click();
  await expect.poll(attribute("lamp-03", "connected")).toBe("true");
  await tab.getByRole("button", { name: "Kill the process · lamp-03" }).click();
  await expect.poll(attribute("lamp-03", "running")).toBe("false");
  await tab.getByRole("button", { name: "LED module fails · lamp-04" }).click();
  await expect.poll(() => card("lamp-04").textContent()).toContain("Lamp failure");
  expect(street.asked).toEqual([
    ["fault", "broker", true],
    ["fault", "broker", false],
    ["fault", "kill", true],
    ["fault", "lamp", true],
  ]);
});

it("moves the speed by keyboard and says it in words", async () => {
  await visit();
  const slider = tab.getByRole("slider", { name: "Speed" });
  await expect.poll(() => slider.getAttribute("aria-valuetext")).toBe("10 times real time");
  await slider.press("ArrowRight");
  await expect.poll(() => street.speed).toBe(60);
  await slider.press("End");
  await expect.poll(() => street.speed).toBe(3_600);
  await slider.press("Home");
  await expect.poll(() => street.speed).toBe(0);
  await expect.poll(() => slider.getAttribute("aria-valuetext")).toBe("paused");
  street.speed = 300;
  await expect.poll(() => slider.inputValue(), { timeout: 5_000 }).toBe("4");
});

it("opens all that a lamp knows, by keyboard, and gives the focus back", async () => {
  await visit();
  street.setFault("bus", true);
  await card("lamp-05").focus();
  await tab.keyboard.press("Enter");
  const panel = tab.getByRole("dialog", { name: "lamp-05" });
  await panel.waitFor();
  await expect.poll(() => panel.textContent()).toContain("read ALS: is a line shorted");
  const text = await panel.textContent();
  for (const part of [
    "Streetlight at 112.5 m",
    "Illuminance",
    "radar.distance",
    "bad, 6 min",
    "a41f09c2",
    "pzem004t",
  ])
    expect(text).toContain(part);
  await expect.poll(() => card("lamp-05").getAttribute("aria-expanded")).toBe("true");
  await tab.keyboard.press("Escape");
  expect(await panel.isVisible()).toBe(false);
  expect(await tab.locator(":focus").getAttribute("data-unit")).toBe("lamp-05");
});

describe("beside lamps", () => {
  const on = (text: string) => ({ value: 1, code: "open", text });
  let truth: Record<string, number>;

  /** A bench right beside lamp-01, with a gauge that is far from the truth. */
  const benchUnit = (): ScriptedUnit => ({
    unit: "bench-01",
    declaration: bench,
    xM: 13,
    lengthM: 2,
    truth,
    says: {
      "gauge.stateOfCharge": 71.5,
      "climate.temperature": 5.24,
      "seat.occupied": 1,
      "solar.panelPower": 0,
    },
    actuators: {
      outlet: on("open for charging"),
      usb1: on("open for charging"),
      safetyLight: on("it is dark"),
    },
  });
  const curbUnit = (): ScriptedUnit => ({
    unit: "curb-01",
    declaration: curb,
    xM: 26,
    lengthM: 24,
    truth: { "space1.occupied": 1, "space2.occupied": 0 },
    says: { "space1.occupied": 1, "space2.occupied": 1, "kerb.free": 2 },
    actuators: { light1: on("the policy of the hour"), sign: on("the policy of the hour") },
    alarms: ["lockStalled"],
  });
  const visitAll = async () => {
    truth = {
      "gauge.stateOfCharge": 40,
      "climate.temperature": 5.2,
      "seat.seated": 0,
      "ashtray.objectTemperature": 6,
    };
    await visit(desktop, {}, [benchUnit(), curbUnit()]);
    await card("bench-01").waitFor();
  };

  it("shows a bench and a curb by what they declare", async () => {
    await visitAll();
    await expect.poll(value("bench-01", "stateOfCharge")).toBe("71.5");
    const text = await card("bench-01").textContent();
    for (const part of ["bench-01", "72 %", "State of charge", "AC outlet, USB-C port 1: open for charging"])
      expect(text).toContain(part);
    expect(await card("bench-01").locator("[data-point=occupied] .value").textContent()).toBe("someone");
    expect(await attribute("curb-01", "alarms")()).toBe("lockStalled");
    expect(await card("curb-01").textContent()).toContain("Ground lock stalled");
  });

  it("lets no card cover another, and goes through them in the order of the street", async () => {
    await visitAll();
    const cards = tab.locator("[data-testid=unit]");
    const boxes = await cards.evaluateAll((all) =>
      all.map((one) => {
        const { left, right } = one.getBoundingClientRect();
        return { unit: one.getAttribute("data-unit"), left, right };
      }),
    );
    expect(boxes.map(({ unit }) => unit).slice(0, 4)).toEqual(["lamp-01", "bench-01", "curb-01", "lamp-02"]);
    for (const [index, { left }] of boxes.entries())
      if (index > 0) expect(left).toBeGreaterThanOrEqual(boxes[index - 1]!.right);
    await card("lamp-01").focus();
    await tab.keyboard.press("Tab");
    expect(await tab.locator(":focus").getAttribute("data-unit")).toBe("bench-01");
  });

  it("puts what is true beside what is measured, and marks what is far from it", async () => {
    await visitAll();
    await card("bench-01").click();
    const panel = tab.getByRole("dialog", { name: "bench-01" });
    const row = (source: string) => panel.locator(`tr[data-source="${source}"]`);
    expect(await row("gauge.stateOfCharge").textContent()).toBe("State of charge71.5 %40.0 %good, 4 s");
    expect(await row("gauge.stateOfCharge").getAttribute("data-differs")).toBe("true");
    expect(await row("climate.temperature").textContent()).toBe("Air temperature5.24 °C5.20 °Cgood, 4 s");
    expect(await row("climate.temperature").getAttribute("data-differs")).toBe("false");
    expect(await row("seat.occupied").textContent()).toBe("Somebody sits heresomeonegood, 4 s");
    truth["gauge.stateOfCharge"] = 72;
    await expect.poll(() => row("gauge.stateOfCharge").getAttribute("data-differs")).toBe("false");
    const text = await panel.textContent();
    for (const part of [
      "from 12.0 to 14.0 m",
      "AC outleton: open for charging",
      "Safety lighton: it is dark",
    ])
      expect(text).toContain(part);
    const link = panel.getByRole("link", { name: "Energy-meter bench" });
    expect((await tab.request.get(new URL((await link.getAttribute("href"))!, page.url).href)).status()).toBe(
      200,
    );
  });

  it("says of a curb which spaces it sees wrongly", async () => {
    await visitAll();
    await card("curb-01").click();
    const panel = tab.getByRole("dialog", { name: "curb-01" });
    const differs = (space: number) =>
      panel.locator(`[data-source="space${space}.occupied"]`).getAttribute("data-differs");
    expect([await differs(1), await differs(2)]).toEqual(["false", "true"]);
    expect(await panel.textContent()).toContain("from 14.0 to 38.0 m");
    expect(await panel.textContent()).toContain("Clear stones or ice from the lock's hinge");
  });

  it("lights up the tile that gives way under somebody", async () => {
    const strip = { deflectionMm3: 0 };
    const unit: ScriptedUnit = {
      unit: "floor-01",
      declaration: floor,
      xM: 25,
      lengthM: 4.8,
      truth: strip,
      says: { "footfall.steps": 41 },
    };
    await visit(desktop, {}, [unit]);
    await expect.poll(value("floor-01", "steps")).toBe("41");
    await tab.waitForTimeout(300);
    // The strip is between the first two lamps, 25 of 200 m along, and begins 2.4 m before.
    const content = (await tab.locator("#content").boundingBox())!;
    const pxPerM = content.width / 200;
    const third = ((25 - 2.4 + 2 * 0.6) * pxPerM) / desktop.width;
    const tile = [third, 0.78, (0.6 * pxPerM) / desktop.width, 0.08] as const;
    const before = await brightness(...tile);
    strip.deflectionMm3 = 4;
    await expect.poll(() => brightness(...tile)).toBeGreaterThan(before + 15);
  });

  it("draws what is true: an ember glows", async () => {
    await visitAll();
    await tab.waitForTimeout(300);
    // To the right of the bench, which stands at 13 of 200 m.
    const content = (await tab.locator("#content").boundingBox())!;
    const benchShare = ((13 / 200) * content.width) / desktop.width;
    const ashtray = [benchShare + 0.038, 0.66, 0.028, 0.11] as const;
    const before = await brightness(...ashtray);
    truth["ashtray.objectTemperature"] = 160;
    await expect.poll(() => brightness(...ashtray)).toBeGreaterThan(before + 3);
  });

  it("opens what is pointed at in the picture", async () => {
    await visitAll();
    const scene = (await tab.locator("#scene").boundingBox())!;
    const content = (await tab.locator("#content").boundingBox())!;
    // Of the 200 m, 32 m are within the curb's stretch, and no lamp is near.
    await tab.mouse.click(content.x + (32 / 200) * content.width, scene.y + scene.height * 0.9);
    await tab.getByRole("dialog", { name: "curb-01" }).waitFor();
  });

  it("does what is over at once, and does not show it as lasting", async () => {
    await visitAll();
    const ember = tab.getByRole("button", { name: "Drop a cigarette end · bench-01" });
    await ember.click();
    await expect.poll(() => street.asked).toEqual([["fault", "ember", true]]);
    await ember.click();
    await expect.poll(() => street.asked.length).toBe(2);
    expect(await ember.getAttribute("aria-pressed")).toBeNull();
  });
});

it("leads to Node-RED", async () => {
  await visit();
  const link = tab.getByRole("link", { name: /Node-RED/ });
  await expect.poll(() => link.getAttribute("href")).toBe("http://127.0.0.1:1880/");
});

it("fits a phone: the street scrolls and the page does not", async () => {
  await visit(phone, { hasTouch: true, isMobile: true });
  const width = (expression: string): Promise<number> => tab.evaluate(expression);
  const scrollWidth = await width("document.getElementById('street').scrollWidth");
  expect(await width("document.documentElement.scrollWidth")).toBeLessThanOrEqual(phone.width);
  expect(scrollWidth).toBeGreaterThan(3 * phone.width);
  await card("lamp-08").tap();
  const panel = tab.getByRole("dialog", { name: "lamp-08" });
  await panel.waitFor();
  expect((await panel.boundingBox())!.width).toBe(phone.width);
  await panel.getByRole("button", { name: "Close" }).tap();
  await expect.poll(() => panel.isVisible()).toBe(false);
});

it("keeps still where motion is unwanted, and goes on telling", async () => {
  await visit(desktop, { reducedMotion: "reduce" });
  street.levels.set("lamp-01", 100);
  await expect.poll(value("lamp-01", "level"), { timeout: 5_000 }).toBe("100.0");
});

it("says so calmly when the simulator goes away, and goes on when it is back", async () => {
  await visit();
  const { port } = new URL(page.url);
  await page.close();
  const notice = tab.getByRole("status");
  await expect.poll(() => notice.textContent(), { timeout: 5_000 }).toContain("not answering");
  page = await startPage({ port: Number(port), view: street });
  street.levels.set("lamp-02", 90);
  await expect.poll(value("lamp-02", "level"), { timeout: 10_000 }).toBe("90.0");
  expect(await notice.isVisible()).toBe(false);
  // The browser itself logs each attempt that nobody answered.
  complaints = complaints.filter((text) => !text.includes("net::ERR_"));
});
