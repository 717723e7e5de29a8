import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { DesiredSettings } from "#devices/wire.ts";
import { launchBrowser } from "#scripts/browser.ts";
import type { FlowNode } from "#sim/node-red.ts";
import { City } from "#test/node-red/city.ts";
import { flowsFolder } from "#test/node-red/package.ts";
import { type } from "#test/node-red/typing.ts";
import { complaintsOf } from "./complaints.ts";

const wait = { timeout: 15_000, interval: 50 };

let city: City;
let browser: Browser;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  city = await City.start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.close();
});

/** Opens the editor on the package's own example. */
beforeEach(async () => {
  await city.clear();
  const example = await readFile(join(flowsFolder, "examples/Dim a street by night.json"), "utf8");
  const flow = JSON.parse(example) as FlowNode[];
  const { broker, port } = city.brokerNode;
  for (const unit of ["lamp-1", "lamp-2", "lamp-3"])
    await city.say("via-roma", unit, {
      description: { unit, site: "via-roma", kind: "streetlight", title: "Streetlight" },
      status: { state: unit === "lamp-3" ? "offline" : "online" },
    });
  await city.deploy(flow.map((node) => (node.type === "mqtt-broker" ? { ...node, broker, port } : node)));
  await expect.poll(() => desired("lamp-2"), wait).toBeDefined();

  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  complaints = complaintsOf(page);
  await page.goto(city.red.url);
});
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const lamp = "b1f0c6a2d3e40006";
const desired = (unit: string) =>
  city.last(`plinth/via-roma/${unit}/settings/desired`) as DesiredSettings | undefined;
const classesOf = (selector: string) => page.locator(selector).getAttribute("class");

async function open(): Promise<void> {
  await page.locator(`[id="${lamp}"]`).dblclick();
  await page.locator("#node-input-holdTime").waitFor();
}

async function done(): Promise<void> {
  await page.locator("#node-dialog-ok").click();
  await page.locator("#node-input-holdTime").waitFor({ state: "detached" });
}

async function deploy(): Promise<void> {
  await page.locator("#red-ui-header-button-deploy").click();
}

it("refuses a value out of range as it is typed, and takes a good one to the unit", async () => {
  await open();
  const holdTime = page.locator("#node-input-holdTime");
  await type(holdTime, "3");
  await expect.poll(() => classesOf("#node-input-holdTime"), wait).toContain("input-error");
  await holdTime.hover();
  await expect
    .poll(() => page.locator(".red-ui-popover").allInnerTexts(), wait)
    .toContainEqual(expect.stringContaining("Hold time is 3, expected 5 to 1800 s"));

  await type(holdTime, "120");
  await expect.poll(() => classesOf("#node-input-holdTime"), wait).not.toContain("input-error");
  await done();
  await deploy();
  await expect.poll(() => desired("lamp-1")?.settings.holdTime, wait).toBe(120);
  expect(desired("lamp-1")?.settings.neighbours).toEqual(["lamp-2"]);
});

it("edits the dimming profile in rows, under its picture", async () => {
  await open();
  const rows = page.locator(".plinth-points tbody tr");
  const spans = page.locator(".plinth-strip rect[fill='#ffd873']");
  expect(await rows.count()).toBe(4);
  expect(await spans.count()).toBe(4);

  await type(rows.nth(1).locator("input[type=text]"), "25:00");
  expect(await rows.nth(1).locator("input[type=text]").getAttribute("class")).toContain("input-error");
  expect(await spans.count()).toBe(3);
  await type(rows.nth(1).locator("input[type=text]"), "21:30");
  await rows.nth(1).locator("input[type=range]").fill("35");
  await rows.nth(2).locator("button").click();
  await page.locator("button", { hasText: "Add a point" }).click();
  await type(rows.nth(3).locator("input[type=text]"), "sunset+05:00");
  await type(rows.nth(3).locator("input[type=number]"), "12.5");
  await done();
  await deploy();
  await expect
    .poll(() => desired("lamp-1")?.settings.profile, wait)
    .toEqual([
      { from: "sunset", level: 60 },
      { from: "21:30", level: 35 },
      { from: "sunrise-01:00", level: 50 },
      { from: "sunset+05:00", level: 12.5 },
    ]);
});

it("offers the units that are on the broker, as unit and as neighbours", async () => {
  await open();
  await page.locator("#plinth-input-neighbours-search").click();
  const neighbours = page.locator("#plinth-input-neighbours-found button");
  await expect.poll(() => neighbours.count(), wait).toBe(2);
  await neighbours.filter({ hasText: "lamp-3" }).click();
  expect(await page.locator("#plinth-input-neighbours").inputValue()).toBe("lamp-2, lamp-3");

  await page.locator("#node-input-unit-search").click();
  const units = page.locator("#node-input-unit-found button");
  await expect.poll(() => units.count(), wait).toBe(3);
  await units.filter({ hasText: "lamp-2" }).click();
  await expect.poll(() => classesOf("#node-input-unit"), wait).toContain("input-error");
  await type(page.locator("#node-input-unit"), "lamp-9");
  await expect.poll(() => classesOf("#node-input-unit"), wait).not.toContain("input-error");
  await done();
  await deploy();
  await expect.poll(() => desired("lamp-9")?.settings.neighbours, wait).toEqual(["lamp-2", "lamp-3"]);
});

it("leaves a node unchanged that was only looked at", async () => {
  await open();
  for (const summary of await page.locator(".plinth-advanced > summary").all()) await summary.click();
  await done();
  expect(await classesOf("#red-ui-header-button-deploy")).toContain("disabled");
});

it("is in the palette, with its help", async () => {
  const entry = page.locator(".red-ui-palette-node[data-palette-type=streetlight]");
  await entry.scrollIntoViewIfNeeded();
  expect(await entry.textContent()).toContain("streetlight");
  await page.locator(`[id="${lamp}"]`).click();
  const help = await page.locator("script[data-help-name=streetlight]").textContent();
  expect(help).toContain("<h3>Inputs</h3>");
});
