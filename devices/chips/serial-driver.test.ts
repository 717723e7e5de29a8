import { describe, expect, it } from "vitest";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { milliseconds } from "../duration.ts";
import { PortError } from "../ports/error.ts";
import type { SerialLine } from "../ports/serial.ts";
import { type Listening, SerialDriver } from "./serial-driver.ts";

/** Frames of an upper-case letter each; everything else is garbage. */
const letters = () => ({
  push: (chunk: Uint8Array) =>
    [...chunk].map((byte) => String.fromCharCode(byte)).filter((one) => /[A-Z]/.test(one)),
});

/** A line that says what it is told to say, to whoever listens then. */
class Line implements SerialLine {
  readonly path = "/dev/ttyAMA0";
  isOpen = true;
  readonly log: string[] = [];
  readonly #data = new Set<(chunk: Uint8Array) => void>();
  readonly #closed = new Set<() => void>();

  get listeners(): number {
    return this.#data.size + this.#closed.size;
  }

  say(text: string): void {
    for (const listener of this.#data) listener(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.log.push(`write ${[...bytes]} to ${this.#data.size}`);
  }

  async flush(): Promise<void> {
    this.log.push("flush");
  }

  onData(listener: (chunk: Uint8Array) => void) {
    this.#data.add(listener);
    return () => void this.#data.delete(listener);
  }

  onClose(listener: () => void) {
    this.#closed.add(listener);
    return () => void this.#closed.delete(listener);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    for (const listener of this.#closed) listener();
  }
}

class Driver extends SerialDriver {
  hear<T>(accept: Listening<string, T>["accept"]): Promise<T> {
    return this.next({ operation: "read letter", limit: milliseconds(500), framing: letters(), accept });
  }

  ask(): Promise<string> {
    const accept = (letter: string) => letter;
    return this.exchange(Uint8Array.of(7), {
      operation: "ask",
      limit: milliseconds(500),
      framing: letters(),
      accept,
    });
  }
}

function start() {
  const loop = new EventLoop(0);
  const line = new Line();
  const driver = new Driver(line, new VirtualClock(loop));
  const saying = (text: string) => loop.at(loop.now + 100, () => line.say(text));
  /** What a promise came to, after half a second. */
  const settled = async <T>(work: Promise<T>) => {
    const outcome = work.then(
      (value) => ({ value }),
      (error: PortError) => error,
    );
    await loop.runUntil(loop.now + 600);
    return outcome;
  };
  return { line, driver, saying, settled };
}

describe("what is heard on a line", () => {
  it("is the first frame that is accepted, after all that came before was thrown away", async () => {
    const { line, driver, saying, settled } = start();
    saying("xxAByC");
    expect(await settled(driver.hear((letter) => (letter === "A" ? undefined : letter)))).toEqual({
      value: "B",
    });
    expect(line.log).toEqual(["flush"]);
  });

  it("is listened for before anything is sent", async () => {
    const { line, driver, saying, settled } = start();
    saying("A");
    expect(await settled(driver.ask())).toEqual({ value: "A" });
    expect(line.log).toEqual(["flush", "write 7 to 1"]);
  });

  it.each([
    ["silence", "", "timeout", "0 bytes came within 500 ms, 0 frames among them"],
    ["garbage alone", "xyz", "checksum", "3 bytes came within 500 ms, 0 frames among them"],
    ["frames that are not meant", "xAB", "timeout", "3 bytes came within 500 ms, 2 frames among them"],
  ])("may be %s, and is counted", async (_what, text, kind, detail) => {
    const { driver, saying, settled } = start();
    saying(text);
    expect(await settled(driver.hear(() => undefined))).toMatchObject({
      kind,
      port: "/dev/ttyAMA0",
      message: expect.stringContaining(`read letter (${detail})`),
    });
  });

  it("may say that it is of no use to listen on", async () => {
    const { driver, saying, settled } = start();
    const refusal = new PortError("wrong-device", { port: "/dev/ttyAMA0", operation: "read letter" });
    saying("A");
    const refuse = () => {
      throw refusal;
    };
    expect(await settled(driver.hear(refuse))).toBe(refusal);
  });

  it("ends with the line", async () => {
    const { line, driver, settled } = start();
    const heard = driver.hear(() => undefined);
    await Promise.resolve();
    await driver.close();
    expect(await settled(heard)).toMatchObject({ kind: "not-ready" });
    expect(await settled(driver.ask())).toMatchObject({ kind: "not-ready" });
    expect(line.listeners).toBe(0);
  });

  it("is heard by nobody afterwards, however it ended", async () => {
    const { line, driver, saying, settled } = start();
    saying("A");
    await settled(driver.hear((letter) => letter));
    await settled(driver.hear((letter) => letter));
    expect(line.listeners).toBe(0);
  });
});
