import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, lstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realPause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Ear, OfferedLines, until } from "#test/bench/offered-lines.ts";
import type { VirtualSerialLine } from "../../ports/serial.ts";
import { compiled } from "../compiled.ts";
import { EnvironmentError } from "../environment-error.ts";
import { offerSerial } from "./offer-serial.ts";

const path = "/dev/ttyAMA3";
/** Ten bits of a byte at 9 600 baud. */
const byteMs = 10 / 9.6;
/** More than the kernel and the simulator keep of what a program wrote. */
const plenty = 65_536;

const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;

/** A program that has the line open, and does not wait. */
class Program {
  readonly heard: number[] = [];
  readonly #fd: number;

  constructor(link: string) {
    this.#fd = openSync(link, O_RDWR | O_NOCTTY | O_NONBLOCK);
  }

  /** What it could, of these bytes. */
  write(bytes: Uint8Array): number {
    let count = 0;
    while (count < bytes.length) {
      const written = this.#tried(() => writeSync(this.#fd, bytes, count));
      if (written === undefined) break;
      count += written;
    }
    return count;
  }

  /** Whether it has heard `count` bytes in all. */
  hears(count: number): boolean {
    const buffer = Buffer.alloc(4_096);
    const read = this.#tried(() => readSync(this.#fd, buffer)) ?? 0;
    this.heard.push(...buffer.subarray(0, read));
    return this.heard.length >= count;
  }

