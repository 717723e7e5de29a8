import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { curb } from "#devices/furniture/index.ts";
import { launchBrowser } from "#scripts/browser.ts";
import type { FlowNode } from "#sim/node-red.ts";
import { City } from "#test/node-red/city.ts";
import { type } from "#test/node-red/typing.ts";
import { complaintsOf } from "./complaints.ts";

/** The forms of the site, `furniture in` and `furniture command`, filled in as a person does. */
const wait = { timeout: 20_000, interval: 50 };

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

const at = (id: string, y: number) => ({ id, z: "tab", x: 300, y, name: "", wires: [[]] });
const flow = (): readonly FlowNode[] => [
  { id: "tab", type: "tab", label: "Test" },
  city.brokerNode,
  city.siteNode,
  { ...at("in", 100), type: "furniture in", site: "site", kind: "", unit: "", tells: "", number: "" },
  {
    ...at("command", 200),
    ...{ type: "furniture command", site: "site", kind: "streetlight", unit: "lamp-1" },
    ...{ command: "setLevel", args: { level: 40, duration: 60 }, timeToLive: 30 },
  },
];

beforeEach(async () => {
  await city.clear();
  for (const [site, unit, kind] of [
    ["via-roma", "lamp-1", "streetlight"],
    ["via-roma", "lamp-2", "streetlight"],
    ["via-roma", "kerb-1", "curb"],
    ["corso-italia", "bench-1", "bench"],
  ] as const)
    await city.say(site, unit, {
      description: { unit, site, kind, title: kind },
      status: { state: unit === "lamp-2" ? "offline" : "online" },
    });
  await city.deploy(flow());
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  complaints = complaintsOf(page);
  await page.goto(city.red.url);
});
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const open = async (id: string) => {
  await page.locator(`[id="${id}"]`).dblclick();
  await page.locator("#node-input-site").waitFor();
};
const done = async () => {
  await page.locator("#node-dialog-ok").click();
  await page.locator("#node-input-site").waitFor({ state: "detached" });
};
/** Deploys, and waits until the flow has a node as it is expected. */
async function deploys(id: string, expected: object): Promise<void> {
  const deploy = page.locator("#red-ui-header-button-deploy");
  await expect.poll(() => classOf(deploy), wait).not.toContain("disabled");
  await deploy.click();
  await expect.poll(() => nodeOf(id), wait).toMatchObject(expected);
}
const nodeOf = async (id: unknown) =>
  ((await city.get("flows")) as FlowNode[]).find((node) => node.id === id);
const classOf = async (field: Locator) => (await field.getAttribute("class")) ?? "";
const texts = (selector: string) => page.locator(selector).allInnerTexts();
const found = "#node-input-unit-found button";

it("lists the units of the site, of all kinds or the chosen one", async () => {
  await open("in");
  await page.locator("#node-input-unit-search").click();
  await expect.poll(() => page.locator(found).count(), wait).toBe(3);
  await page.locator("#node-input-kind").selectOption("curb");
  await page.locator("#node-input-unit-search").click();
  await expect.poll(() => page.locator(found).count(), wait).toBe(1);
  await page.locator(found).click();
  expect(await page.locator("#node-input-unit").inputValue()).toBe("kerb-1");
  await done();
  await deploys("in", { kind: "curb", unit: "kerb-1", tells: "" });
});

it("offers what the chosen kind tells, with units of measure, and asks which number is meant", async () => {
  await open("in");
  const tells = page.locator("#node-input-tells");
  const number = page.locator("#node-input-number");
  expect(await texts("#node-input-tells optgroup[label=Telemetry] option")).toContain("Air temperature (°C)");
  expect(await number.isVisible()).toBe(false);

  await page.locator("#node-input-kind").selectOption("curb");
  const offered = await texts("#node-input-tells option");
  expect(offered).not.toContain("Air temperature (°C)");
  expect(offered).toEqual(expect.arrayContaining(["Space # is occupied", "Overstay in space #"]));
  expect(offered.filter((text) => /space \d/i.test(text))).toEqual([]);

  await tells.selectOption("alarm:overstay#");
  await type(number, "99");
  await expect.poll(() => classOf(number), wait).toContain("input-error");
  expect(await page.locator("#plinth-number-range").innerText()).toBe(`1 to ${curb.size?.max}`);
  await type(number, "2");
  await expect.poll(() => classOf(number), wait).not.toContain("input-error");
  await done();
  await deploys("in", { kind: "curb", tells: "alarm:overstay#", number: "2" });

  await open("in");
  expect(await tells.inputValue()).toBe("alarm:overstay#");
  await page.locator("#node-input-kind").selectOption("streetlight");
  expect(await tells.inputValue()).toBe("");
  await done();
  await deploys("in", { kind: "streetlight", tells: "", number: "" });
});

