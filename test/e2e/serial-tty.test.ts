import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as realPause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { systemClock } from "#firmware/ports/clock.ts";
import { ttyPort } from "#firmware/ports/serial.ts";
import { serialContract } from "#test/contracts/serial.ts";

const clock = systemClock();

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await realPause(2);
}

/** A pseudo-terminal at `path`, whose far end is socat's standard input and output. */
async function pseudoTerminal(path: string): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const socat = spawn("socat", [`pty,raw,echo=0,link=${path}`, "STDIO"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [event, error] = await Promise.race([
    once(socat, "error").then(([reason]) => ["error", reason as Error] as const),
    once(socat, "spawn").then(() => ["spawn"] as const),
  ]);
  if (event === "error")
    throw new Error(
      `serial lines are tested on pseudo-terminals: install the Debian package socat (${error})`,
    );
  await until(() => existsSync(path));
  return socat;
}

serialContract("the tty port over a pseudo-terminal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-tty-"));
  const path = join(folder, "line");
  const socat = await pseudoTerminal(path);
  const ended = once(socat, "exit");
  const received: Buffer[] = [];
  socat.stdout.on("data", (chunk: Buffer) => received.push(chunk));
  return {
    port: ttyPort(clock),
    path,
    speed: { baudRate: 19_200, parity: "even" },
    missingPath: join(folder, "no-such-line"),
    far: {
      send: (bytes) => void socat.stdin.write(bytes),
      received: () => Buffer.concat(received),
      stall: () => void socat.kill("SIGSTOP"),
      unplug: () => void socat.kill("SIGKILL"),
    },
    overload: 1 << 20,
    until,
    outcome: (work) => work,
    async close() {
      socat.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
});

describe("the tty port", () => {
  it("notices an adapter that is pulled while serialport is not polling", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plinth-tty-"));
    let closes = 0;
    // Whether a read is pending at that moment is chance, about one in two: eight lines make it certain enough.
    for (let n = 0; n < 8; n++) {
      const path = join(folder, `line${n}`);
      const socat = await pseudoTerminal(path);
      const line = await ttyPort(clock).open(path, { baudRate: 9_600 });
      line.onClose(() => closes++);
      socat.kill("SIGKILL");
    }
    await until(() => closes === 8);
    rmSync(folder, { recursive: true });
    expect(closes).toBe(8);
  });

  it("refuses what is not a serial line", async () => {
    await expect(ttyPort(clock).open("/dev/null", { baudRate: 9_600 })).rejects.toMatchObject({
      kind: "bus",
      port: "/dev/null",
    });
  });
});
