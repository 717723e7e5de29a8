import { createRequire } from "node:module";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bench, curb, floor, streetlight } from "#devices/furniture/index.ts";
import { factorySettings } from "#devices/furniture/vocabulary.ts";
import type { DesiredSettings } from "#devices/wire.ts";
import { launchBrowser } from "#scripts/browser.ts";
import type { FlowNode } from "#sim/node-red.ts";
import { City } from "#test/node-red/city.ts";
import { type } from "#test/node-red/typing.ts";
import { complaintsOf } from "./complaints.ts";

/** The pictures of the forms, by mouse and by keys, in a real Node-RED; and what then stands at the broker. */
const wait = { timeout: 20_000, interval: 50 };
const kinds = [streetlight, bench, floor, curb];

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

const profile = [
  { from: "sunset+00:30", level: 70 },
  { from: "22:00", level: 50 },
  { from: "00:00", level: 40 },
  { from: "05:30", level: 60 },
];
const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const workdays = everyDay.slice(0, 5);
const rule = (days: readonly string[], from: string, to: string, activity: string) => ({
  ...{ days, from, to, spaces: "all", activity, userClasses: "", maxStay: 0, rate: 0 },
});
const policy = [
  rule(workdays, "06:00", "10:00", "loading"),
  rule(workdays, "08:00", "20:00", "parking"),
  rule(["sun"], "22:00", "02:00", "no stopping"),
];
const set: Readonly<Record<string, object>> = { streetlight: { profile }, curb: { policy } };

beforeEach(async () => {
  await city.clear();
  await city.deploy([
    { id: "tab", type: "tab", label: "Test" },
    city.brokerNode,
    city.siteNode,
    ...kinds.map((declaration, index) => ({
      ...factorySettings(declaration),
      ...set[declaration.kind],
      ...{ id: declaration.kind, type: declaration.kind, z: "tab", x: 200, y: 80 * (index + 1), wires: [[]] },
      ...{ name: "", site: "site", unit: `${declaration.kind}-1` },
    })),
  ]);
  await expect.poll(() => desired("curb", "policy"), wait).toEqual(policy);
  page = await browser.newPage({ viewport: { width: 1280, height: 1400 }, hasTouch: true });
  complaints = complaintsOf(page);
  await page.goto(city.red.url);
});
afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const desired = (kind: string, setting: string) =>
  (city.last(`plinth/via-roma/${kind}-1/settings/desired`) as DesiredSettings | undefined)?.settings[setting];

async function open(kind: string): Promise<void> {
  await page.locator(`[id="${kind}"]`).dblclick();
  await page.locator("#node-input-unit").waitFor();
  await page.locator(".red-ui-tray-body").waitFor();
  // The tray slides in: what is in it stands where it will stay when its place no longer changes.
  const left = () => page.locator(".red-ui-tray").evaluate((tray) => tray.getBoundingClientRect().left);
  let before = Number.NaN;
  const rests = async () => {
    const now = await left();
    const isSame = now === before;
    before = now;
    return isSame;
  };
  await expect.poll(rests, { timeout: 20_000, interval: 200 }).toBe(true);
}
async function done(): Promise<void> {
  await page.locator("#node-dialog-ok").click();
  await page.locator("#node-input-unit").waitFor({ state: "detached" });
}
const deploy = () => page.locator("#red-ui-header-button-deploy").click();

/** What the editor would export of a node. */
const exported = (id: string) =>
  page.evaluate((node) => {
    const { nodes } = (globalThis as unknown as { RED: { nodes: Editor } }).RED;
    const [found] = nodes.createExportableNodeSet([nodes.node(node)]);
    return found;
  }, id);
interface Editor {
  node(id: string): unknown;
  createExportableNodeSet(nodes: readonly unknown[]): readonly FlowNode[];
}

