import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { launchBrowser } from "#scripts/browser.ts";
import { languages } from "#scripts/bundle/locales.ts";
import type { FlowNode } from "#sim/node-red.ts";
import { City } from "#test/node-red/city.ts";
import { type } from "#test/node-red/typing.ts";
import { complaintsOf } from "./complaints.ts";

/** The package in a browser whose reader has another language than English. */
const wait = { timeout: 20_000, interval: 50 };
const kinds = Object.keys(catalogue);
const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(kinds.map((kind) => [kind, kind])),
  in: "furniture in",
  command: "furniture command",
};
const sets = Object.keys(types);
const trayPx = 500;

/** Factory values of a kind's lists; its numbers are left out, so that the form has something to refuse. */
const listsOf = (kind: string) =>
  Object.fromEntries(
    Object.entries(Object.values(catalogue).find((one) => one.kind === kind)!.settings)
      .map(([name, { schema }]) => [name, schema.default as unknown] as const)
      .filter(([, value]) => Array.isArray(value)),
  );

let city: City;
let browser: Browser;
beforeAll(async () => {
  city = await City.start();
  browser = await launchBrowser();
  const node = (set: string, index: number) => ({
    ...{ id: `the-${set}`, z: "tab", type: types[set]!, name: "", site: "site", wires: [[]] },
    ...{ x: 200, y: 60 + 60 * index },
    ...(kinds.includes(set)
      ? { unit: `${set}-1`, ...listsOf(set) }
      : { kind: "bench", unit: "", tells: "", number: "" }),
    ...(set === "command" ? { command: "setPort", args: {}, timeToLive: 30 } : {}),
  });
  const tab: FlowNode = { id: "tab", type: "tab", label: "Test" };
  await city.deploy([tab, city.brokerNode, city.siteNode, ...sets.map(node)]);
});
afterAll(async () => {
  await browser?.close();
  await city?.close();
});

/** Every text below a catalogue. */
const textsOf = (texts: unknown): string[] =>
  typeof texts === "string" ? [texts] : Object.values(texts as object).flatMap(textsOf);

/** Codes that stand in a form as they are: on the wire, in a standard, or typed by a person. */
const codes = [
  /\b(lamp|bench|curb|floor|streetlight|via)-(1|2|3|roma)\b/g,
  /\b(EUR|CHF|GBP|USD|SEK|NOK|DKK|PLN|CZK|[MCP]\d)\b/g,
  /%RH|\b(kWh|Wh|W|F|kPa|hPa|lx|mV|V|A|°C|mm|m|s|h|min|d|vis|W\/m²)\b|°C|%/g,
  /\b(sunset|sunrise)\b/g,
  /\b[a-z]+\d?[A-Z]\w*|\b(ember|all)\b/g,
];

/** What is left of a text once everything is taken away that a catalogue or a code accounts for. */
function unaccounted(text: string, known: readonly string[]): string {
  const fragments = [...new Set(known.flatMap((one) => one.split(/__\w+?__/)).map((one) => one.trim()))]
    .filter((fragment) => fragment.length > 0)
    .sort((a, b) => b.length - a.length);
  const without = (left: string, parts: readonly (string | RegExp)[]) =>
    parts.reduce<string>((rest, part) => rest.replaceAll(part, " "), left);
  const rest = without(without(text, fragments), codes);
  return /\p{L}/u.test(rest) ? without(without(text, codes), fragments) : rest;
}

/** What a reader of a form sees and hears, but for what Node-RED itself puts there. */
const readable = (page: Page) =>
  page.locator(".plinth-form").evaluate((form) => {
    const own = (element: { closest(selector: string): unknown } | null) =>
      !element?.closest("style, [for='node-input-name'], #node-input-name, [id^='node-input-site']") &&
      !element?.closest(".red-ui-editor-node-input-site");
    const walker = form.ownerDocument.createTreeWalker(form, 4);
    const texts: string[] = [];
    while (walker.nextNode())
      if (own(walker.currentNode.parentElement)) texts.push(walker.currentNode.textContent ?? "");
    for (const element of form.querySelectorAll("*"))
      for (const name of ["placeholder", "title", "aria-label", "label"])
        if (own(element) && element.hasAttribute(name)) texts.push(element.getAttribute(name) ?? "");
    return texts.map((text) => text.trim()).filter((text) => text !== "");
  });

/** Labels and texts that stand out of the form, or out of themselves. */
const overflowing = (page: Page) =>
  page.locator(".plinth-form").evaluate((form) => {
    const edge = form.getBoundingClientRect().right;
    return [...form.querySelectorAll("label, legend, summary, .plinth-title, .plinth-help, .plinth-range")]
      .filter((element) => element.getClientRects().length > 0)
      .filter(
        (element) =>
          element.getBoundingClientRect().right > edge + 1 || element.scrollWidth > element.clientWidth + 1,
      )
      .filter((element) => !element.closest(".plinth-days, .plinth-rows"))
      .map((element) => element.textContent?.trim() ?? "");
  });