it("asks for the arguments of the chosen command, and refuses what is out of range as it is typed", async () => {
  await open("command");
  const level = page.locator("#plinth-input-arg-level");
  expect(await level.inputValue()).toBe("40");
  await type(level, "120");
  expect(await classOf(level)).toContain("input-error");
  expect(await level.getAttribute("title")).toBe("0 to 100 %");
  await type(level, "85");
  expect(await classOf(level)).not.toContain("input-error");
  await type(page.locator("#plinth-input-arg-duration"), "");
  await type(page.locator("#node-input-timeToLive"), "0");
  await expect.poll(() => classOf(page.locator("#node-input-timeToLive")), wait).toContain("input-error");
  await type(page.locator("#node-input-timeToLive"), "5");
  await done();
  await deploys("command", { args: { level: 85 }, timeToLive: "5" });

  await open("command");
  await page.locator("#node-input-kind").selectOption("bench");
  expect(await page.locator("#node-input-command").inputValue()).toBe("resetPort");
  await page.locator("#plinth-input-arg-port").selectOption("usb1");
  await done();
  await deploys("command", {
    ...{ kind: "bench", command: "resetPort" },
    args: { port: "usb1" },
  });
});

it("takes a text for an argument, none for a command without, and names the record that is meant", async () => {
  await open("command");
  await page.locator("#node-input-command").selectOption("saveFlightRecord");
  expect(await page.locator("#plinth-input-args input, #plinth-input-args select").count()).toBe(0);
  await page.locator("#node-input-command").selectOption("sendFlightRecord");
  const file = page.locator("#plinth-input-arg-file");
  expect(await file.getAttribute("placeholder")).toBe("left out");
  await type(file, "settings");
  expect(await classOf(file)).toContain("input-error");
  await type(file, "record-000012-0001.flight");
  expect(await classOf(file)).not.toContain("input-error");
  await done();
  await deploys("command", {
    ...{ kind: "streetlight", command: "sendFlightRecord" },
    args: { file: "record-000012-0001.flight" },
  });
  await open("command");
  expect(await file.inputValue()).toBe("record-000012-0001.flight");
  await type(file, "");
  await done();
  await deploys("command", { command: "sendFlightRecord", args: {} });
});

it.each(["in", "command"])("leaves a %s node unchanged that was only looked at", async (id) => {
  await open(id);
  await done();
  const deploy = page.locator("#red-ui-header-button-deploy");
  expect(await deploy.getAttribute("class")).toContain("disabled");
});

it("lists the sites that are on the broker, and moves a node to another one", async () => {
  await open("in");
  await page.locator("#node-input-site").selectOption("_ADD_");
  await page.locator("#node-input-btn-site-add").click();
  await page.locator("#node-config-input-site-search").waitFor();
  await page.locator("#node-config-input-broker").selectOption("broker");
  await page.locator("#node-config-input-site-search").click();
  const sites = page.locator("#node-config-input-site-found button");
  await expect
    .poll(() => sites.allInnerTexts(), wait)
    .toEqual([
      expect.stringMatching(/corso-italia\s*1 units · 1 online/),
      expect.stringMatching(/via-roma\s*3 units · 2 online/),
    ]);
  await sites.first().click();
  expect(await page.locator("#node-config-input-site").inputValue()).toBe("corso-italia");
  await page.locator("#node-config-dialog-ok").click();
  await page.locator("#node-config-input-site").waitFor({ state: "detached" });
  const chosen = page.locator("#node-input-site option:checked");
  await expect.poll(() => chosen.innerText(), wait).toBe("corso-italia");
  await done();
  await deploys("in", { site: expect.not.stringMatching(/^site$/) });
  expect(await nodeOf((await nodeOf("in"))?.site)).toMatchObject({
    ...{ type: "plinth-site", broker: "broker", site: "corso-italia" },
  });
  await expect.poll(() => city.shown("in")?.text, wait).toContain("1 units");
});
