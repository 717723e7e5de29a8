import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import { type FlightRecord, packRecord } from "#firmware/recorder/file.ts";
import { ignorant } from "#firmware/recorder/knowledge.ts";
import { Ring } from "#firmware/recorder/ring.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { recordedStreet } from "#test/recorder/recorded-street.ts";
import packageJson from "../../package.json" with { type: "json" };
import { main } from "../cli.ts";

/** What `plinth replay` and `plinth record-to-scenario` print for a person, of the record of one evening. */
const minutes = 60_000;
const nightMs = 12 * minutes;

let folder: string;
let record: FlightRecord;
let good: string;
let said: string[];
let warned: string[];

/** A file of that record, with something else in it. */
async function file(name: string, alter: (event: FlightEvent) => FlightEvent = (event) => event) {
  const ring = new Ring(64 << 20, () => ignorant);
  for (const event of record.head) ring.add(alter(event));
  const path = join(folder, name);
  await writeFile(path, await packRecord(record.header, ring.contents));
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-replay-"));
  const { live, record: made } = await recordedStreet("streetlight", {
    more: [
      "faults:",
      '  - { at: "16:13", for: 4 min, unit: lamp-01, role: climate, fault: unplug }',
      '  - { at: "16:18", for: 1 min, fault: broker-away }',
      'commands: [{ at: "16:15", unit: lamp-01, command: setLevel, args: { level: 30, duration: 120 } }]',
    ],
  });
  await live(20 * minutes);
  record = await made();
  good = await file("good.flight");
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  said = [];
  warned = [];
  vi.spyOn(console, "log").mockImplementation((text) => void said.push(text));
  vi.spyOn(console, "error").mockImplementation((text) => void warned.push(text));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const plinth = async (...args: string[]) => ({
  ...{ code: await main(args), text: said.join("\n"), warning: warned.join("\n") },
});

describe("plinth replay", () => {
  it("says of a record that nothing is different, and of what it is", async () => {
    const { code, text, warning } = await plinth("replay", good);
    const { site, unit } = record.header;
    const done = record.head.filter(({ kind }) => kind === "outcome" || kind === "published").length;
    expect([code, warning]).toEqual([0, ""]);
    expect(text.split("\n")).toEqual([
      `streetlight ${site}/${unit}, 20 min of its life, written for: test`,
      `  recorded by version test, played by ${packageJson.version}: a difference may be what was changed`,
      `  ${record.head.length} things passed, ${done} were done: no difference`,
    ]);
  });

  it("tells where the unit does something else, first of all the first, and fails", async () => {
    // The illuminance sensor, VEML7700 at 0x10, register ALS (04): darkest night from then on.
    const night = await file("night.flight", (event) =>
      event.subject === "i2c-1 10 w04 r2" && event.atMs >= nightMs
        ? { ...event, payload: Uint8Array.of(0, 0) }
        : event,
    );
    const { code, text, warning } = await plinth("replay", night);
    expect([code, warning]).toEqual([1, ""]);
    const [, , count, , heading, first, expected, came] = text.split("\n");
    expect(count).toMatch(/^ {2}\d+ things passed, \d+ were done: \d+ differences$/);
    expect(heading).toBe("  the first");
    // Twelve to fourteen minutes after the start at 16:10 in Turin, with what the unit took to see it.
    expect(first).toMatch(/^ {2}7[2-9]\d\.\d{3} s \(2025-12-21T15:2[2-4]:\d\d\.\d{3}Z\) {2}\S/);
    expect([expected, came]).toEqual([
      expect.stringMatching(/^ {6}expected {2}\S/),
      expect.stringMatching(/^ {6}came {6}\S/),
    ]);
    expect(text).toContain("\n  the first of each other place\n");
    said = [];
    const { text: all } = await plinth("replay", night, "--all");
    expect(all).toContain("\n  and then\n");
    expect(all.length).toBeGreaterThan(text.length);
  });

  it.each<[string, string[], RegExp]>([
    ["a file that is not there", ["/none.flight"], /^error: \/none\.flight cannot be read \(ENOENT\)/],
    [
      "a file that is no record",
      [import.meta.filename],
      /^error: .*replay\.test\.ts: it is no flight record/,
    ],
    ["a time that is none", ["x", "--tolerance", "soon"], /^error: --tolerance is soon\nGive a time such as/],
    ["a bundle that is none", ["", "--bundle", import.meta.filename], /^error: .* cannot be loaded/],
  ])("refuses %s", async (_, [path, ...more], words) => {
    const { code, text, warning } = await plinth("replay", path === "" ? good : path!, ...more);
    expect([code, text]).toEqual([2, ""]);
    expect(warning).toMatch(words);
  });
});

describe("plinth record-to-scenario", () => {
  it("prints a scenario, and beside it what is not in it", async () => {
    const torn = await file("torn.flight", (event) =>
      event.subject.endsWith("/command")
        ? { ...event, payload: Uint8Array.of(0, ...new TextEncoder().encode("{}")) }
        : event,
    );
    const { code, text, warning } = await plinth("record-to-scenario", torn);
    expect(code).toBe(0);
    const [title, comment] = text.split("\n");
    expect(title).toBe("# Made of a flight record by plinth record-to-scenario.");
    expect(comment).toMatch(
      /^# Not in it: a message at 2025-12-21 16:15:00\.\d{3} that is no command of a streetlight$/,
    );
    expect(warning).toBe(comment!.replace("# Not in it", "not in the scenario"));
    const { units, faults, commands } = await readScenario(text, "made.yaml");
    expect(units.map(({ config }) => config.unit)).toEqual(["lamp-01"]);
    expect(faults.map(({ verb }) => verb).sort()).toEqual(["broker-away", "unplug"]);
    expect(commands).toEqual([]);
  });

  it("writes it to a file, and then says nothing", async () => {
    const out = join(folder, "made.yaml");
    const { code, text, warning } = await plinth("record-to-scenario", good, "-o", out);
    expect([code, text, warning]).toEqual([0, "", ""]);
    const { commands } = await readScenario(await readFile(out, "utf8"), out);
    expect(commands).toMatchObject([{ command: "setLevel", args: { level: 30, duration: 120 } }]);
  });

  it("refuses a record that has no time of the day", async () => {
    const timeless = await file("timeless.flight", (event) =>
      event.kind === "wall" ? { ...event, kind: "edge", subject: "none" } : event,
    );
    const { code, warning } = await plinth("record-to-scenario", timeless);
    expect([code, warning]).toEqual([
      2,
      `error: ${timeless}: the unit did not know the time in this record: a scenario needs to begin at one`,
    ]);
  });
});
