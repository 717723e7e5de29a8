import { systemClock } from "#firmware/ports/clock.ts";
import { liveInKernel } from "#sim/hil/time-travel/live-in-kernel.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { liveThrough } from "#sim/scenario/run.ts";
import { readStreet } from "#sim/scenario/unit-scenario.ts";
import { programsOf } from "../../hil/programs.ts";
import type { BenchmarkOptions, Row, Table } from "../benchmark.ts";
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

/** How fast a streetlight lives at each depth that is not in real time. */
export async function virtualDays(folder: string, { quick, say }: BenchmarkOptions): Promise<Table> {
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
  for (const [which, { text, hours: whole }] of Object.entries(lamps)) {
    const hours = quick ? 0.1 : whole;
    const days = await inTimeTravel(text, hours, programs);
    rows.push({ subject: `time travel: its bundle ${which}, ${hours} h`, figures: [figureOf([days])] });
    say(`virtual days in time travel, ${which}`);
  }
  return { title: "Virtual time", columns: ["virtual days per minute"], rows };
}

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
): Promise<number> {
  const begunMs = clock.now();
  await liveInKernel({
    ...{ text, file, startUnixMs, seed: 1, hours, unit: "lamp-01", version: "bench", programs },
  });
  return daysPerMinute(hours * 60 * minuteMs, clock.now() - begunMs);
}
