import { beforeAll, describe, expect, it } from "vitest";
import { type ChainedEvent, chainFlaws } from "#devices/chain.ts";
import { bench } from "#devices/furniture/bench.ts";
import { sha256 } from "#firmware/unit/chains.ts";
import { thermistorVolts } from "#sim/kinds/bench/surroundings.ts";
import { random } from "#sim/world/random.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";

const noonMs = Date.UTC(2026, 5, 19, 10);
const channels = { usb1: 1, usb2: 2, pad: 3 } as const;
type Port = keyof typeof channels;
const ports = Object.keys(channels) as Port[];
const lives = 12;

/** Phones come and go at three ports, and the power fails at any moment, often in the midst of a write. */
async function livesOf(seed: number) {
  const unit = await UnitOnBench.of(bench, { startMs: noonMs, id: `bench-${seed}` });
  const twin = (role: string) => unit.twins.get(role)!;
  for (const channel of [0, 1, 2, 3]) twin("contactVoltage").set(`voltage${channel}`, thermistorVolts(25));
  for (const channel of [1, 2, 3]) twin("portMeter").set(`busVoltage${channel}`, 12.8);
  for (const role of ["climate", "cabinet"]) twin(role).set("temperature", 20);
  twin("gauge").set("stateOfCharge", 80);
  twin("gauge").set("cellVoltage", 3.3);
  const draw = random(seed, "charging sessions");
  const live = async () => {
    const started = unit.start();
    await unit.pass(4_000);
    unit.clock.setWall(unit.loop.now, "network");
    await unit.pass(1_000);
    void started;
  };
  const phones = () => {
    for (const port of ports)
      twin("portMeter").set(`current${channels[port]}`, draw.chance(0.5) ? 0 : draw.uniform(0.5, 1.5));
  };
  for (let life = 0; life < lives; life++) {
    await live();
    const steps = draw.integer(0, 7);
    for (let step = 0; step < steps; step++) {
      phones();
      await unit.pass(draw.integer(0, 90_000));
    }
    phones();
    let left = draw.integer(0, 24);
    let isDown = false;
    unit.medium.onChange = () => {
      if (isDown || left-- > 0) return;
      isDown = true;
      unit.kill(seed * 100 + life);
    };
    await unit.pass(60_000);
    unit.medium.onChange = () => {};
    if (!isDown) unit.kill(seed * 100 + life);
    await unit.pass(draw.integer(0, 60_000));
  }
  for (const port of ports) twin("portMeter").set(`current${channels[port]}`, 0);
  await live();
  await unit.pass(180_000);
  const stopped = unit.unit!.stop();
  await unit.pass(5_000);
  await stopped;
  await live();
  await unit.pass(60_000);
  return unit;
}

const values = (unit: UnitOnBench, source: string) =>
  unit.unit!.snapshot().samples.find((sample) => sample.source === source)!.value;

describe.each([1, 2, 3])("a bench's sessions over power cuts at any write, seed %d", (seed) => {
  let unit: UnitOnBench;
  let links: ChainedEvent[];
  beforeAll(async () => {
    unit = await livesOf(seed);
    links = unit.stored.flatMap(({ body }) =>
      body.type === "event" && "chain" in body ? [body as unknown as ChainedEvent] : [],
    );
  }, 30_000);

  it("are all told, in a chain without a flaw", () => {
    for (const name of Object.keys(bench.events)) {
      const chain = links.filter((link) => link.name === name);
      expect([name, chainFlaws(`pier/bench-${seed}`, chain, sha256)]).toEqual([name, []]);
    }
    expect(unit.said("trouble").map(({ what }) => what)).toEqual([]);
  });

  it.each(ports)("make up, with what %s took outside of them, what its counter moved by", (port) => {
    const byNumber = new Map(
      links
        .filter(({ name, fields }) => name === "chargingSession" && fields.port === port)
        .map(({ fields }) => [fields.number as number, fields]),
    );
    const sessions = [...byNumber.values()].sort((a, b) => Number(a.number) - Number(b.number));
    expect(sessions.length).toBeGreaterThan(2);
    expect(sessions.map(({ number }) => number)).toEqual(sessions.map((_, index) => index + 1));
    sessions.forEach((session, index) => {
      expect(Number(session.meterEnd) - Number(session.meterStart)).toBeCloseTo(Number(session.energy), 6);
      const next = sessions[index + 1];
      if (next) expect(next.meterStart).toBeGreaterThanOrEqual(Number(session.meterEnd));
    });
    const told = sessions.reduce((sum, { energy }) => sum + Number(energy), 0);
    expect(told).toBeCloseTo(values(unit, `${port}Port.sessionEnergy`), 6);
    expect(told + values(unit, `${port}Port.idleEnergy`)).toBeCloseTo(
      Math.floor(values(unit, `${port}Energy.total`) * 100 + 1e-6) / 100,
      6,
    );
  });

  it("begin once each", () => {
    const begun = links.filter(({ name }) => name === "chargingStart").map(({ chain }) => chain.number);
    const records = new Set(begun);
    expect(records.size).toBe(Math.max(...begun));
  });
});
