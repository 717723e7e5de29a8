import type { Browser, Page as Tab } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "#scripts/browser.ts";
import { type Page, startPage } from "#sim/page/server.ts";
import { complaintsOf } from "./complaints.ts";
import { ScriptedStreet } from "./scripted-street.ts";

/** A street whose time is this machine's, as one of processes is: nobody holds it or hurries it. */
const why = "Its units are processes.";
const controls = ["#speed", "#pause", "[data-step='1000']", "[data-step='60000']"];
const ofAnotherStreet = ["#scenarios", "#seed", "#lay-out", "#replay"];

let browser: Browser;
let street: ScriptedStreet;
let page: Page;
let tab: Tab;
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  street = new ScriptedStreet({ at: "2026-11-17T22:41:00+01:00", lamps: 2 });
  street.run = { realTime: why };
  page = await startPage({ port: 0, view: street, docs: new Map() });
  tab = await browser.newPage();
  complaints = complaintsOf(tab, page.url);
  await tab.goto(page.url);
  await tab.locator("[data-testid=unit][data-unit=lamp-01]").waitFor();
});
afterAll(async () => {
  await browser.close();
  await page.close();
});

it("offers no control of time, and says why", async () => {
  for (const control of controls) {
    await expect.poll(() => tab.locator(control).isDisabled()).toBe(true);
    expect(await tab.locator(control).getAttribute("title")).toBe(why);
  }
  await tab.locator("#street-open").click();
  for (const control of ofAnotherStreet)
    await expect.poll(() => tab.locator(control).isDisabled()).toBe(true);
  expect(await tab.locator("#recorded").textContent()).toBe(why);
  await tab.locator("#street-close").click();
  expect(street.asked).toEqual([]);
  expect(complaints).toEqual([]);
});

it("still breaks what one asks it to", async () => {
  await tab.locator("[data-fault=broker]").click();
  await expect.poll(() => street.asked).toEqual([["fault", "broker", true]]);
});

it("offers them where time can be had", async () => {
  street.run = {};
  for (const control of controls) {
    await expect.poll(() => tab.locator(control).isDisabled()).toBe(false);
    expect(await tab.locator(control).getAttribute("title")).toBeNull();
  }
});
