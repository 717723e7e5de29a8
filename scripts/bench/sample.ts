import { bme280 } from "#devices/chips/bme280.ts";
import { ina226 } from "#devices/chips/ina226.ts";
import { pzem004t } from "#devices/chips/pzem004t.ts";
import { milliseconds } from "#devices/duration.ts";
import { energy } from "#devices/estimators/energy.ts";
import type { Context, Estimator } from "#devices/estimators/estimator.ts";
import { microclimate } from "#devices/estimators/microclimate.ts";
import { presence } from "#devices/estimators/presence.ts";
import type { Part, Place } from "#devices/part.ts";
import { sleep } from "#devices/ports/clock.ts";
import { activePower, type Quantity, relativeHumidity, temperature, truth } from "#devices/quantities.ts";
import type { Sample } from "#devices/sample.ts";
import { Outbox } from "#firmware/outbox/outbox.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { MemoryStore } from "#firmware/ports/memory-store.ts";
import { twin as bme280Twin } from "#sim/chips/bme280.ts";
import { twin as ina226Twin } from "#sim/chips/ina226.ts";
import { twin as pzem004tTwin } from "#sim/chips/pzem004t.ts";
import type { TwinDefinition } from "#sim/chips/twin.ts";
import { Bench } from "#test/bench/bench.ts";
import type { Benchmark, BenchmarkOptions, Result, Row } from "./benchmark.ts";
import { figureOf, interleaved, ratioOf } from "./statistics.ts";

const clock = systemClock();

export const sample: Benchmark = { name: "sample", title: "One sample on its way", run };

const i2c = (address: number): Place => ({ kind: "i2c", bus: 1, address });
const parts: readonly (readonly [Part, TwinDefinition, Place])[] = [
  [bme280, bme280Twin, i2c(0x76)],
  [ina226, ina226Twin, i2c(0x45)],
  [pzem004t, pzem004tTwin, { kind: "serial", path: "/dev/ttyAMA1" }],
];

/** What one sample costs at each station between the chip and the medium, in microseconds of this machine. */
async function run({ quick, say }: BenchmarkOptions): Promise<Result> {
  const repetitions = quick ? 2 : 7;
  const count = quick ? 2_000 : 20_000;
  const table = async (subjects: readonly Station[], peer: string) => {
    const rows: Row[] = [];
    for (const { subject, ours, alone } of subjects) {
      const found = await interleaved({ ours: () => ours(count), alone: () => alone(count) }, repetitions);
      say(subject);
      rows.push({ subject, figures: [figureOf(found.ours), ratioOf(found.ours, found.alone)] });
    }
    return { columns: ["µs per sample", `of ${peer}`], rows };
  };
  return {
    tables: [
      {
        title: "Driver, with its twin",
        ...(await table(parts.map(driverStation), "waiting as long, alone")),
      },
      { title: "Estimator", ...(await table(estimators.map(estimatorStation), "the sample as JSON")) },
      { title: "Outbox", ...(await table([outboxStation], "the record as JSON, in a list")) },
    ],
    aims: [],
    notes: [
      "A driver runs in virtual time on a simulated board: what is measured is its code, the port, the bus and the twin.",
      "The outbox keeps to memory here: what a medium costs is measured by `plinth bench outbox`.",
    ],
  };
}

interface Station {
  readonly subject: string;
  /** Microseconds for each of `count`. */
  readonly ours: (count: number) => Promise<number>;
  readonly alone: (count: number) => Promise<number>;
}

async function microseconds(count: number, work: () => Promise<void> | void): Promise<number> {
  const begunMs = clock.now();
  await work();
  return ((clock.now() - begunMs) * 1_000) / count;
}

