import { describe, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { Permit } from "#devices/permit.ts";
import { readScenario, type Scenario } from "#sim/scenario/scenario.ts";
import type { Summary } from "#sim/scenario/summary.ts";
import type { InProcess } from "#sim/street/in-process.ts";
import { LampLog } from "./lamp-log.ts";
import { live, ofLights, poles, unmet } from "./living.ts";

/** The judges must be able to say no: streets on which something is badly wrong. */
const dusk = (faults: readonly string[] = []) =>
  readScenario(
    [
      "scenario: dusk",
      "title: Dusk",
      "seed: 1",
      "start: 2025-12-21 16:10",
      "duration: 2 h",
      "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
      "street: { peoplePerHourPeak: 120, furniture: [{ kind: streetlight, units: 2, spacing: 30 }] }",
      `faults: [${faults.map((fault) => `{ ${fault} }`).join(", ")}]`,
      "expect:",
      "  streetlight.longestDarkSeconds: { max: 2 }",
      "  records.lost: { max: 0 }",
      "  records.waiting: { max: 0 }",
      "  streetlight.presence.missedShare: { max: 0.1 }",
      "  streetlight.presence.falseSeconds: { max: 1000 }",
    ].join("\n"),
    "dusk.yaml",
  );

const unmetPaths = (summary: Summary) => unmet(summary).map(({ path }) => path);

const withDeclaration = (scenario: Scenario, declaration: Furniture): Scenario => ({
  ...scenario,
  units: scenario.units.map((unit) => ({ ...unit, declaration })),
});

/** Seconds with less than 10 lx of daylight and no light of the lamp, on a grid of a second. */
function darkSecondsOf(scenario: Scenario, log: LampLog, lux: (atMs: number) => number): number {
  let dark = 0;
  const endMs = scenario.startUnixMs + scenario.durationMs;
  for (let atMs = scenario.startUnixMs; atMs < endMs; atMs += 1_000)
    if (lux(atMs) < 10 && log.levelAt(atMs) === 0) dark++;
  return dark;
}

describe("the judges of a street", () => {
  it("are content when nothing is wrong", async () => {
    const { summary } = await live(await dusk());
    expect(unmetPaths(summary)).toEqual([]);
    expect(ofLights(summary, "darkSeconds")).toBe(0);
  });

  it("see a controller that turns the lamp off at night", async () => {
    const off = { value: 0, reason: { code: "thrift", text: "light costs money" } };
    const { lamp } = streetlight.actuators;
    const controller = { ...lamp!.controller, decide: (state: unknown) => ({ state, target: off }) };
    const thrifty: Furniture = {
      ...streetlight,
      actuators: { lamp: { ...lamp!, controller, permit: new Permit({ inputs: [], allow: (any) => any }) } },
    };
    const scenario = withDeclaration(await dusk(), thrifty);
    const logs: LampLog[] = [];
    const { street, summary } = await live(scenario, 1, (laidOut) => {
      for (const unit of laidOut.units) logs.push(new LampLog(laidOut, unit));
    });
    expect(unmetPaths(summary)).toEqual(["streetlight.longestDarkSeconds"]);
    const dark = logs.reduce((sum, log) => sum + darkSecondsOf(scenario, log, street.world.daylightLux), 0);
    expect(dark).toBeGreaterThan(3_000);
    // Daylight is looked at every ten seconds, for two lamps.
    expect(Math.abs(ofLights(summary, "darkSeconds") - dark)).toBeLessThanOrEqual(2 * 11);
  });

  it("see a lamp that is stuck dark", async () => {
    const { summary } = await live(await dusk(['at: "16:20", unit: lamp-01, role: lamp, fault: stick']));
    expect(unmetPaths(summary)).toEqual(["streetlight.longestDarkSeconds"]);
    expect(ofLights(summary, "longestDarkSeconds")).toBe(ofLights(summary, "darkSeconds"));
    expect(ofLights(summary, "longestDarkSeconds")).toBeGreaterThan(1_500);
  });

  it("miss the records of an outbox whose medium was wiped", async () => {
    const scenario = await dusk([
      'at: "16:30", for: 1 h, fault: broker-away',
      'at: "17:00", unit: lamp-02, fault: kill',
    ]);
    let wiped = 0;
    const { summary } = await live(scenario, 1, (laidOut) => {
      const { store } = laidOut.unit("lamp-02").host as InProcess;
      laidOut.loop.at(scenario.startUnixMs + 50 * 60_000 + 1_000, () => {
        for (const name of store.names()) {
          store.remove(name);
          wiped++;
        }
      });
    });
    expect(wiped).toBeGreaterThan(0);
    expect(unmetPaths(summary)).toEqual(["records.lost"]);
  });

  it("tell what waits from what is lost", async () => {
    const { street, summary } = await live(await dusk(['at: "16:30", fault: broker-away']));
    expect(unmetPaths(summary)).toEqual(["records.waiting"]);
    const waiting = street.units.reduce((sum, unit) => sum + unit.snapshot!.records!.waiting!, 0);
    expect(summary.records.waiting).toBe(waiting);
  });

  it("count what waits at a unit that is dead in the end", async () => {
    const { summary } = await live(
      await dusk(['at: "16:30", fault: broker-away', 'at: "17:30", for: 2 h, unit: lamp-01, fault: kill']),
    );
    expect(unmetPaths(summary)).toContain("records.waiting");
    expect(summary.records.lost).toBe(0);
  });

  it("see that nobody is seen", async () => {
    const unplugged = ["motion", "radar"].flatMap((role) =>
      [1, 2].map((unit) => `at: "16:11", unit: lamp-0${unit}, role: ${role}, fault: stick`),
    );
    const { summary } = await live(await dusk(unplugged));
    expect(unmetPaths(summary)).toEqual(["streetlight.presence.missedShare"]);
  });

  it("see somebody seen where nobody is", async () => {
    const { summary } = await live(
      await dusk(['at: "16:11", unit: lamp-01, role: motion, channel: presence, by: 1, fault: drift']),
    );
    expect(unmetPaths(summary)).toContain("streetlight.presence.falseSeconds");
  });

  it("do not let a unit that died while somebody was there see those who came after", async () => {
    const scenario = await dusk();
    const { summary } = await live(scenario, 1, (street) => {
      const [{ unit, site }] = poles(street) as [ReturnType<typeof poles>[number]];
      const stays = site.motionZone.between(scenario.startUnixMs + 600_000, scenario.startUnixMs + 3_600_000);
      const stay = stays.find(({ enterMs, leaveMs }) => leaveMs - enterMs > 8_000)!;
      street.loop.at(stay.enterMs + 6_000, () => unit.kill(5_000_000));
    });
    expect(unmetPaths(summary)).toContain("streetlight.presence.missedShare");
  });
});
