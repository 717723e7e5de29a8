import { beforeEach, describe, expect, it } from "vitest";
import { minutes, seconds } from "#devices/duration.ts";
import { bench as benchKind } from "#devices/furniture/bench.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import type { Role } from "#devices/furniture/vocabulary.ts";
import { type Ports, placeOf } from "#devices/part.ts";
import { lineName } from "#devices/ports/gpio.ts";
import type { I2cPort } from "#devices/ports/i2c.ts";
import type { Quality } from "#devices/sample.ts";
import { twin as bme280 } from "#sim/chips/bme280.ts";
import { twin as doorSwitch } from "#sim/chips/door-switch.ts";
import { twin as hcSr501 } from "#sim/chips/hc-sr501.ts";
import { twin as ld2410 } from "#sim/chips/ld2410.ts";
import { twin as max6369 } from "#sim/chips/max6369.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { twin as veml7700 } from "#sim/chips/veml7700.ts";
import { Bench } from "#test/bench/bench.ts";
import { PartRunner } from "./part-runner.ts";

const { light, climate, motion, radar, lamp, door } = streetlight.roles as Record<string, Role>;
const { watchdog } = benchKind.roles as Record<string, Role>;

interface Heard {
  readonly atMs: number;
  readonly channel: string;
  readonly value: number;
  readonly quality: Quality;
}

/** What one runner told, and the runner. */
class Watched {
  readonly heard: Heard[] = [];
  readonly states: string[] = [];
  readonly runner: PartRunner;
  ready = 0;
  isUrgent = false;

  constructor(bench: Bench, role: Role, ports: Ports = bench.ports) {
    const listener = {
      onValue: (channel: string, value: number, quality: Quality) =>
        void this.heard.push({ atMs: bench.clock.now(), channel, value, quality }),
      onReady: () => void this.ready++,
      onState: (state: string, fault?: string) => void this.states.push(fault ? `${state}: ${fault}` : state),
    };
    this.runner = new PartRunner(role.accepts[0], role, role.place, ports, listener, () => this.isUrgent);
  }

  /** Since the last call. */
  take(): Heard[] {
    return this.heard.splice(0);
  }
}

