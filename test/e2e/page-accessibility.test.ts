import { createRequire } from "node:module";
import type { Browser, Page as Tab } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "#scripts/browser.ts";
import { type Page, startPage } from "#sim/page/server.ts";
import { ScriptedStreet } from "./scripted-street.ts";

/**
 * The street page as axe-core judges it, by the success criteria A and AA of WCAG 2.2
 * (github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md), by day and by night, on a desk and on a phone.
 */
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser: Browser;
let page: Page;
let tab: Tab;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await tab.context().close();
  await page.close();
});

async function visit(at: string, viewport: { width: number; height: number }): Promise<void> {
  const street = new ScriptedStreet({ at, lamps: 8, perHour: 200 });
  page = await startPage({ port: 0, view: street, docs: new Map() });
  // The page lets nothing run but its own scripts; axe has to be brought in past that.
  const context = await browser.newContext({ viewport, bypassCSP: true, reducedMotion: "reduce" });
  tab = await context.newPage();
  await tab.goto(page.url);
  await tab.locator("[data-testid=unit][data-unit=lamp-01]").waitFor();
}

/** What is wrong, a line for each element. */
async function violations(): Promise<string[]> {
  await tab.addScriptTag({ path: axe });
  return await tab.evaluate(
    `axe.run(document, { runOnly: { type: "tag", values: ${JSON.stringify(tags)} } }).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
        id + ": " + help + ": " + target.join(" ") + ": " + failureSummary)))`,
  );
}

const desk = { width: 1_280, height: 800 };
const phone = { width: 390, height: 844 };

describe("the street page", () => {
  it.each([
    ["at night, on a desk", "2026-11-17T22:41:00+01:00", desk],
    ["at noon, on a desk", "2026-06-17T12:00:00+02:00", desk],
    ["at dusk, on a phone", "2026-11-17T17:00:00+01:00", phone],
  ] as const)(
    "has nothing that axe finds wrong %s, with a unit's panel open or not",
    async (_, at, viewport) => {
      await visit(at, viewport);
      expect(await violations()).toEqual([]);
      await tab.locator("[data-testid=unit][data-unit=lamp-01]").click();
      await tab.locator("#panel").waitFor();
      expect(await violations()).toEqual([]);
    },
  );

  it("is judged: a button without a name is found", async () => {
    await visit("2026-06-17T12:00:00+02:00", desk);
    await tab.evaluate(`document.querySelector("main, body").append(document.createElement("button"))`);
    expect(await violations()).toEqual([expect.stringMatching(/^button-name/)]);
  });
});
