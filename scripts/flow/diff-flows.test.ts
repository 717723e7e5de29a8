import { describe, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import { diffFlows, diffWords } from "./diff-flows.ts";
import type { FlowNode } from "./flow-file.ts";

const broker: FlowNode = { id: "b", type: "mqtt-broker", broker: "mqtt.example", port: "8883" };
const site: FlowNode = { id: "s", type: "plinth-site", broker: "b", site: "via-roma" };
const flow = (...nodes: object[]) => [broker, site, ...nodes] as FlowNode[];
const lamp = (more: object = {}) => ({ id: "l", type: "streetlight", site: "s", unit: "lamp-1", ...more });
const factory = streetlight.settings.holdTime!.schema.default;
const words = (before: FlowNode[], after: FlowNode[]) => diffWords(diffFlows(before, after)).split("\n");

describe("what a deploy changes", () => {
  it("is nothing where only the canvas changed, or a factory value is written out", () => {
    const before = flow(lamp({ x: 10, y: 10 }), { id: "d", type: "debug", x: 1, y: 1 });
    const after = flow(lamp({ x: 90, y: 20, holdTime: `${factory}` }), {
      id: "d",
      type: "debug",
      x: 5,
      y: 1,
    });
    expect(diffFlows(before, after)).toEqual({ units: [], unchanged: 1, otherNodes: 0 });
    expect(words(before, after)).toEqual(["1 unit as before"]);
  });

  it("is told per setting, with units of measure", () => {
    const profile = [
      { from: "sunset", level: 100 },
      { from: "22:00", level: 30 },
    ];
    const dimmed = [
      { from: "sunset", level: 100 },
      { from: "22:00", level: 20 },
      { from: "05:00", level: 60 },
    ];
    const before = flow(lamp({ holdTime: 60, profile, neighbours: ["lamp-2"] }));
    const after = flow(lamp({ holdTime: 90, profile: dimmed, neighbours: ["lamp-3"] }));
    expect(words(before, after)).toEqual([
      "lamp-1 (streetlight, via-roma)",
      "  Dimming profile: 22:00 30 % → 20 %",
      "  Dimming profile: 05:00 60 % added",
      "  Hold time: 60 s → 90 s",
      "  Neighbours: lamp-2 taken out",
      "  Neighbours: lamp-3 added",
    ]);
  });

  it("names a unit that is set from now on, with what differs from the factory", () => {
    expect(words(flow(), flow(lamp({ holdTime: 90 })))).toEqual([
      "lamp-1 (streetlight, via-roma) is set by this flow now, from the factory's settings on:",
      `  Hold time: ${factory} s → 90 s`,
    ]);
  });

  it("names a unit that nobody sets any more: switched off counts as taken out", () => {
    const gone = "lamp-1 (streetlight, via-roma) is set by this flow no more: it keeps its last settings";
    expect(words(flow(lamp()), flow())[0]).toBe(gone);
    expect(words(flow(lamp()), flow(lamp({ d: true })))[0]).toBe(gone);
  });

  it("tells rows of a week that came and went, and rows in another order", () => {
    const row = (from: string, activity: string) => ({
      days: ["mon", "tue"],
      from,
      to: "20:00",
      spaces: "all",
      activity,
      userClasses: "",
      maxStay: 30,
      rate: 0,
    });
    const curb = (policy: object[]) => flow({ id: "c", type: "curb", site: "s", unit: "curb-1", policy });
    const rows = [row("06:00", "loading"), row("10:00", "parking")];
    expect(words(curb(rows), curb([rows[0]!, row("12:00", "stopping")])).slice(1, 3)).toEqual([
      expect.stringMatching(/mon tue 10:00 to 20:00 all parking, .*30 min.* taken out$/),
      expect.stringMatching(/mon tue 12:00 to 20:00 all stopping, .*30 min.* added$/),
    ]);
    expect(words(curb(rows), curb(rows.toReversed()))[1]).toMatch(/: in another order$/);
  });

  it("tells another broker, another kind, and other nodes that differ", () => {
    const moved = [{ ...broker, broker: "other.example" }, site, lamp()] as FlowNode[];
    expect(words(flow(lamp()), moved)).toEqual([
      "lamp-1 (streetlight, via-roma)",
      "  broker: mqtt.example:8883 → other.example:8883",
      "1 other node changed",
    ]);
    const bench = flow({ id: "l", type: "bench", site: "s", unit: "lamp-1" });
    expect(words(flow(lamp()), bench)[0]).toContain("(bench, via-roma) is asked for as another kind");
  });
});
