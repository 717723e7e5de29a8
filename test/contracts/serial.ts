import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Duration, milliseconds, seconds } from "#devices/duration.ts";
import { PortError } from "#devices/ports/error.ts";
import type { LineSpeed, SerialLine, SerialPortPort } from "#devices/ports/serial.ts";

/** A serial line, and whoever sits at its far end. */
export interface SerialSubject {
  readonly port: SerialPortPort;
  readonly path: string;
  readonly speed: LineSpeed;
  readonly missingPath: string;
  readonly far: {
    send(bytes: Uint8Array): void | Promise<void>;
    /** All that arrived there, in order. */
    received(): Uint8Array;
    /** From now on it takes no byte, or the line is so slow that it cannot. */
    stall(): void | Promise<void>;
    unplug(): void | Promise<void>;
  };
  /** More bytes than a stalled line takes within 50 ms. */
  readonly overload: number;
  /** Resolves when `condition` holds; time passes meanwhile. */
  until(condition: () => boolean): Promise<void>;
  /** Resolves when the far end knows that the line was closed; left out where it knows at once. */
  released?(): Promise<void>;
  /** `work`'s outcome; time passes meanwhile. */
  outcome<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What devices/ports/serial.ts promises. */
export function serialContract(name: string, make: () => Promise<SerialSubject>): void {
  describe(`${name} as a SerialPortPort`, () => {
    let subject: SerialSubject;
    let line: SerialLine;
    let heard: number[];
    const limit = seconds(5);

    beforeEach(async () => {
      subject = await make();
      line = await subject.port.open(subject.path, subject.speed);
      heard = [];
    });

    afterEach(async () => {
      await close();
      await subject.close();
    });

    const close = async () => {
      await line.close();
      await subject.released?.();
    };
    const write = (bytes: Uint8Array, within: Duration = limit) => subject.outcome(line.write(bytes, within));
    const refuses = async (work: Promise<unknown>, kind: PortError["kind"]) => {
      const error = await subject.outcome(work.catch((reason: unknown) => reason));
      expect(error).toBeInstanceOf(PortError);
      expect((error as PortError).kind).toBe(kind);
      return error as PortError;
    };
    const listen = () => line.onData((chunk) => heard.push(...chunk));
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

    it("carries every byte value both ways", async () => {
      listen();
      await write(everyByte);
      await subject.until(() => subject.far.received().length >= 256);
      expect([...subject.far.received()]).toEqual([...everyByte]);
      await subject.far.send(everyByte);
      await subject.until(() => heard.length >= 256);
      expect(heard).toEqual([...everyByte]);
    });

    it("sends writes in the order asked for, as they were when asked for", async () => {
      const bytes = Uint8Array.of(1, 2);
      const first = line.write(bytes, limit);
      bytes.fill(9);
      await subject.outcome(Promise.all([first, line.write(Uint8Array.of(3), limit)]));
      await subject.until(() => subject.far.received().length >= 3);
      expect([...subject.far.received()]).toEqual([1, 2, 3]);
    });

    it("delivers to each listener until it is cancelled, and keeps nothing for later", async () => {
      const other: number[] = [];
      const cancel = listen();
      line.onData((chunk) => other.push(...chunk));
      await subject.far.send(Uint8Array.of(1));
      await subject.until(() => other.length === 1);
      cancel();
      cancel();
      await subject.far.send(Uint8Array.of(2));
      await subject.until(() => other.length === 2);
      listen();
      await subject.far.send(Uint8Array.of(3));
      await subject.until(() => other.length === 3);
      expect([heard, other]).toEqual([
        [1, 3],
        [1, 2, 3],
      ]);
    });

    it("flushes without losing what comes after", async () => {
      listen();
      await subject.outcome(line.flush());
      await subject.far.send(Uint8Array.of(0x5a));
      await subject.until(() => heard.length >= 1);
      expect(heard).toEqual([0x5a]);
    });

    it("notices that it is unplugged although nobody listens for data, and says so once", async () => {
      let closes = 0;
      line.onClose(() => closes++);
      line.onClose(() => closes++)();
      await subject.far.unplug();
      await subject.until(() => closes > 0);
      expect([closes, line.isOpen]).toEqual([1, false]);
      await line.close();
      expect(closes).toBe(1);
    });

    it("refuses to write on a closed line instead of keeping it for the next", async () => {
      let closes = 0;
      line.onClose(() => closes++);
      expect(line.isOpen).toBe(true);
      await line.close();
      await line.close();
      expect([closes, line.isOpen]).toEqual([1, false]);
      const error = await refuses(line.write(Uint8Array.of(1), limit), "not-ready");
      expect(error.port).toBe(subject.path);
    });

    it("drops what did not leave in time", async () => {
      await subject.far.stall();
      const late = refuses(line.write(new Uint8Array(subject.overload).fill(7), milliseconds(50)), "timeout");
      const behind = line.write(Uint8Array.of(0x42), milliseconds(20)).catch((reason: unknown) => reason);
      await late;
      expect(await subject.outcome(behind)).toBeInstanceOf(PortError);
      expect([...subject.far.received()]).not.toContain(0x42);
    });

    it("closes a line that does not take what it was given, says so once, and is free for the next", async () => {
      let closes = 0;
      line.onClose(() => closes++);
      await subject.far.stall();
      await refuses(line.write(new Uint8Array(subject.overload).fill(7), milliseconds(50)), "timeout");
      expect(line.isOpen).toBe(false);
      await subject.until(() => closes > 0);
      await refuses(line.write(Uint8Array.of(0x42), limit), "not-ready");
      await close();
      expect(closes).toBe(1);
      line = await subject.port.open(subject.path, subject.speed);
      expect(line.isOpen).toBe(true);
    });

    it("sends nothing that has no time left, and goes on with what has", async () => {
      await refuses(line.write(Uint8Array.of(0x42), milliseconds(0)), "timeout");
      await write(Uint8Array.of(0x43));
      await subject.until(() => subject.far.received().length >= 1);
      expect([...subject.far.received()]).toEqual([0x43]);
    });

    it("belongs to one at a time, and may be opened again", async () => {
      await refuses(subject.port.open(subject.path, subject.speed), "bus");
      await close();
      line = await subject.port.open(subject.path, subject.speed);
      listen();
      await subject.far.send(Uint8Array.of(0x11));
      await subject.until(() => heard.length >= 1);
      expect(heard).toEqual([0x11]);
    });

    it("says that a line does not exist", async () => {
      const error = await refuses(subject.port.open(subject.missingPath, subject.speed), "bus");
      expect(error.port).toBe(subject.missingPath);
    });
  });
}
