import { describe, expect, it } from "vitest";
import { credential } from "#devices/chips/pn532.ts";
import type { Channel, Connection, Driver, Part, Place } from "#devices/part.ts";
import type { PortErrorKind } from "#devices/ports/error.ts";
import { truth } from "#devices/quantities.ts";
import type { Twin, TwinDefinition } from "#sim/chips/twin.ts";
import { Bench } from "#test/bench/bench.ts";
import { catalogue, drivenOf, type Entry, measuredOf } from "./catalogue.ts";

/**
 * Every part of devices/chips, every channel, across its range: set on the twin in physical units, read through
 * the driver, equal to within the channel's step. A part joins by its files; only the counts are kept by hand, so
 * that one that is lost shows.
 */
const entries = await catalogue();
const parts = 33;
const channels = 135;

const points = 33;

interface Kind {
  readonly place: (connection: Connection) => Place;
  /** What an unplugged part is reported as; a GPIO line cannot tell. */
  readonly unplugged: PortErrorKind | undefined;
  /** Puts something else at `place`; undefined where a part has no identity to be wrong about. */
  readonly impostor: ((bench: Bench, place: Place, byte: number) => void) | undefined;
  readonly mistaken: readonly PortErrorKind[];
}

const kinds: Readonly<Record<Connection["kind"], Kind>> = {
  i2c: {
    place: (connection) => ({
      kind: "i2c",
      bus: 1,
      address: connection.kind === "i2c" ? connection.addresses[0] : 0,
    }),
    unplugged: "no-acknowledge-address",
    impostor: (bench, place, byte) => {
      if (place.kind !== "i2c") return;
      const target = { write: () => true, read: (length: number) => new Uint8Array(length).fill(byte) };
      bench.board.i2c(place.bus).attach(place.address, target);
    },
    mistaken: ["wrong-device"],
  },
  serial: {
    place: () => ({ kind: "serial", path: "/dev/ttyAMA0" }),
    unplugged: "timeout",
    impostor: (bench, place, byte) => {
      if (place.kind !== "serial") return;
      bench.board.serial(place.path, {
        speed: { baudRate: 9_600 },
        receive: (_bytes, line) => line.send(new Uint8Array(40).fill(byte)),
      });
    },
    mistaken: ["wrong-device", "timeout", "checksum"],
  },
  gpio: {
    place: () => ({ kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 }),
    unplugged: undefined,
    impostor: undefined,
    mistaken: [],
  },
};

interface Rig {
  readonly bench: Bench;
  readonly place: Place;
  readonly twin: Twin;
  readonly driver: Driver;
  /** Samples a channel, and holds the reading to what the twin sensed meanwhile. */
  readonly read: (name: string, channel: Channel) => Promise<number>;
}

/** By then parts have warmed up, debounced, let go of what they hold, and pushed what they push. */
const warmUpMs = 120_000;
const settleMs = 10_000;

async function rig({ part, twin: definition }: { part: Part; twin: TwinDefinition }): Promise<Rig> {
  const bench = new Bench();
  const place = kinds[part.connection.kind].place(part.connection);
  const twin = bench.solder(definition, place);
  for (const { name, channel } of measuredOf(part)) twin.set(name, channel.range[1]);
  const driver = (await bench.start(part, place)) as Driver;
  await bench.pass(warmUpMs);
  const read = async (name: string, channel: Channel) => {
    await bench.pass(settleMs);
    const before = twin.sensed(name);
    const found = (await bench.outcome(driver.sample()))[name]!;
    const after = twin.sensed(name);
    expectBetween(found, before, after, channel);
    return found;
  };
  return { bench, place, twin, driver, read };
}

/** Evenly from one end of the range to the other, then towards zero by decades; the two states of a state. */
function walk({ range: [min, max], quantity }: Channel): number[] {
  if (quantity === truth) return [min, max];
  const evenly = Array.from({ length: points }, (_, index) => min + ((max - min) * index) / (points - 1));
  const byDecades = Array.from({ length: 7 }, (_, index) => 10 ** -(index + 1)).flatMap((share) =>
    [min * share, max * share].filter((value) => value >= min && value <= max),
  );
  return [...evenly, ...byDecades];
}

/** A channel whose values name something: none lies between two others, and no world can be set to each. */
const isName = ({ quantity }: Channel) => quantity === credential;

function expectWithinStep(read: number, wanted: number, { step }: Channel): void {
  expect(Math.abs(read - wanted), `read ${read}, wanted ${wanted}`).toBeLessThanOrEqual(step(wanted) + 1e-9);
}

/** To within a step of what was sensed before, after, or in between: a counter counts on while it is read. */
function expectBetween(read: number, before: number, after: number, channel: Channel): void {
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  expectWithinStep(read, Math.min(Math.max(read, low), high), channel);
}

describe("the sweep", () => {
  it(`walks ${channels} channels of ${parts} parts`, () => {
    expect(entries.map(({ id }) => id)).toHaveLength(parts);
    expect(entries.flatMap(({ part }) => Object.keys({ ...part.channels, ...part.outputs }))).toHaveLength(
      channels,
    );
  });

  it.each(entries)("$id has a twin, and its files bear its name", ({ id, part, twin }) => {
    expect(twin, `sim/chips/${id}.ts must export a twin`).toBeDefined();
    expect(twin!.part).toBe(part);
    expect(part.id).toBe(id);
  });
});