  /** Reading finds the end, or an error (tty(4): a terminal that has hung up). */
  get isHungUp(): boolean {
    try {
      return readSync(this.#fd, Buffer.alloc(1)) === 0;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EIO";
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #tried(work: () => number): number | undefined {
    try {
      return work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
      throw error;
    }
  }
}

const isThere = (link: string) => lstatSync(link, { throwIfNoEntry: false }) !== undefined;

describe("an offered serial line", () => {
  let lines: OfferedLines;
  let far: Ear;
  let wire: VirtualSerialLine;
  let link: string;

  beforeEach(async () => {
    lines = new OfferedLines();
    far = new Ear({ baudRate: 9_600 });
    wire = lines.attach(path, far);
    await lines.offer();
    link = lines.link(path);
  });

  afterEach(() => lines.close());

  const stty = (...words: readonly string[]) =>
    execFileSync("stty", ["-F", link, ...words], { encoding: "utf8" });
  const opened = async () => {
    const program = new Program(link);
    const before = far.listened.length;
    await until(() => far.listened.length > before);
    return program;
  };
  const openedIfThere = () => {
    try {
      return new Program(link);
    } catch {
      return undefined;
    }
  };
  const closed = async (program: Program) => {
    program.close();
    await until(() => far.listened.at(-1) === false);
  };

  it("is a raw terminal at 9600 baud, as stty says", () => {
    const settings = stty("-a");
    for (const word of [
      "speed 9600 baud",
      "cs8",
      "-parenb",
      "-cstopb",
      "-icanon",
      "-echo",
      "-opost",
      "-icrnl",
    ])
      expect(settings).toContain(word);
  });

  it("carries bytes both ways, and says whether a program has it open", async () => {
    const program = await opened();
    program.write(Uint8Array.of(1, 3, 4, 17, 19, 26, 28, 127, 255, 0));
    await until(() => far.heard.length >= 10);
    expect(far.heard).toEqual([1, 3, 4, 17, 19, 26, 28, 127, 255, 0]);
    wire.send(Uint8Array.of(13, 10, 0, 255, 17, 19));
    await until(() => program.hears(6));
    expect(program.heard).toEqual([13, 10, 0, 255, 17, 19]);
    expect(wire.isListenedTo).toBe(true);
    await closed(program);
    expect(wire.isListenedTo).toBe(false);
  });

  it("lets bytes leave no faster than their speed", async () => {
    const program = await opened();
    const startMs = lines.loop.now;
    program.write(new Uint8Array(200).fill(0x55));
    await until(() => far.heard.length === 200);
    // Not a time limit of this machine: what the street's own time says.
    expect(lines.loop.now - startMs).toBeGreaterThanOrEqual(200 * byteMs - 10);
    program.close();
  });

  it("garbles what is sent and read at a speed that another program set, until that is mended", async () => {
    const program = await opened();
    const says = async (text: string) => {
      far.heard.length = program.heard.length = 0;
      program.write(Buffer.from(text));
      wire.send(Buffer.from(text));
      await until(() => far.heard.length === text.length && program.hears(text.length));
      return [String.fromCharCode(...far.heard), String.fromCharCode(...program.heard)];
    };
    expect(await says("right")).toEqual(["right", "right"]);
    stty("19200");
    const [sent, heard] = await says("wrong");
    expect(sent).not.toBe("wrong");
    expect(heard).not.toBe("wrong");
    expect(stty()).toContain("speed 19200 baud");
    stty("9600");
    expect(await says("right")).toEqual(["right", "right"]);
    program.close();
  });

  it("loses what comes while no program has it open, and what one did not read", async () => {
    wire.send(Uint8Array.of(1));
    const first = await opened();
    wire.send(Uint8Array.of(2));
    await until(() => lines.cable(path).traffic.receivedBytes === 1);
    await closed(first);
    wire.send(Uint8Array.of(3));
    const second = await opened();
    wire.send(Uint8Array.of(4));
    await until(() => second.hears(1));
    expect(second.heard).toEqual([4]);
    second.close();
  });

  it("keeps its settings from one program to the next", async () => {
    stty("57600", "cstopb");
    expect(stty("-a")).toMatch(/speed 57600 baud[\s\S]* cstopb/);
  });

  it("lets the last bytes of a program leave that closed it at once", async () => {
    const program = await opened();
    program.write(Buffer.from("last words"));
    program.close();
    await until(() => far.heard.length === 10);
    expect(String.fromCharCode(...far.heard)).toBe("last words");
    await until(() => !wire.isListenedTo);
  });

  it("hangs up when it is unplugged, and is another under the same name when it is plugged in again", async () => {
    const before = await opened();
    before.write(new Uint8Array(100).fill(1));
    wire.unplug();
    await until(() => before.isHungUp);
    await until(() => !isThere(link));
    expect(() => new Program(link)).toThrow(/ENOENT/);
    wire.replug();
    await until(() => isThere(link));
    const after = await opened();
    after.write(Uint8Array.of(2));
    await until(() => far.heard.includes(2));
    expect(far.heard).not.toContain(1);
    expect(before.isHungUp).toBe(true);
    before.close();
    after.close();
  });

  it("is there again however fast it was pulled and plugged in", async () => {
    for (let times = 0; times < 2; times++) {
      wire.unplug();
      wire.replug();
    }
    let program: Program | undefined;
    // Until the kernel has heard of it, a program may still open what is about to hang up.
    await until(() => {
      if (program?.isHungUp) {
        program.close();
        program = undefined;
      }
      program ??= openedIfThere();
      return far.listened.length > 0;
    });
    program!.write(Uint8Array.of(5));
    await until(() => far.heard.length === 1);
    expect(far.heard).toEqual([5]);
    program!.close();
  });

  it("blocks writes while it is held, and goes on when it is released", async () => {
    const program = await opened();
    lines.cable(path).hold();
    await until(() => program.write(Uint8Array.of(1)) === 0);
    lines.cable(path).release();
    await until(() => program.write(Uint8Array.of(2)) === 1);
    await until(() => far.heard.includes(2));
    program.close();
  });

  it("lets nothing leave later of what could not while a program had it open", async () => {
    lines.cable(path).hold();
    const program = await opened();
    program.write(Uint8Array.of(1));
    await closed(program);
    lines.cable(path).release();
    const next = await opened();
    next.write(Uint8Array.of(2));
    await until(() => far.heard.length > 0);
    expect(far.heard).toEqual([2]);
    next.close();
  });

  it("takes no more from a program than leaves", async () => {
    stty("50");
    const program = await opened();
    let taken = 0;
    await until(() => {
      const before = taken;
      taken += program.write(new Uint8Array(plenty - taken));
      return taken === before || taken === plenty;
    });
    expect(taken).toBeLessThan(plenty);
    program.close();
  });

  it("says why it cannot be offered", async () => {
    lines.cable(path).unplug();
    const other = join(lines.folder, "other");
    await mkdir(join(other, path), { recursive: true });
    lines.cable(path).replug();
    const refused = offerSerial(lines.cable(path), other, lines.loop);
    await expect(refused).rejects.toBeInstanceOf(EnvironmentError);
    await expect(refused).rejects.toThrow(/no pseudo-terminal for .*other\/dev\/ttyAMA3.*directory/);
  });
});

describe("a slow line", () => {
  it("drops what it had taken of a program that closed it while it was held", async () => {
    const lines = new OfferedLines();
    const far = new Ear({ baudRate: 50 });
    const wire = lines.attach(path, far);
    await lines.offer();
    execFileSync("stty", ["-F", lines.link(path), "50"]);
    const first = new Program(lines.link(path));
    await until(() => wire.isListenedTo);
    first.write(Uint8Array.of(1));
    await until(() => lines.loop.pending > 0);
    first.write(Uint8Array.of(2));
    // A byte takes 200 ms: the second waits behind the first, in the simulator.
    await realPause(50);
    lines.cable(path).hold();
    first.close();
    await until(() => !wire.isListenedTo);
    lines.cable(path).release();
    const second = new Program(lines.link(path));
    second.write(Uint8Array.of(3));
    await until(() => far.heard.includes(3));
    expect(far.heard).toEqual([1, 3]);
    second.close();
    await lines.close();
  });
});

describe("a fast line", () => {
  it("loses none of many bytes, in order", async () => {
    const lines = new OfferedLines();
    const far = new Ear({ baudRate: 4_000_000 });
    const wire = lines.attach(path, far);
    await lines.offer();
    execFileSync("stty", ["-F", lines.link(path), "4000000"]);
    const program = new Program(lines.link(path));
    await until(() => wire.isListenedTo);
    const bytes = Uint8Array.from({ length: plenty }, (_, index) => (index * index + index) >> 3);
    let written = 0;
    await until(() => {
      written += program.write(bytes.subarray(written));
      return far.heard.length === plenty;
    });
    expect(Buffer.compare(Buffer.from(far.heard), bytes)).toBe(0);
    program.close();
    await lines.close();
  });
});

it("is gone when the process that offers it was killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-orphan-"));
  const link = join(folder, "line");
  const source = fileURLToPath(new URL("plinth-pty.c", import.meta.url));
  const program = await compiled(source, "program");
  const offering = spawn("sh", ["-c", 'sleep 60 | "$0" "$1"', program, link], { detached: true });
  await until(() => isThere(link));
  const terminal = new Program(link);
  // The whole group, as the kernel's out-of-memory killer or a closed session would; the holder left it.
  process.kill(-offering.pid!, "SIGKILL");
  await until(() => !isThere(link));
  await until(() => terminal.isHungUp);
  expect([isThere(link), terminal.isHungUp]).toEqual([false, true]);
  terminal.close();
  rmSync(folder, { recursive: true });
});