describe.each(languages)("for a reader of %s", (language) => {
  let page: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    const context = await browser.newContext({ locale: language, viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    complaints = complaintsOf(page);
    await page.goto(city.red.url);
  });
  afterAll(async () => {
    await page?.context().close();
    expect(complaints).toEqual([]);
  });

  const texts = async (set: string) =>
    (await city.get(`locales/@plinth/node-red/${set}?lng=${language}`)) as Record<string, unknown>;
  const open = async (set: string) => {
    await page.locator(`[id="the-${set}"]`).dblclick();
    await page.locator(".plinth-form #node-input-site").waitFor();
  };
  const cancel = async () => {
    await page.locator("#node-dialog-cancel").click();
    await page.locator(".plinth-form").waitFor({ state: "detached" });
  };

  it.each(sets)("the form of %s has nothing that its catalogue does not account for", async (set) => {
    const known = textsOf(await texts(set));
    const { form } = (await texts(set)) as { form: { addRow?: string } };
    await open(set);
    if (form.addRow)
      for (const button of await page.locator(".plinth-table button", { hasText: form.addRow }).all())
        await button.click();
    const seen = await readable(page);
    await cancel();
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.filter((text) => /\p{L}/u.test(unaccounted(text, known)))).toEqual([]);
  });

  it.each(sets)(`the labels of %s stay within a tray of ${trayPx} px`, async (set) => {
    await open(set);
    await page.locator(".plinth-advanced").evaluateAll((all) => {
      for (const folded of all) folded.setAttribute("open", "");
    });
    await page.locator(".plinth-form").evaluate((form, width) => {
      form.style.width = `${width}px`;
      form.style.minWidth = "0";
    }, trayPx - 40);
    const found = await overflowing(page);
    await cancel();
    expect(found).toEqual([]);
  });

  it.each(sets)("the palette and the help of %s are in it", async (set) => {
    const { palette } = (await texts(set)) as { palette: { node: string; label: Record<string, string> } };
    const inPalette = page.locator(`.red-ui-palette-node[data-palette-type="${types[set]}"]`);
    expect((await inPalette.innerText()).replace(/\s+/g, " ")).toBe(palette.node);
    expect(await page.locator("#red-ui-palette-header-street_furniture").innerText()).toContain(
      palette.label.street_furniture,
    );
    const shown = await page.evaluate<string>(`RED.nodes.getNodeHelp("${types[set]}")`);
    expect(shown).toContain(`<h3>${{ it: "Dettagli", "zh-CN": "详细说明" }[language]}</h3>`);
    expect(shown).not.toContain("<h3>Details</h3>");
  });

  it("the palette's category is in it whenever it can be seen, and where a subflow chooses one", async () => {
    const fresh = await page.context().newPage();
    // Each frame that is painted, from the first one on.
    await fresh.addInitScript(`
      const seen = window.plinthSeen = new Set();
      const look = () => {
        const header = document.querySelector("#red-ui-palette-header-street_furniture");
        if (header?.checkVisibility()) seen.add(header.innerText.trim());
        requestAnimationFrame(look);
      };
      look();`);
    await fresh.goto(city.red.url);
    await fresh.locator('.red-ui-palette-node[data-palette-type="streetlight"]').waitFor();
    await fresh.locator("#red-ui-loading-progress").waitFor({ state: "hidden" });
    const { palette } = (await texts("streetlight")) as { palette: { label: Record<string, string> } };
    const label = palette.label.street_furniture!;
    await expect.poll(() => fresh.evaluate<string[]>("[...plinthSeen]"), wait).toEqual([label]);
    await fresh.evaluate(`
      RED.actions.invoke("core:create-subflow");
      RED.editor.editSubflow(RED.nodes.subflow(RED.workspaces.active()));`);
    const offered = fresh.locator("#subflow-appearance-input-category option[value='street furniture']");
    await expect.poll(() => offered.allInnerTexts(), wait).toEqual([label]);
    await fresh.close();
  });

  it("a refused value is told in it", async () => {
    const said = {
      it: "Tempo di mantenimento vale 3; atteso: da 5 a 1800 s",
      "zh-CN": "保持时间 当前为 3，应为 5 至 1800 s",
    }[language];
    await open("streetlight");
    const field = page.locator("#node-input-holdTime");
    await type(field, "3");
    const balloon = page.locator(".red-ui-popover");
    const told = async () => {
      // What stands in the balloon is what was wrong when the pointer came, and this field was empty.
      await page.mouse.move(0, 0);
      await balloon.first().waitFor({ state: "detached", timeout: 3_000 });
      await field.hover();
      await balloon.first().waitFor({ timeout: 3_000 });
      return balloon.allInnerTexts();
    };
    await expect.poll(told, wait).toContainEqual(expect.stringContaining(said));
    await cancel();
  });
});

it.each([
  [
    "it_IT.UTF-8",
    "nessuna unità scelta",
    "rifiutato: Tempo di mantenimento: vale 3",
    "in attesa: unità sconosciuta",
  ],
  ["zh_CN.UTF-8", "未选择设备", "被拒绝：保持时间：当前为 3", "等待中：未知设备"],
])(
  "what stands under a node is in the language of Node-RED's own process: %s",
  async (locale, ...expected) => {
    const before = process.env.LC_ALL;
    process.env.LC_ALL = locale;
    const abroad = await City.start();
    if (before === undefined) delete process.env.LC_ALL;
    else process.env.LC_ALL = before;
    try {
      const at = { z: "tab", x: 200, y: 100, name: "", site: "site", wires: [[]] };
      await abroad.deploy([
        { id: "tab", type: "tab", label: "Test" },
        abroad.brokerNode,
        abroad.siteNode,
        { ...at, id: "nobody", type: "bench", unit: "" },
        { ...at, id: "short", type: "streetlight", unit: "lamp-1", holdTime: "3" },
        { ...at, id: "unknown", type: "floor", unit: "floor-9" },
      ]);
      const texts = () => ["nobody", "short", "unknown"].map((id) => abroad.shown(id)?.text);
      await expect.poll(texts, wait).toEqual(expected);
    } finally {
      await abroad.close();
    }
  },
);