describe("the runner of a part", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
  });

  const watch = (role: Role, ports?: Ports) => new Watched(bench, role, ports);
  const solder = (definition: Parameters<Bench["solder"]>[0], role: Role) =>
    bench.solder(definition, role.place) as ReturnType<typeof veml7700.create>;

  const lineOf = ({ place }: Role) => bench.board.kernel.node(lineName(placeOf("gpio", place)));

  it("starts the part, samples it at once, then on the grid of its period", async () => {
    solder(veml7700, light!).set("illuminance", 250);
    await bench.pass(7_000);
    const part = watch(light!);
    await bench.outcome(part.runner.start());
    expect(part.runner.health).toEqual({ part: "veml7700", state: "ok", failures: 0 });
    expect(part.ready).toBe(1);
    expect(part.take()).toEqual([
      { atMs: expect.any(Number), channel: "illuminance", value: expect.closeTo(250, 0), quality: "good" },
    ]);
    await bench.pass(100_000);
    const slots = part.take().map(({ atMs }) => atMs / 30_000);
    expect(slots.map(Math.floor)).toEqual([1, 2, 3]);
    // Never more than the measurement itself after the slot: it does not drift.
    for (const slot of slots) expect(slot % 1).toBeLessThan(0.1);
  });

  it("overcomes a transient fault unseen", async () => {
    solder(veml7700, light!).set("illuminance", 250);
    const part = watch(light!);
    await bench.outcome(part.runner.start());
    part.take();
    part.states.splice(0);
    for (const faults of [1, 2]) {
      bench.board.i2c(1).hold("arbitration-lost", faults);
      await bench.pass(30_400);
      expect(part.take().map(({ quality }) => quality)).toEqual(["good"]);
    }
    expect(part.states).toEqual([]);
  });

  it("overcomes one while driving, too, and tells the part no second time to restart", async () => {
    solder(pca9685, lamp!);
    const part = watch(lamp!);
    await bench.outcome(part.runner.start());
    bench.board.i2c(1).hold("bus", 2);
    await bench.outcome(part.runner.apply({ level: 40, enable: 1 }));
    expect(part.runner.health.state).toBe("ok");
    expect(part.ready).toBe(1);
  });

  it("backs off from a part that keeps failing, quarantines it, and takes it back when it is plugged again", async () => {
    const twin = solder(veml7700, light!);
    twin.set("illuminance", 250);
    const part = watch(light!);
    await bench.outcome(part.runner.start());
    twin.unplug();
    part.states.splice(0);
    part.take();
    await bench.pass(31_000);
    expect(part.states).toEqual([
      expect.stringMatching(/^failing: no-acknowledge-address on i2c-1 at 0x10, .*powered, wired/),
    ]);
    // Said once: nothing is known of it from now on.
    expect(part.take()).toEqual([
      { atMs: expect.any(Number), channel: "illuminance", value: Number.NaN, quality: "bad" },
    ]);
    await bench.pass(60_000);
    expect(part.runner.health).toMatchObject({ state: "quarantined", failures: 6 });
    expect(part.take()).toEqual([]);
    await bench.pass(minutes(20));
    expect(part.runner.health).toMatchObject({ state: "quarantined", failures: 10 });
    twin.mend();
    await bench.pass(minutes(5));
    expect(part.runner.health).toEqual({ part: "veml7700", state: "ok", failures: 0 });
    expect(part.ready).toBe(2);
    expect(part.take().at(-1)).toMatchObject({ value: expect.closeTo(250, 0), quality: "good" });
  });

  it("recovers within seconds from a part that was gone for a moment", async () => {
    const twin = solder(veml7700, light!);
    const part = watch(light!);
    await bench.outcome(part.runner.start());
    twin.unplug();
    await bench.pass(32_000);
    twin.mend();
    await bench.pass(8_000);
    expect(part.runner.health).toMatchObject({ state: "ok", failures: 0 });
  });

  it("quarantines a part that starts and never delivers: to be configured is no success", async () => {
    const twin = solder(veml7700, light!);
    const part = watch(light!);
    // Its supply dips again and again: it forgets its configuration before the first result.
    const dip = () => {
      twin.brownOut();
      bench.loop.at(bench.loop.now + 20, dip);
    };
    dip();
    await bench.outcome(part.runner.start());
    await bench.pass(minutes(15));
    expect(part.runner.health.state).toBe("quarantined");
    expect(part.runner.health.failures).toBeGreaterThanOrEqual(6);
    expect(part.states.filter((state) => state === "ok")).toEqual([]);
    expect(part.heard.every(({ quality }) => quality === "bad")).toBe(true);
  });

  it("notices at the next sample that a part was reset, however soon after its start", async () => {
    const twin = solder(veml7700, light!);
    twin.set("illuminance", 250);
    const part = watch(light!);
    await bench.outcome(part.runner.start());
    twin.brownOut();
    await bench.pass(30_000);
    expect(part.states.at(-1)).toMatch(/^failing: not-ready .*reset since it was configured/);
    await bench.pass(5_000);
    expect(part.runner.health.state).toBe("ok");
    expect(part.take().map(({ quality }) => quality)).toEqual(["good", "bad", "good"]);
  });

  it("quarantines the wrong chip at once, and publishes nothing of it, while its neighbours go on", async () => {
    const other = { ...climate!, place: { kind: "i2c", bus: 1, address: 0x10 } } as Role;
    bench.solder(veml7700, other.place).set("illuminance", 250);
    solder(pca9685, lamp!);
    const [wrong, right] = [watch(other), watch(lamp!)];
    await bench.outcome(Promise.all([wrong.runner.start(), right.runner.start()]));
    expect(wrong.runner.health).toMatchObject({ state: "quarantined", failures: 1 });
    expect(wrong.runner.health.fault).toMatch(/^wrong-device on i2c-1 at 0x10, read id .*address straps/);
    expect(wrong.ready).toBe(0);
    await bench.pass(minutes(12));
    expect(wrong.take().filter(({ quality }) => quality !== "bad")).toEqual([]);
    // Tried again now and then.
    expect(wrong.runner.health.failures).toBe(3);
    expect(right.runner.health.state).toBe("ok");
    expect(right.take().filter(({ channel }) => channel === "level")).toHaveLength(13);
  });

  describe("whose call never returns", () => {
    /** An I2C port of which one bus, from a moment on, answers no more: raspberrypi/linux #4884. */
    function hangingOn(number: number): { ports: Ports; hang: { from: number; until: number } } {
      const hang = { from: 0, until: Number.POSITIVE_INFINITY };
      const { i2c } = bench.ports;
      const hanging: I2cPort = {
        async open(bus) {
          const real = await i2c.open(bus);
          const isHung = () => bench.clock.now() >= hang.from && bench.clock.now() < hang.until;
          return {
            name: real.name,
            close: () => real.close(),
            transfer: (...call) =>
              bus === number && isHung() ? new Promise(() => {}) : real.transfer(...call),
          };
        },
      };
      return { ports: { ...bench.ports, i2c: hanging }, hang };
    }

    it("gives it up after five seconds, and lets the other parts work meanwhile", async () => {
      const elsewhere = { ...climate!, place: { kind: "i2c", bus: 2, address: 0x76 } } as Role;
      solder(bme280, elsewhere);
      solder(veml7700, light!).set("illuminance", 250);
      const { ports, hang } = hangingOn(2);
      const [stuck, other] = [watch(elsewhere, ports), watch(light!, ports)];
      const started = Promise.all([stuck.runner.start(), other.runner.start()]);
      await bench.pass(4_900);
      expect(other.runner.health.state).toBe("ok");
      expect(stuck.runner.health.state).toBe("starting");
      await bench.pass(200);
      expect(stuck.states).toEqual([
        expect.stringMatching(/^failing: timeout on i2c-2 0x76, bme280 probe \(nothing within 5 s\)/),
      ]);
      await bench.outcome(started);
      await bench.pass(90_000);
      expect(other.heard.map(({ quality }) => quality)).toEqual(Array(4).fill("good"));
      expect(stuck.runner.health.state).toBe("quarantined");
      hang.until = bench.clock.now();
      await bench.pass(minutes(6));
      expect(stuck.runner.health.state).toBe("ok");
    });

    it("gives up a sample that hangs in five seconds, not in three times five", async () => {
      solder(veml7700, light!);
      const { ports, hang } = hangingOn(1);
      hang.from = Number.POSITIVE_INFINITY;
      const part = watch(light!, ports);
      await bench.outcome(part.runner.start());
      hang.from = bench.clock.now();
      await bench.loop.runUntil(bench.loop.now + 35_100 - bench.clock.now());
      expect(part.runner.health.state).toBe("failing");
    });

    it("lets go of a line that opened too late, so that the next attempt finds it free", async () => {
      bench.solder(ld2410, radar!.place);
      const { serial } = bench.ports;
      let isSlow = true;
      const slow: Ports["serial"] = {
        open: (path, speed) => {
          const opening = serial.open(path, speed);
          return isSlow
            ? new Promise((resolve) => bench.clock.after(seconds(5.5), () => resolve(opening)))
            : opening;
        },
      };
      const part = watch(radar!, { ...bench.ports, serial: slow });
      const started = part.runner.start();
      await bench.pass(5_200);
      expect(part.runner.health.fault).toMatch(/^timeout on \/dev\/ttyAMA0, ld2410 open/);
      isSlow = false;
      await bench.outcome(started);
      await bench.pass(3_000);
      expect(part.runner.health.state).toBe("ok");
    });
  });

  it("looks at a part that is not sampled: says that its line cannot be read, and what that is once it can", async () => {
    const twin = solder(doorSwitch, door!);
    const part = watch(door!);
    await bench.outcome(part.runner.start());
    expect(part.take()).toMatchObject([{ channel: "open", value: 0, quality: "good" }]);
    await bench.pass(100_000);
    expect([part.take(), part.states]).toEqual([[], ["ok"]]);
    const node = lineOf(door!);
    node.fail("EIO");
    await bench.pass(35_000);
    expect(part.runner.health).toMatchObject({
      state: "failing",
      fault: expect.stringMatching(/^bus on pinctrl-bcm2711:27, (read|open): EIO.*is a line shorted/),
    });
    expect(part.take()).toMatchObject([{ channel: "open", value: Number.NaN, quality: "bad" }]);
    twin.set("open", 1);
    await bench.pass(1_000);
    node.mend();
    await bench.pass(60_000);
    expect(part.runner.health.state).toBe("ok");
    expect(part.take()).toMatchObject([{ channel: "open", value: 1, quality: "good" }]);
  });

  it("looks at a watchdog too, whether or not anybody feeds it", async () => {
    solder(max6369, watchdog!);
    const part = watch(watchdog!);
    await bench.outcome(part.runner.start());
    const node = lineOf(watchdog!);
    node.fail("EIO");
    await bench.pass(35_000);
    expect(part.runner.health.fault).toMatch(/^bus on pinctrl-bcm2711:22, .*EIO/);
    node.mend();
    await bench.pass(60_000);
    expect(part.runner.health.state).toBe("ok");
  });

  it("waits while a part warms up, and hears what it then pushes", async () => {
    const twin = bench.solder(hcSr501, motion!.place);
    const part = watch(motion!);
    await bench.outcome(part.runner.start());
    await bench.pass(30_000);
    expect(part.runner.health).toEqual({ part: "hc-sr501", state: "starting", failures: 0 });
    expect(part.heard.filter(({ quality }) => quality === "good")).toEqual([]);
    await bench.pass(40_000);
    expect(part.runner.health.state).toBe("ok");
    part.take();
    twin.set("presence", 1);
    await bench.pass(2_000);
    expect(part.take().map(({ value, quality }) => [value, quality])).toEqual([[1, "good"]]);
    twin.set("presence", 0);
    await bench.pass(minutes(6));
    expect(part.take().map(({ value }) => value)).toEqual([0]);
  });

  it("hands on as bad, without a number, what no part can have measured", async () => {
    const twin = solder(veml7700, light!);
    twin.set("illuminance", 250);
    // A driver of a part in its own words; the runner judges channel by channel.
    const believed = light!.accepts[0];
    const narrow: Role = {
      ...light!,
      accepts: [
        { ...believed, channels: { illuminance: { ...believed.channels.illuminance!, range: [0, 200] } } },
      ],
    };
    const part = watch(narrow);
    await bench.outcome(part.runner.start());
    expect(part.take()).toMatchObject([{ value: Number.NaN, quality: "bad" }]);
    twin.set("illuminance", 150);
    await bench.pass(30_000);
    expect(part.take()).toMatchObject([{ value: expect.closeTo(150, 0), quality: "good" }]);
    expect(part.runner.health.failures).toBe(0);
  });

  it("samples faster while that is called for, and slower again after, still on the grid", async () => {
    bench.solder(ld2410, radar!.place);
    const part = watch(radar!);
    await bench.outcome(part.runner.start());
    part.take();
    const slots = () =>
      part
        .take()
        .filter(({ channel }) => channel === "presence")
        .map(({ atMs }) => Math.floor(atMs / 5_000));
    await bench.pass(120_000);
    expect(slots()).toEqual([12, 24]);
    part.isUrgent = true;
    part.runner.reschedule();
    await bench.pass(12_000);
    expect(slots()).toEqual([25, 26]);
    part.isUrgent = false;
    part.runner.reschedule();
    await bench.pass(60_000);
    expect(slots()).toEqual([36]);
  });

  it("does not put off a sample because its urgency was looked at again", async () => {
    solder(veml7700, light!);
    const part = watch(light!);
    // Asked for before the sample's own timer, at the very instant at which that is due.
    bench.loop.at(bench.loop.now + 30_000, () => part.runner.reschedule());
    await bench.outcome(part.runner.start());
    part.take();
    await bench.pass(35_000);
    expect(part.take()).toHaveLength(1);
  });

  it("stops: nothing is sampled, watched or started any more, and the line is free", async () => {
    const twin = bench.solder(hcSr501, motion!.place);
    bench.solder(ld2410, radar!.place);
    const parts = [watch(motion!), watch(radar!)];
    await bench.outcome(Promise.all(parts.map(({ runner }) => runner.start())));
    await bench.pass(70_000);
    await bench.outcome(Promise.all(parts.map(({ runner }) => runner.stop())));
    for (const part of parts) part.take();
    twin.set("presence", 1);
    await bench.pass(minutes(10));
    expect(parts.flatMap((part) => part.take())).toEqual([]);
    const again = watch(radar!);
    await bench.outcome(again.runner.start());
    expect(again.runner.health.state).toBe("ok");
  });

  it("may be stopped while it starts: the part is let go, whatever it was about to say", async () => {
    for (const isWired of [true, false])
      for (let stopAfterMs = 0; stopAfterMs < 700; stopAfterMs += 50) {
        bench = new Bench();
        const twin = bench.solder(ld2410, radar!.place);
        if (!isWired) bench.loop.at(bench.loop.now + stopAfterMs, () => twin.unplug());
        const part = watch(radar!);
        const started = part.runner.start();
        await bench.pass(stopAfterMs);
        await bench.outcome(part.runner.stop());
        part.take();
        await bench.outcome(started);
        await bench.pass(minutes(10));
        expect(part.take()).toEqual([]);
        twin.mend();
        const again = watch(radar!);
        await bench.outcome(again.runner.start());
        expect([stopAfterMs, again.runner.health.state]).toEqual([stopAfterMs, "ok"]);
      }
  });

  it("drives an idle part before the call returns, one that is busy in its turn", async () => {
    const twin = bench.solder(pca9685, lamp!.place);
    const part = watch(lamp!);
    await bench.outcome(part.runner.start());
    const driven = [10, 20, 30].map((level) => part.runner.apply({ level, enable: 1 }));
    expect(twin.output?.("level")).toBeCloseTo(10, 1);
    const seen: string[] = [];
    twin.onOutput?.(() => seen.push(`${twin.output?.("level")?.toFixed(0)}`));
    await bench.outcome(Promise.all(driven));
    expect(seen).toEqual(["20", "30"]);
    const again = part.runner.apply({ level: 40, enable: 1 });
    expect(twin.output?.("level")).toBeCloseTo(40, 1);
    await again;
  });

  it("drives nothing before the part is configured", async () => {
    solder(pca9685, lamp!);
    const part = watch(lamp!);
    await expect(part.runner.apply({ level: 10 })).rejects.toMatchObject({ kind: "not-ready" });
    const started = part.runner.start();
    await expect(part.runner.apply({ level: 10 })).rejects.toMatchObject({ kind: "not-ready" });
    await bench.outcome(started);
    await bench.outcome(part.runner.apply({ level: 10, enable: 1 }));
    expect(part.runner.health.state).toBe("ok");
  });
});
