import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JohnnyFive } from "#firmware/johnny-five/program.ts";
import { Pca9685Registers } from "./pca9685-registers.ts";
import { Workbench } from "./workbench.ts";

/**
 * Programs in the style of johnny-five's published examples (rwaldron/johnny-five, eg/), each named after the one
 * whose parts, pins and calls it uses. What they must do is in johnny-five's API documentation.
 */
describe("a johnny-five program", () => {
  let bench: Workbench;
  let log: string[];

  beforeEach(() => {
    bench = new Workbench();
    log = [];
  });
  afterEach(() => bench.close());

  it("blinks an LED (eg/led-blink.js)", async () => {
    await bench.run((five) => {
      const board = new five.Board();
      board.on("ready", () => {
        const led = new five.Led(13);
        led.blink(500);
      });
    });
    const levels = bench.record(13);
    await bench.pass(2_600);
    const times = levels.map(([ms]) => ms);
    expect(levels.map(([, level]) => level)).toEqual([1, 0, 1, 0, 1]);
    expect(times.slice(1).map((ms, index) => ms - times[index]!)).toEqual([500, 500, 500, 500]);
  });

  it("switches an LED on and off, by default the board's own (eg/led.js)", async () => {
    let led: InstanceType<JohnnyFive["Led"]> | undefined;
    const program = await bench.run((five) => {
      new five.Board().on("ready", () => {
        led = new five.Led();
      });
    });
    for (const level of [1, 0, 1] as const) {
      program.run(() => (level ? led!.on() : led!.off()));
      await bench.pass(1);
      expect([bench.level(13), led!.isOn]).toEqual([level, level === 1]);
    }
  });

  it("tells down, hold and up of a button (eg/button.js)", async () => {
    await bench.run((five) => {
      const board = new five.Board();
      board.on("ready", () => {
        const button = new five.Button(8);
        for (const event of ["down", "hold", "up"])
          button.on(event, () => log.push(`${event} ${bench.loop.now}`));
      });
    });
    for (const [level, ms] of [
      [1, 2],
      [0, 1],
      [1, 1_200],
      [0, 600],
    ] as const) {
      bench.drive(8, level);
      await bench.pass(ms);
    }
    // Bounces within 7 ms are one press; hold comes each 500 ms; all from 10 ms, when the board was ready.
    expect(log).toEqual(["down 20", "hold 513", "hold 1013", "up 1220"]);
  });

  it("switches relays, without a click at start (eg/relay.js)", async () => {
    const levels = [bench.record(10), bench.record(9)];
    type Relay = InstanceType<JohnnyFive["Relay"]>;
    let relays: Relay[] = [];
    const program = await bench.run((five) => {
      new five.Board().on("ready", () => {
        relays = [new five.Relay(10), new five.Relay({ pin: 9, type: "NC" })];
      });
    });
    expect(levels).toEqual([[], []]);
    const [normallyOpen, normallyClosed] = relays as [Relay, Relay];
    for (const act of [
      () => normallyOpen.close(),
      () => normallyClosed.close(),
      () => normallyOpen.toggle(),
    ]) {
      program.run(act);
      await bench.pass(10);
    }
    // An NC relay closes its circuit when it is not energised.
    expect(levels.map((pin) => pin.map(([, level]) => level))).toEqual([[1, 0], []]);
    expect([normallyOpen.isClosed, normallyClosed.isClosed]).toEqual([false, true]);
  });

  it("follows a motion detector (eg/motion.js)", async () => {
    await bench.run((five) => {
      const board = new five.Board();
      board.on("ready", () => {
        const motion = new five.Motion(7);
        for (const event of ["calibrated", "motionstart", "motionend"])
          motion.on(event, () => log.push(event));
      });
    });
    await bench.pass(1_000);
    expect(log).toEqual([]);
    await bench.pass(1_500);
    for (const level of [1, 0] as const) {
      bench.drive(7, level);
      await bench.pass(100);
    }
    expect(log).toEqual(["calibrated", "motionstart", "motionend"]);
  });

  it("lights an LED with a switch (eg/switch.js)", async () => {
    bench.drive(8, 1);
    await bench.run((five) => {
      const board = new five.Board();
      board.on("ready", () => {
        const door = new five.Switch(8);
        const led = new five.Led(13);
        door.on("open", () => led.off());
        door.on("close", () => led.on());
      });
    });
    const seen: number[] = [];
    for (const level of [0, 1, 0] as const) {
      bench.drive(8, level);
      await bench.pass(20);
      seen.push(bench.level(13));
    }
    expect(seen).toEqual([1, 0, 1]);
  });

  describe("with a PCA9685", () => {
    const attach = (address: number) => {
      const pca9685 = new Pca9685Registers();
      bench.i2c.attach(address, pca9685);
      return pca9685;
    };

    it("pulses an LED (eg/led-PCA9685.js)", async () => {
      const pca9685 = attach(0x40);
      const program = await bench.run((five) => {
        const board = new five.Board();
        board.on("ready", () => {
          const led = new five.Led({ controller: "PCA9685", address: 0x40, pin: 0 });
          led.pulse(1_000);
        });
      });
      // Set up as its data sheet asks: PRE_SCALE while asleep (section 7.3.5), then RESTART with auto-increment.
      const setUp = pca9685.transfers.filter(([register]) => register === 0x00 || register === 0xfe);
      // PRE_SCALE of 30 for 200 Hz is the example of that section.
      expect(setUp.slice(0, 5)).toEqual([
        [0x00, 0x00],
        [0x00, 0x10],
        [0xfe, 30],
        [0x00, 0x00],
        [0x00, 0xa0],
      ]);
      const duties: number[] = [];
      for (let n = 0; n < 8; n++) {
        await bench.pass(250);
        duties.push(Math.round(pca9685.duty(0) * 10) / 10);
      }
      // inOutSine: half a cosine up in 1 s, and down again in the next.
      for (const [index, duty] of [0.15, 0.5, 0.85, 1, 0.85, 0.5, 0.15, 0].entries())
        expect(duties[index]).toBeGreaterThanOrEqual(duty - 0.1);
      expect(duties[0]).toBeLessThan(0.3);
      expect(duties[6]).toBeLessThan(0.3);
      expect(Math.max(...duties)).toBeGreaterThan(0.9);
      const steps = pca9685.transfers.length;
      await program.close();
      await bench.pass(1_000);
      expect(pca9685.transfers.length).toBe(steps);
    });

    it("sets brightness, full on and full off (eg/led-PCA9685.js)", async () => {
      const pca9685 = attach(0x41);
      let led: InstanceType<JohnnyFive["Led"]> | undefined;
      const program = await bench.run((five) => {
        new five.Board().on("ready", () => {
          led = new five.Led({ controller: "PCA9685", address: 0x41, pin: 15 });
        });
      });
      const duty = async (work: () => unknown) => {
        program.run(work);
        await bench.pass(1);
        return pca9685.duty(15);
      };
      expect(await duty(() => led!.on())).toBe(1);
      expect(await duty(() => led!.brightness(51))).toBeCloseTo(0.2, 3);
      expect(await duty(() => led!.off())).toBe(0);
    });

    it("moves servos at once and over time (eg/servo-PCA9685.js, eg/servo-animation.js)", async () => {
      const pca9685 = attach(0x42);
      const servos: InstanceType<JohnnyFive["Servo"]>[] = [];
      const program = await bench.run((five) => {
        const board = new five.Board();
        board.on("ready", () => {
          for (const pin of [0, 1])
            servos.push(new five.Servo({ controller: "PCA9685", address: 0x42, pin }));
          servos[1]!.on("move:complete", () => log.push(`complete ${bench.loop.now}`));
          servos[0]!.to(0);
          servos[1]!.to(180);
        });
      });
      // The servos' cycle is 20 ms, within the step of PRE_SCALE.
      expect(Math.abs(pca9685.frequency - 50)).toBeLessThan(0.3);
      // A hobby servo's end positions lie near 0.5 and 2.4 ms, its centre near 1.5 ms.
      const [low, high] = [pca9685.pulse(0), pca9685.pulse(1)];
      expect(low).toBeGreaterThan(450);
      expect(low).toBeLessThan(650);
      expect(high).toBeGreaterThan(2_000);
      expect(high).toBeLessThan(2_500);
      program.run(() => servos[1]!.to(0, 1_000));
      const pulses: number[] = [];
      for (let n = 0; n < 12; n++) {
        await bench.pass(100);
        pulses.push(pca9685.pulse(1));
      }
      expect(pulses).toEqual([...pulses].sort((a, b) => b - a));
      expect(new Set(pulses).size).toBeGreaterThan(5);
      expect(pulses.at(-1)).toBeCloseTo(low);
      expect([servos[1]!.position, log.length]).toEqual([0, 1]);
    });

    it("never moves another board's servos: an address belongs to one board of a process", async () => {
      attach(0x43);
      const other = new Workbench();
      other.i2c.attach(0x43, new Pca9685Registers());
      const use = (five: JohnnyFive) => {
        new five.Board().on("ready", () => new five.Servo({ controller: "PCA9685", address: 0x43, pin: 0 }));
      };
      await bench.run(use);
      await expect(other.run(use)).rejects.toThrow(/an expander at 0x43 already, on another board/);
      await other.close();
    });
  });

  it("may share the process with others, each on its own board and time", async () => {
    const other = new Workbench();
    const blink = (periodMs: number) => (five: JohnnyFive) => {
      new five.Board().on("ready", () => new five.Led(13).blink(periodMs));
    };
    await bench.run(blink(100));
    await other.run(blink(1_000));
    const levels = [bench.record(13), other.record(13)];
    await bench.pass(1_000);
    await other.pass(3_000);
    expect(levels.map((pin) => pin.length)).toEqual([10, 3]);
    await other.close();
  });
});
