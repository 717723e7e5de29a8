import { systemClock } from "#firmware/ports/clock.ts";
import { liveInKernel } from "#sim/hil/time-travel/live-in-kernel.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { liveThrough } from "#sim/scenario/run.ts";
import { readStreet } from "#sim/scenario/unit-scenario.ts";
import { programsOf } from "../../hil/programs.ts";
import type { Aim, BenchmarkOptions, Row, Table } from "../benchmark.ts";
import { figureOf } from "../statistics.ts";

const clock = systemClock();
/** Noon in winter. */
const startUnixMs = Date.parse("2025-12-21T12:00:00Z");
const file = "unit.yaml";
const lamp = `
unit: lamp-01
site: bench
kind: streetlight
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
broker: { url: "mqtt://127.0.0.1:1883" }
`;
/** With the hours of virtual time that each lives under a kernel: a radar tells ten times a second. */
const lamps = {
  "without its radar": { text: `${lamp}parts: { radar: none }\n`, hours: 24 },
  "with its radar": { text: lamp, hours: 0.5 },
} as const;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** How fast a streetlight lives at each depth that is not in real time, and whether it lives the same again. */
export async function virtualDays(
  folder: string,
  { quick, say }: BenchmarkOptions,
): Promise<{ table: Table; aims: readonly Aim[] }> {
  const hours = quick ? 3 : 24;
  const rows: Row[] = [];
  for (const [which, { text }] of Object.entries(lamps)) {
    const runs: number[] = [];
    for (let run = 0; run < (quick ? 1 : 3); run++) runs.push(await inThisProcess(text, hours));
    rows.push({ subject: `virtual: a streetlight ${which}, ${hours} h`, figures: [figureOf(runs)] });
  }
  say("virtual days in this process");
  const { scenario } = await streetOf(lamp);
  const programs = await programsOf(scenario, folder);
  const aims: Aim[] = [];
  for (const [which, { text, hours: whole }] of Object.entries(lamps)) {
    const hours = quick ? 0.1 : whole;
    const lives = [await inTimeTravel(text, hours, programs), await inTimeTravel(text, hours, programs)];
    const figure = figureOf(lives.map(({ daysPerMinute }) => daysPerMinute));
    rows.push({ subject: `time travel: its bundle ${which}, ${hours} h`, figures: [figure] });
    aims.push(sameTwice(`${hours} h of a streetlight ${which}`, lives));
    if (hours === 24) aims.push(underAMinute(figure.median));
    say(`virtual days in time travel, ${which}`);
  }
  return { table: { title: "Virtual time", columns: ["virtual days per minute"], rows }, aims };
}

interface Life {
  readonly daysPerMinute: number;
  /** What the unit told, each with its millisecond. */
  readonly told: readonly string[];
}

function sameTwice(what: string, [one, other]: readonly Life[]): Aim {
  const same = one!.told.filter((line, index) => line === other!.told[index]).length;
  const count = Math.max(one!.told.length, other!.told.length);
  return {
    text: `the same twice, to the millisecond of every event: ${what}`,
    measured: `${same} of ${count} events`,
    met: same === count,
  };
}

const underAMinute = (daysPerMinute: number): Aim => ({
  text: "a day of a streetlight without its radar in under a minute, in time travel",
  measured: `${(60 / daysPerMinute).toFixed(1)} s`,
  met: daysPerMinute > 1,
});

const streetOf = async (text: string) => ({
  scenario: await readStreet(text, file, { startUnixMs, nowMs: startUnixMs }),
});

const daysPerMinute = (virtualMs: number, realMs: number) => virtualMs / dayMs / (realMs / minuteMs);

async function inThisProcess(text: string, hours: number): Promise<number> {
  const { scenario } = await streetOf(text);
  const lived = { ...scenario, durationMs: hours * 60 * minuteMs };
  const begunMs = clock.now();
  const street = await layOut(lived, scenario.seed, { version: "bench" });
  await liveThrough(lived, scenario.seed, street, { realNowMs: () => clock.now() });
  return daysPerMinute(street.loop.now - startUnixMs, clock.now() - begunMs);
}

async function inTimeTravel(
  text: string,
  hours: number,
  programs: ReadonlyMap<string, string>,
): Promise<Life> {
  const begunMs = clock.now();
  const told = await liveInKernel({
    ...{ text, file, startUnixMs, seed: 1, hours, unit: "lamp-01", version: "bench", programs },
  });
  return {
    daysPerMinute: daysPerMinute(hours * 60 * minuteMs, clock.now() - begunMs),
    told: told.map((one) => JSON.stringify(one)),
  };
}
