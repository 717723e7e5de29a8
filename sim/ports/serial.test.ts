import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { LineSpeed, SerialLine } from "#devices/ports/serial.ts";
import { EventLoop } from "../loop.ts";
import { random } from "../world/random.ts";
import { SerialCable, type SerialTarget, type VirtualSerialLine } from "./serial.ts";
import { virtualSerialPort } from "./serial-port.ts";

const path = "/dev/ttyUSB0";
const speed = { baudRate: 9_600 } as const;
/** Ten bits of a byte at 9 600 baud. */
const byteMs = 10 / 9.6;

const connect = (cable: SerialCable, own: LineSpeed = speed) =>
  virtualSerialPort(new Map([[path, cable]])).open(path, own);

class Drop implements SerialTarget {
  readonly isMultidrop = true;
  readonly speed: LineSpeed;
  readonly heard: number[] = [];
  readonly listened: boolean[] = [];
  readonly line: VirtualSerialLine;

  constructor(cable: SerialCable, itsSpeed: LineSpeed = speed) {
    this.speed = itsSpeed;
    this.line = cable.attach(this);
  }

  receive(bytes: Uint8Array): void {
    this.heard.push(...bytes);
  }

  listening(yes: boolean): void {
    this.listened.push(yes);
  }
}

describe("a line with several at its far end", () => {
  let loop: EventLoop;
  let cable: SerialCable;
  let one: Drop;
  let two: Drop;
  let near: SerialLine;
  let heard: number[];

  beforeEach(async () => {
    loop = new EventLoop();
    cable = new SerialCable(path, loop);
    one = new Drop(cable);
    two = new Drop(cable);
    near = await connect(cable);
    heard = [];
    near.onData((chunk) => heard.push(...chunk));
  });

  const bytes = Uint8Array.of(1, 2, 3, 4);
  const at = (ms: number, run: () => void) => loop.at(loop.now + ms, run);
  const pass = () => loop.runUntil(loop.now + 1_000);

  it("is heard by all of them, the unit as well as each other", async () => {
    void near.write(bytes, seconds(1));
    await pass();
    expect([one.heard, two.heard]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    one.line.send(Uint8Array.of(9));
    await pass();
    expect([heard, one.heard, two.heard]).toEqual([[9], [1, 2, 3, 4], [1, 2, 3, 4, 9]]);
  });

  it("carries what one says after the other", async () => {
    one.line.send(bytes);
    at(4 * byteMs, () => two.line.send(Uint8Array.of(5, 6)));
    await pass();
    expect(heard).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("garbles what two say at once, byte by byte", async () => {
    one.line.send(bytes);
    at(2.5 * byteMs, () => two.line.send(bytes));
    await pass();
    expect(heard).toHaveLength(8);
    expect(heard.slice(0, 2)).toEqual([1, 2]);
    expect(heard.slice(6)).toEqual([3, 4]);
    for (const index of [2, 3]) expect(heard[index]).not.toBe(bytes[index]);
    for (const index of [0, 1]) expect(heard[4 + index]).not.toBe(bytes[index]);
  });

  it("garbles what the unit says into an answer", async () => {
    one.line.send(bytes);
    void near.write(bytes, seconds(1));
    await pass();
    expect(heard).not.toEqual([...bytes]);
    expect(two.heard.slice(0, 4)).not.toEqual([...bytes]);
    expect(two.heard.slice(4)).not.toEqual([...bytes]);
  });

  it("is noise to one at another speed, and its answers are noise to the others", async () => {
    const odd = new Drop(cable, { baudRate: 2_400 });
    void near.write(bytes, seconds(1));
    await pass();
    expect(odd.heard).toHaveLength(4);
    expect(odd.heard).not.toEqual([...bytes]);
    expect(one.heard).toEqual([...bytes]);
    odd.line.send(bytes);
    await pass();
    expect(heard).toHaveLength(4);
    expect(heard).not.toEqual([...bytes]);
  });

  it("tells each of them whether the unit listens", async () => {
    cable.abandon();
    expect([one.listened, two.listened]).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(two.line.isListenedTo).toBe(false);
  });

  it("closes for all when the adapter is pulled, and opens again", async () => {
    let closes = 0;
    near.onClose(() => closes++);
    two.line.unplug();
    expect([closes, near.isOpen]).toEqual([1, false]);
    one.line.send(bytes);
    await pass();
    expect(heard).toEqual([]);
    await expect(connect(cable)).rejects.toThrow(/no such device/);
    one.line.replug();
    (await connect(cable)).onData((chunk) => heard.push(...chunk));
    one.line.send(bytes);
    await pass();
    expect(heard).toEqual([...bytes]);
  });
});

it("is one's alone where the wires cannot be shared", () => {
  const cable = new SerialCable(path, new EventLoop());
  const alone: SerialTarget = { speed, receive: () => {} };
  new Drop(cable);
  expect(() => cable.attach(alone)).toThrow("/dev/ttyUSB0 has something at its far end already");
  const other = new SerialCable(path, new EventLoop());
  other.attach(alone);
  expect(() => new Drop(other)).toThrow(/far end already/);
});

it("carries both ways at once where it is not shared", async () => {
  const loop = new EventLoop();
  const cable = new SerialCable(path, loop);
  const only = new Drop(cable);
  const near = await connect(cable);
  const heard: number[] = [];
  near.onData((chunk) => heard.push(...chunk));
  only.line.send(Uint8Array.of(1, 2, 3));
  void near.write(Uint8Array.of(7, 8, 9), seconds(1));
  await loop.runUntil(1_000);
  expect([heard, only.heard]).toEqual([
    [1, 2, 3],
    [7, 8, 9],
  ]);
});

describe("a line in trouble", () => {
  let loop: EventLoop;
  let cable: SerialCable;
  let far: Drop;
  let near: SerialLine;
  let heard: number[];

  beforeEach(async () => {
    loop = new EventLoop();
    cable = new SerialCable(path, loop);
    far = new Drop(cable);
    near = await connect(cable);
    heard = [];
    near.onData((chunk) => heard.push(...chunk));
  });

  const pass = () => loop.runUntil(loop.now + 2_000);

  it("sends nothing while it is held, nor later what was given up meanwhile", async () => {
    cable.hold();
    const late = near.write(Uint8Array.of(1), seconds(1)).catch((error: unknown) => error);
    far.line.send(Uint8Array.of(7));
    await pass();
    cable.release();
    near = await connect(cable);
    void near.write(Uint8Array.of(2), seconds(1));
    await pass();
    expect(await late).toMatchObject({ kind: "timeout" });
    expect([far.heard, heard]).toEqual([[2], [7]]);
  });

  it("has one wrong bit in each byte that interference hits, both ways, until it is calm", async () => {
    const sent = new Uint8Array(64).fill(0x5a);
    const wrongBits = (bytes: readonly number[]) =>
      bytes.map((byte) => (byte ^ 0x5a).toString(2).replaceAll("0", "").length);
    const noise = random(3, "noise");
    cable.faults.disturb(0.25, () => noise.uniform());
    void near.write(sent, seconds(1));
    far.line.send(sent);
    await pass();
    for (const arrived of [far.heard, heard]) {
      expect(new Set(wrongBits(arrived))).toEqual(new Set([0, 1]));
      expect(arrived).toHaveLength(64);
    }
    cable.faults.calm();
    void near.write(sent, seconds(1));
    await pass();
    expect(wrongBits(far.heard.slice(64))).toEqual(new Array(64).fill(0));
  });

  it("brings the first half of what was sent in one go while a plug is loose", async () => {
    cable.faults.halve(true);
    void near.write(Uint8Array.of(1, 2, 3), seconds(1));
    far.line.send(Uint8Array.of(7, 8, 9, 10));
    await pass();
    cable.faults.halve(false);
    void near.write(Uint8Array.of(4), seconds(1));
    await pass();
    expect([far.heard, heard]).toEqual([
      [1, 2, 4],
      [7, 8],
    ]);
  });

  it("brings nothing while it is shorted: what was written is gone", async () => {
    cable.faults.short(true);
    const written = near.write(Uint8Array.of(1), seconds(1));
    far.line.send(Uint8Array.of(7));
    await pass();
    cable.faults.short(false);
    await written;
    await pass();
    expect([far.heard, heard]).toEqual([[], []]);
  });

  it("brings the unit bytes that nobody sent, and counts them as errors", () => {
    cable.stray(Uint8Array.of(3, 4));
    expect([heard, far.heard, cable.traffic.errors]).toEqual([[3, 4], [], 1]);
  });

  it("tells who watches it, until they look away", () => {
    const states: string[] = [];
    const stop = cable.watch(() => states.push(`${cable.isPlugged ? "in" : "out"} ${cable.isHeld}`));
    cable.hold();
    cable.unplug();
    cable.release();
    cable.replug();
    stop();
    cable.unplug();
    expect(states).toEqual(["in true", "out true", "out false", "in false"]);
  });

  it("is noise to a unit with other data bits, or parity, and not with other stop bits", async () => {
    const hears = async (near: LineSpeed) => {
      const other = new SerialCable(path, loop);
      const { line } = new Drop(other);
      const bytes: number[] = [];
      (await connect(other, near)).onData((chunk) => bytes.push(...chunk));
      line.send(Uint8Array.of(1, 2, 3));
      await pass();
      return bytes;
    };
    expect(await hears({ ...speed, dataBits: 7 })).not.toEqual([1, 2, 3]);
    expect(await hears({ ...speed, parity: "even" })).not.toEqual([1, 2, 3]);
    expect(await hears({ ...speed, stopBits: 2 })).toEqual([1, 2, 3]);
  });
});