function driverStation([part, twin, place]: (typeof parts)[number]): Station {
  const ready = async () => {
    const bench = new Bench();
    const made = bench.solder(twin, place);
    for (const [name, { range }] of Object.entries(part.channels)) made.set(name, (range[0] + range[1]) / 2);
    const driver = await bench.start(part, place);
    return { bench, driver };
  };
  const inVirtualTime = async (bench: Bench, count: number, each: () => Promise<unknown>) => {
    let left = count;
    const all = (async () => {
      for (; left > 0; left--) await each();
    })();
    while (left > 0) await bench.pass(60_000);
    await all;
  };
  return {
    subject: `${part.maker} ${part.id}`,
    async ours(count) {
      const { bench, driver } = await ready();
      return microseconds(count, () => inVirtualTime(bench, count, () => driver.sample()));
    },
    async alone(count) {
      const { bench, driver } = await ready();
      const beforeMs = bench.loop.now;
      await bench.outcome(driver.sample());
      const waitMs = milliseconds(Math.max(1, bench.loop.now - beforeMs));
      return microseconds(count, () => inVirtualTime(bench, count, () => sleep(bench.clock, waitMs)));
    },
  };
}

const estimators: readonly (readonly [Estimator<unknown>, string, Quantity, number])[] = [
  [energy({ power: "meter.activePower" }) as Estimator<unknown>, "meter.activePower", activePower, 60],
  [
    presence({
      motion: "motion.presence",
      radar: "radar.presence",
      distance: "radar.distance",
      energy: "radar.movingEnergy",
    }) as Estimator<unknown>,
    "radar.presence",
    truth,
    1,
  ],
  [
    microclimate({ temperature: "climate.temperature", humidity: "climate.humidity" }) as Estimator<unknown>,
    "climate.temperature",
    temperature,
    12,
  ],
];

function estimatorStation([estimator, source, quantity, value]: (typeof estimators)[number]): Station {
  const samples = (count: number): Sample[] =>
    Array.from({ length: count }, (_, index) => ({
      source,
      value: value + (index % 7) * (quantity === truth ? 0 : 0.1),
      quantity,
      quality: "good",
      atMs: index * 1_000,
      wallMs: 1_742_558_400_000 + index * 1_000,
      clock: "network",
      boot: 1,
    }));
  const context = (atMs: number): Context => ({
    nowMs: atMs,
    wallMs: 1_742_558_400_000 + atMs,
    clock: "network",
    device: "bench/one",
    latitude: 45,
    longitude: 8,
    timeZone: "Europe/Rome",
    settings: {},
    commands: [],
  });
  return {
    subject: estimator.name,
    async ours(count) {
      const all = samples(count);
      let state = estimator.initial(undefined);
      return microseconds(count, () => {
        for (const one of all) state = estimator.step(state, one, context(one.atMs)).state;
      });
    },
    async alone(count) {
      const all = samples(count);
      let length = 0;
      const cost = await microseconds(count, () => {
        for (const one of all) length += JSON.stringify(one).length;
      });
      return length > 0 ? cost : Number.NaN;
    },
  };
}

const record = () => ({
  time: { wall: 1_742_558_400_000, clock: "network", uptime: 3_600_000, boot: 7 },
  body: { type: "measurement", name: "humidity", value: 61.5, unit: relativeHumidity.unit, quality: "good" },
});

const outboxStation: Station = {
  subject: "append, in memory",
  async ours(count) {
    const outbox = await Outbox.open(new MemoryStore(), clock, {
      device: "bench/one",
      epoch: "0123456789abcdef",
    });
    const cost = await microseconds(count, async () => {
      const appended: Promise<number>[] = [];
      for (let index = 0; index < count; index++)
        appended.push(outbox.append("series", JSON.stringify(record())));
      await Promise.all(appended);
    });
    await outbox.close();
    return cost;
  },
  async alone(count) {
    const list: string[] = [];
    const cost = await microseconds(count, () => {
      for (let index = 0; index < count; index++) list.push(JSON.stringify(record()));
    });
    return list.length === count ? cost : Number.NaN;
  },
};
