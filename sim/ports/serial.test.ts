import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { LineSpeed, SerialLine } from "#devices/ports/serial.ts";
import { EventLoop } from "../loop.ts";
import { SerialCable, type SerialTarget, type VirtualSerialLine, virtualSerialPort } from "./serial.ts";

const path = "/dev/ttyUSB0";
const speed = { baudRate: 9_600 } as const;
/** Ten bits of a byte at 9 600 baud. */
const byteMs = 10 / 9.6;

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
    near = await virtualSerialPort(new Map([[path, cable]])).open(path, speed);
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
    expect(() => cable.connect(speed)).toThrow(/no such device/);
    one.line.replug();
    cable.connect(speed).onData((chunk) => heard.push(...chunk));
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
  const near = cable.connect(speed);
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