const boxOf = async (place: Locator) => {
  const box = await place.boundingBox();
  if (!box) throw new Error("not to be seen");
  return box;
};
const middleOf = async (place: Locator) => {
  const { x, y, width, height } = await boxOf(place);
  return { x: x + width / 2, y: y + height / 2 };
};
async function drag(what: Locator, { x = 0, y = 0 }): Promise<void> {
  const from = await middleOf(what);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (const part of [0.3, 0.7, 1]) await page.mouse.move(from.x + x * part, from.y + y * part);
  await page.mouse.up();
}
describe("the dimming profile", () => {
  const points = () => page.locator(".plinth-point");
  const labels = () => points().evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  const times = () => page.locator(".plinth-points input[type=text]");
  const levels = () => page.locator(".plinth-points input[type=number]");
  /** CSS pixels of a minute and of a percent, measured at two points of the profile. */
  async function scale() {
    const [late, midnight] = [await middleOf(points().nth(1)), await middleOf(points().nth(2))];
    return { minute: (midnight.x - late.x) / 120, percent: (midnight.y - late.y) / -10 };
  }

  it("is dragged, added to and thinned by mouse, and the table follows", async () => {
    await open("streetlight");
    const { minute, percent } = await scale();
    await drag(points().nth(1), { x: 61 * minute, y: 21 * percent });
    expect(await labels()).toContain("23:00, 70 %, point 2 of 4");
    expect(await times().nth(1).inputValue()).toBe("23:00");
    expect(await levels().nth(1).inputValue()).toBe("70");

    await drag(points().nth(0), { x: 45 * minute });
    expect(await times().nth(0).inputValue()).toBe("sunset+01:15");

    const midnight = await middleOf(points().nth(2));
    await page.mouse.dblclick(midnight.x + 180 * minute, midnight.y - 20 * percent);
    expect(await labels()).toContain("03:00, 20 %, point 5 of 5");
    await drag(points().nth(3), { y: 200 });
    expect(await points().count()).toBe(4);

    await done();
    const expected = [
      { from: "sunset+01:15", level: 70 },
      { from: "23:00", level: 70 },
      { from: "00:00", level: 40 },
      { from: "03:00", level: 20 },
    ];
    expect(await exported("streetlight")).toMatchObject({ profile: expected });
    await deploy();
    await expect.poll(() => desired("streetlight", "profile"), wait).toEqual(expected);
  });

  it("is dragged by a finger, level and time at once", async () => {
    await open("streetlight");
    const { minute, percent } = await scale();
    const { x, y } = await middleOf(points().nth(1));
    const finger = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove", part: number) =>
      finger.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: [{ x: x + part * 30 * minute, y: y + part * 30 * percent }],
      });
    await touch("touchStart", 0);
    for (const part of [0.3, 0.7, 1]) await touch("touchMove", part);
    await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    expect(await labels()).toContain("22:30, 80 %, point 2 of 4");
    await done();
    expect(await exported("streetlight")).toMatchObject({
      profile: [profile[0], { from: "22:30", level: 80 }, ...profile.slice(2)],
    });
  });

  it("is moved, added to and thinned by keys alone", async () => {
    await open("streetlight");
    await times().nth(0).focus();
    await points().nth(0).focus();
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("22:00, 50 %, point 2 of 4");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("23:05, 39 %, point 2 of 4");
    await page.keyboard.press("Insert");
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("23:35, 39 %, point 3 of 5");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator(":focus").getAttribute("aria-valuetext")).toBe("sunset+00:25, 70 %");
    await page.keyboard.press("Delete");
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("23:05, 39 %, point 1 of 4");
    await done();
    const expected = [{ from: "23:05", level: 39 }, { from: "23:35", level: 39 }, ...profile.slice(2)];
    expect(await exported("streetlight")).toMatchObject({ profile: expected });
    await deploy();
    await expect.poll(() => desired("streetlight", "profile"), wait).toEqual(expected);
  });

  it("follows its table, and keeps its last point", async () => {
    await open("streetlight");
    await type(times().nth(3), "sunrise-01:00");
    await type(levels().nth(3), "12.5");
    expect(await labels()).toContain("sunrise-01:00, 12.5 %, point 4 of 4");
    await points().nth(0).focus();
    for (let left = 4; left > 1; left--) await page.keyboard.press("Delete");
    await page.keyboard.press("Delete");
    expect(await labels()).toEqual(["sunrise-01:00, 12.5 %, point 1 of 1"]);
  });
});