const paired = entries.filter((entry): entry is Entry & { twin: TwinDefinition } => entry.twin !== undefined);

describe.each(paired)("$id", (entry) => {
  const { part } = entry;
  const kind = kinds[part.connection.kind];
  const measured = measuredOf(part);
  const driven = drivenOf(part);

  it.each(measured)("measures $name across its range", async ({ name, channel }) => {
    const { twin, read } = await rig(entry);
    for (const value of walk(channel)) {
      twin.set(name, value);
      // A state may be held for a while after the world has changed; a counter goes on at once.
      const isState = channel.quantity === truth;
      if (!isState && !isName(channel)) expectWithinStep(twin.sensed(name), value, channel);
      const found = await read(name, channel);
      if (isState) expect(found).toBe(value);
    }
    expect([...twin.untouchable]).toEqual([]);
  });

  it("tells its readings by itself if, and only if, it says so", async () => {
    const { driver } = await rig(entry);
    expect("watch" in driver).toBe(part.pushes === true);
  });

  it.each(driven)("drives $name across its range", async ({ name, channel }) => {
    const { bench, twin, driver, read } = await rig(entry);
    let changes = 0;
    twin.onOutput!(() => {
      changes++;
    });
    for (const value of walk(channel)) {
      await bench.outcome(driver.apply!({ [name]: value }));
      expectWithinStep(twin.output!(name)!, value, channel);
      // What cannot be read back is only held to what it does.
      if (name in part.channels) expectWithinStep(await read(name, channel), value, channel);
      else await bench.pass(settleMs);
    }
    expect(changes).toBeGreaterThanOrEqual(walk(channel).length);
    expect([...twin.untouchable]).toEqual([]);
  });

  it("says so when it is unplugged, and comes back", async () => {
    const { bench, twin, driver, read } = await rig(entry);
    twin.unplug();
    if (kind.unplugged === undefined)
      expect(Object.keys(await bench.outcome(driver.sample()))).toEqual(Object.keys(part.channels));
    else {
      await bench.pass(settleMs);
      expect((await bench.refusal(driver.sample())).kind).toBe(kind.unplugged);
      expect((await bench.refusal(driver.probe())).kind).toBe(kind.unplugged);
    }
    twin.mend();
    await bench.outcome(driver.probe());
    await bench.outcome(driver.configure());
    await bench.pass(warmUpMs);
    for (const { name, channel } of measured) await read(name, channel);
  });

  it.each(kind.impostor ? [0x00, 0xff, 0x5a] : [])(
    "is not mistaken for something that answers %i",
    async (byte) => {
      const bench = new Bench();
      const place = kind.place(part.connection);
      kind.impostor!(bench, place, byte);
      const driver = (await bench.open(part, place)) as Driver;
      expect(kind.mistaken).toContain((await bench.refusal(driver.probe())).kind);
    },
  );

  it.each(measured)("shows a stuck $name", async ({ name, channel }) => {
    const { twin, read } = await rig(entry);
    const [min, max] = channel.range;
    twin.set(name, min);
    await read(name, channel);
    twin.stick(name);
    const stuckAt = twin.sensed(name);
    twin.set(name, max);
    expectWithinStep(await read(name, channel), stuckAt, channel);
    twin.mend();
    twin.set(name, max);
    if (!isName(channel)) expectWithinStep(twin.sensed(name), max, channel);
    else expect(twin.sensed(name)).not.toBe(stuckAt);
    await read(name, channel);
  });

  it.each(measured.filter(({ channel }) => channel.quantity !== truth && !isName(channel)))(
    "shows a drifted $name",
    async ({ name, channel }) => {
      const { twin, read } = await rig(entry);
      const [min, max] = channel.range;
      twin.set(name, (min + max) / 2);
      const before = twin.sensed(name);
      twin.drift(name, (max - min) / 4);
      expectWithinStep(twin.sensed(name), before + (max - min) / 4, channel);
      await read(name, channel);
    },
  );

  it.each(driven)("shows a stuck $name", async ({ name, channel }) => {
    const { bench, twin, driver } = await rig(entry);
    await bench.outcome(driver.apply!({ [name]: channel.range[0] }));
    twin.stick(name);
    await bench.outcome(driver.apply!({ [name]: channel.range[1] }));
    expectWithinStep(twin.output!(name)!, channel.range[0], channel);
    twin.mend();
    expectWithinStep(twin.output!(name)!, channel.range[1], channel);
  });

  it("never passes off a reset part's registers as readings", async () => {
    const { bench, twin, driver, read } = await rig(entry);
    twin.brownOut();
    const before = new Map(measured.map(({ name }) => [name, twin.sensed(name)]));
    const outcome = await bench.outcome(
      driver.sample().catch((error: { kind?: PortErrorKind }) => error.kind),
    );
    if (typeof outcome === "object") {
      for (const { name, channel } of measured)
        if (!Number.isNaN(outcome[name]))
          expectBetween(outcome[name]!, before.get(name)!, twin.sensed(name), channel);
    } else expect(["not-ready", "timeout"]).toContain(outcome);
    await bench.outcome(driver.configure());
    await bench.pass(warmUpMs);
    for (const { name, channel } of measured) await read(name, channel);
  });
});
