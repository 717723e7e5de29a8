import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PortError } from "#devices/ports/error.ts";
import type { I2cBus, I2cOperation } from "#devices/ports/i2c.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualGpio, virtualGpioPort } from "#sim/ports/gpio.ts";
import { PortIo } from "./io.ts";
import { Realm } from "./realm.ts";

const chip = "pinctrl-bcm2711";

/** Keeps what is transferred; `answer` makes the bytes of the reads, or fails. */
class RecordingBus implements I2cBus {
  readonly name = "i2c-1";
  readonly log: string[] = [];
  answer: (address: number) => number[] = () => [];

  async transfer(address: number, operations: readonly I2cOperation[]): Promise<Uint8Array[]> {
    const steps = operations.map((step) => ("write" in step ? `w${[...step.write]}` : `r${step.read}`));
    this.log.push(`${address}: ${steps.join(" ")}`);
    const bytes = this.answer(address);
    return operations.flatMap((step) => ("read" in step ? [Uint8Array.from(bytes)] : []));
  }

  async close(): Promise<void> {}
}

describe("the johnny-five IO plugin", () => {
  let loop: EventLoop;
  let gpio: VirtualGpio;
  let bus: RecordingBus;
  let io: PortIo;

  beforeEach(() => {
    loop = new EventLoop();
    gpio = new VirtualGpio();
    gpio.addChip(chip, 28);
    bus = new RecordingBus();
    const pins = Array.from({ length: 28 }, (_, offset) => (offset === 3 ? undefined : { chip, offset }));
    io = new PortIo(new Realm(new VirtualClock(loop)), {
      gpio: virtualGpioPort(gpio, () => loop.now),
      pins: [...pins, { chip: "pinctrl-rp1", offset: 0 }],
      i2c: bus,
    });
  });
  afterEach(() => io.close());

  const pass = (ms: number) => loop.runUntil(loop.now + ms);
  const level = (pin: number) => gpio.line(chip, pin).level;

  // The list of rwaldron/io-plugins, README, "Minimum Plugin Class Requirements".
  it("is what johnny-five asks of a plugin", async () => {
    const events: [string, boolean][] = [];
    for (const event of ["connect", "ready"]) io.on(event, () => events.push([event, io.isReady]));
    expect([io.isReady, io.HIGH, io.LOW, io.analogPins]).toEqual([false, 1, 0, []]);
    expect(io.MODES).toMatchObject({ INPUT: 0, OUTPUT: 1, ANALOG: 2, PWM: 3, SERVO: 4 });
    expect(Object.isFrozen(io.MODES)).toBe(true);
    expect(io.pins[17]).toEqual({
      name: "GPIO17",
      supportedModes: [0, 1],
      mode: 99,
      value: 0,
      report: 0,
      analogChannel: 127,
    });
    expect(io.pins[3]?.supportedModes).toEqual([]);
    await pass(5);
    expect(events).toEqual([
      ["connect", false],
      ["ready", true],
    ]);
  });

  it("normalises a pin's name to its number, and refuses a pin that is not wired", () => {
    expect([io.normalize("GPIO17"), io.normalize(17)]).toEqual([17, 17]);
    for (const pin of [3, 99, "GPIO99", "A0"]) expect(() => io.normalize(pin)).toThrow(RangeError);
  });

  it("writes the levels of a pin in order, and drives the first from the start", async () => {
    const levels: number[] = [];
    gpio.line(chip, 10).drive(1);
    gpio.line(chip, 10).watch((now) => levels.push(now));
    for (const value of [1, 0, true, false, 1]) io.digitalWrite(10, value);
    expect([io.pins[10]?.mode, io.pins[10]?.value]).toEqual([1, 1]);
    await pass(1);
    expect(levels).toEqual([0, 1, 0, 1]);
  });

  it("pushes the level there is and each new one, as a call and as an event", async () => {
    gpio.line(chip, 7).drive(1);
    const seen: [string, number][] = [];
    io.on("digital-read-7", (now) => seen.push(["event", now]));
    io.pinMode(7, io.MODES.INPUT);
    io.digitalRead(7, (now) => seen.push(["call", now]));
    await pass(1);
    gpio.line(chip, 7).drive(0);
    expect(seen).toEqual([
      ["call", 1],
      ["event", 1],
      ["call", 0],
      ["event", 0],
    ]);
    expect(io.pins[7]).toMatchObject({ mode: 0, value: 0, report: 1 });
  });

  it("does not drive an input that is asked for a pull-up, and says where to set one", async () => {
    const words: string[] = [];
    io.on("string", (text) => words.push(text));
    io.pinMode(7, io.MODES.INPUT);
    io.digitalWrite(7, io.HIGH);
    io.digitalWrite(7, io.LOW);
    await pass(1);
    expect([level(7), words]).toEqual([0, [expect.stringContaining("gpio=7=pu")]]);
  });

  it("throws for what a digital pin cannot do", () => {
    const calls = [
      () => io.pinMode(5, io.MODES.PWM),
      () => io.analogRead(5),
      () => io.analogWrite(5),
      () => io.pwmWrite(5),
      () => io.servoConfig(5),
      () => io.servoWrite(5),
    ];
    for (const call of calls) expect(call).toThrow(/PCA9685/);
  });

  it("surfaces a failure as an error, or as a string where nobody listens", async () => {
    const heard: unknown[] = [];
    io.on("string", (text) => heard.push(text));
    io.digitalWrite(28, 1);
    await pass(1);
    expect(heard).toEqual([expect.stringMatching(/bus on pinctrl-rp1:0/)]);
    io.on("error", (error) => heard.push(error));
    io.digitalWrite(28, 1);
    await pass(1);
    expect(heard[1]).toBeInstanceOf(PortError);
    await expect(io.outcome(28)).rejects.toBe(heard[1]);
    io.digitalWrite(5, 1);
    await pass(1);
    expect([level(5), heard.length]).toEqual([1, 2]);
  });

  describe("on I2C", () => {
    it("writes bytes, a register's bytes and a register's byte, in order", async () => {
      io.i2cConfig({ address: 0x20 });
      io.i2cWrite(0x20, [1, 2, 3]);
      io.i2cWrite(0x20, 6, [4, 5]);
      io.i2cWrite(0x20, 0x45);
      io.i2cWriteReg(0x20, 7, 8);
      await pass(1);
      expect(bus.log).toEqual(["32: w1,2,3", "32: w6,4,5", "32: w69", "32: w7,8"]);
    });

    it("reads once, from a register or plainly, as a call and as an event", async () => {
      bus.answer = () => [0xab, 0xcd];
      const seen: unknown[] = [];
      io.on("I2C-reply-32-227", (bytes) => seen.push(["event", bytes]));
      io.i2cReadOnce(0x20, 0xe3, 2, (bytes) => seen.push(bytes));
      io.i2cReadOnce(0x20, 2, (bytes) => seen.push(bytes));
      await pass(1_000);
      expect(bus.log).toEqual(["32: w227 r2", "32: r2"]);
      expect(seen).toEqual([
        [0xab, 0xcd],
        ["event", [0xab, 0xcd]],
        [0xab, 0xcd],
      ]);
    });

    it("waits between writing a register and reading it where that was configured", async () => {
      bus.answer = () => [1];
      io.i2cConfig({ address: 0x40, delay: 50_000 });
      const times: number[] = [];
      io.i2cReadOnce(0x40, 0xe3, 1, () => times.push(loop.now));
      await pass(100);
      expect([bus.log, times]).toEqual([["64: w227", "64: r1"], [50]]);
    });

    it("reads on until it is stopped, at the sampling interval", async () => {
      io.setSamplingInterval(100);
      io.i2cRead(0x20, 0, 1, () => {});
      await pass(350);
      expect(bus.log).toHaveLength(4);
      io.i2cStop(0x20);
      await pass(500);
      expect(bus.log).toHaveLength(4);
    });

    it("reports a part that fails once, reads on, and reports the next failure again", async () => {
      const errors: unknown[] = [];
      let reads = 0;
      io.on("error", (error) => errors.push(error));
      let isUnplugged = true;
      bus.answer = (address) => {
        if (isUnplugged)
          throw new PortError("no-acknowledge-address", { port: "i2c-1", address, operation: "read" });
        return [0];
      };
      io.i2cRead(0x20, 1, () => reads++);
      await pass(1_000);
      expect([errors.length, reads]).toEqual([1, 0]);
      isUnplugged = false;
      await pass(100);
      expect(reads).toBeGreaterThan(3);
      isUnplugged = true;
      await pass(1_000);
      expect(errors).toHaveLength(2);
    });

    it("ends its reads on close", async () => {
      io.i2cRead(0x20, 1, () => {});
      await pass(10);
      const before = bus.log.length;
      await io.close();
      await pass(1_000);
      expect(bus.log).toHaveLength(before);
    });

    it("names what is missing on a board without a bus", () => {
      const bare = new PortIo(new Realm(new VirtualClock(loop)), {
        gpio: virtualGpioPort(gpio, () => loop.now),
        pins: [],
      });
      expect(() => bare.i2cWrite(0x20, [1])).toThrow(/no I2C bus is wired/);
    });
  });
});