describe("the week of a kerb's policies", () => {
  const block = (row: number, began: string, day = began) =>
    page.locator(`[data-day="${day}"] .plinth-block[data-row="${row}"][data-began="${began}"]`);
  const line = (day: string) => page.locator(`[data-day="${day}"]`);
  const focused = () => page.locator(":focus");
  const hourOf = async () => (await boxOf(line("mon"))).width / 24;

  it("shows each row on its days, over midnight too, and which row goes first", async () => {
    await open("curb");
    for (const day of workdays) expect(await block(0, day).isVisible()).toBe(true);
    expect(await block(0, "sat").count()).toBe(0);
    expect(await block(2, "sun").isVisible()).toBe(true);
    expect(await block(2, "sun", "mon").isVisible()).toBe(true);
    expect(await block(1, "mon").locator(".plinth-lost").count()).toBe(1);
    const hour = await hourOf();
    const lost = await boxOf(block(1, "mon").locator(".plinth-lost"));
    expect(lost.width / hour).toBeCloseTo(2, 1);
    expect(await block(0, "mon").locator(".plinth-lost").count()).toBe(0);

    await page.locator(".plinth-rows [title='Move up']").nth(1).click();
    expect(await block(1, "mon").getAttribute("title")).toContain("Row 2: loading");
    expect(await block(0, "mon").locator(".plinth-lost").count()).toBe(0);
    expect(await block(1, "mon").locator(".plinth-lost").count()).toBe(1);
  });

  it("has its blocks dragged by edge and whole, and is added to by a click", async () => {
    await open("curb");
    const hour = await hourOf();
    await drag(block(0, "tue").locator("[data-hold=to]"), { x: -2 * hour });
    await drag(block(0, "wed").locator("[data-hold=from]"), { x: hour });
    const table = page.locator(".plinth-rows tbody tr");
    expect(await table.nth(0).locator(".plinth-time").nth(0).inputValue()).toBe("07:00");
    expect(await table.nth(0).locator(".plinth-time").nth(1).inputValue()).toBe("08:00");

    const { height } = await boxOf(line("fri"));
    await drag(block(1, "fri"), { x: hour, y: height + 2 });
    const saturday = await boxOf(line("sat"));
    await page.mouse.click(saturday.x + 3.2 * hour, saturday.y + 10);
    expect(await focused().getAttribute("aria-label")).toBe("Row 4: no stopping, Sa 03:00 to 05:00");

    await done();
    const expected = [
      rule(workdays, "07:00", "08:00", "loading"),
      rule([...workdays.slice(0, 4), "sat"], "09:00", "21:00", "parking"),
      policy[2],
      rule(["sat"], "03:00", "05:00", "no stopping"),
    ];
    expect(await exported("curb")).toMatchObject({ policy: expected });
    await deploy();
    await expect.poll(() => desired("curb", "policy"), wait).toEqual(expected);
  });

  it("is edited by keys alone", async () => {
    await open("curb");
    await block(0, "mon").focus();
    await page.keyboard.press("Tab");
    expect(await focused().getAttribute("aria-label")).toBe("Row 1, from");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowLeft");
    expect(await focused().getAttribute("aria-valuetext")).toBe("06:55");
    await page.keyboard.press("Tab");
    expect(await focused().getAttribute("aria-label")).toBe("Row 1, to");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Tab");
    expect(await focused().getAttribute("aria-label")).toBe("Row 2: parking, Mo Tu We Th Fr 08:00 to 20:00");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    expect(await focused().getAttribute("aria-label")).toBe("Row 2: parking, Tu We Th Fr Sa 08:05 to 20:05");
    await page.keyboard.press("Insert");
    expect(await focused().getAttribute("aria-label")).toBe("Row 3: parking, Tu We Th Fr Sa 20:00 to 22:00");
    await block(3, "sun", "mon").locator("[data-hold=to]").focus();
    await page.keyboard.press("Shift+ArrowRight");
    expect(await focused().getAttribute("aria-valuetext")).toBe("03:00");
    expect(await block(3, "sun").getAttribute("aria-label")).toContain("Su 22:00 to 03:00");
    await block(3, "sun").focus();
    await page.keyboard.press("Delete");
    await done();
    const late = ["tue", "wed", "thu", "fri", "sat"];
    const expected = [
      rule(workdays, "06:55", "10:05", "loading"),
      rule(late, "08:05", "20:05", "parking"),
      rule(late, "20:00", "22:00", "parking"),
    ];
    expect(await exported("curb")).toMatchObject({ policy: expected });
    await deploy();
    await expect.poll(() => desired("curb", "policy"), wait).toEqual(expected);
  });
});

describe("what is out of range", () => {
  const said = (setting: string) => page.locator(`#plinth-problem-${setting}`).innerText();

  it.each([
    [
      "streetlight",
      "minimumLevel",
      "#node-input-minimumLevel",
      "0",
      "Minimum level: is 0, expected 1 to 100 %",
    ],
    [
      "streetlight",
      "profile",
      ".plinth-points input[type=number] >> nth=1",
      "101",
      "entry 2, Level: is 101, expected 0 to 100",
    ],
    [
      "streetlight",
      "neighbours",
      "#plinth-input-neighbours",
      "Lamp!",
      'entry 1: is "Lamp!", expected lower-case letters',
    ],
    ["bench", "cards", "#plinth-input-cards", "123", 'entry 1: is "123", expected 12 hexadecimal digits'],
    [
      "curb",
      "policy",
      ".plinth-rows .plinth-time >> nth=3",
      "25:00",
      'entry 2, To: is "25:00", expected a local time',
    ],
    [
      "curb",
      "policy",
      ".plinth-rows .plinth-number >> nth=0",
      "-1",
      "entry 1, Longest stay, 0 for any: is -1, expected 0 to 10080 min",
    ],
  ] as const)(
    "of a %s's %s is marked and told as it is typed, and the node is invalid",
    async (kind, setting, field, text, words) => {
      await open(kind);
      const badge = page.locator(`[id="${kind}"] .red-ui-flow-node-error`);
      expect(await badge.isVisible()).toBe(false);
      const control = page.locator(field);
      const former = await control.inputValue();
      expect(await said(setting)).toBe("");
      await type(control, text);
      await expect.poll(() => control.getAttribute("class"), wait).toContain("input-error");
      expect(await said(setting)).toContain(words);
      await done();
      await expect.poll(() => badge.isVisible(), wait).toBe(true);
      await deploy();
      const warning = page.locator(".red-ui-notification");
      await expect
        .poll(() => warning.allInnerTexts(), wait)
        .toContainEqual(expect.stringContaining(`${kind}-1`));
      await warning.getByText("Cancel").click();

      await open(kind);
      await type(page.locator(field), former);
      expect(await said(setting)).toBe("");
      await done();
      await expect.poll(() => badge.isVisible(), wait).toBe(false);
    },
  );
});

it("leaves nodes of every kind unchanged that were only looked at", async () => {
  for (const { kind } of kinds) {
    await open(kind);
    await done();
    expect([kind, await page.locator("#red-ui-header-button-deploy").getAttribute("class")]).toEqual([
      kind,
      expect.stringContaining("disabled"),
    ]);
  }
});

describe("for everybody", () => {
  const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  interface Rule {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }
  interface Axe {
    run(
      place: string,
      options: object,
    ): Promise<{ readonly violations: readonly Rule[]; readonly passes: readonly Rule[] }>;
  }
  /** Of text in boxes that clip, as trays are, axe does not judge the contrast. */
  const unclip = `for (let box = document.querySelector(".plinth-form"); box; box = box.parentElement)
    box.style.overflow = "visible";`;

  /** What axe has against the open form, and what texts it found of enough contrast. */
  const judged = async () => {
    await page.evaluate(unclip);
    return await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: Axe };
      const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      const { violations, passes } = await axe.run(".plinth-form", { runOnly });
      return {
        violations: violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
        ),
        legible: passes
          .filter(({ id }) => id === "color-contrast")
          .flatMap(({ nodes }) => nodes.map(({ html }) => html)),
      };
    });
  };

  // Node-RED 5 brings a dark theme under this class; 4.1 has one look only.
  it.each(["", "nr-theme-dark"])("the forms have labels, roles and contrast (%s)", async (theme) => {
    // All of a form in its tray, so that each text is judged before the tray's own background.
    await page.setViewportSize({ width: 1280, height: 4_000 });
    await page.addScriptTag({ path: axePath });
    if (theme) await page.evaluate(`document.documentElement.classList.add("${theme}")`);
    for (const { kind } of kinds) {
      await open(kind);
      for (const summary of await page.locator(".plinth-advanced > summary").all()) await summary.click();
      const { violations, legible } = await judged();
      expect([kind, violations]).toEqual([kind, []]);
      expect(legible).toContainEqual(expect.stringContaining("plinth-help"));
      await page.locator("#node-dialog-cancel").click();
      await page.locator("#node-input-unit").waitFor({ state: "detached" });
    }
  });

  it("nothing hangs out of a tray, however wide it is", async () => {
    for (const { kind } of kinds) {
      await open(kind);
      for (const summary of await page.locator(".plinth-advanced > summary").all()) await summary.click();
      // What a tray of 500 pixels leaves, and what wider ones do.
      for (const width of [460, 740, 850, 980]) {
        const outside = await page.locator(".plinth-form").evaluate((form, px) => {
          form.style.width = `${px}px`;
          const { right } = form.getBoundingClientRect();
          return [...form.querySelectorAll("*")]
            .filter((one) => one.getBoundingClientRect().right > right + 1)
            .map((one) => one.outerHTML.slice(0, 100));
        }, width);
        expect([kind, width, outside]).toEqual([kind, width, []]);
      }
      await page.locator("#node-dialog-cancel").click();
      await page.locator("#node-input-unit").waitFor({ state: "detached" });
    }
  });
});
