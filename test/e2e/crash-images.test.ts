import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { judgeOutbox, readOutbox } from "#scripts/crash-images/verdicts.ts";
import { bundle, crashImages, writers } from "#scripts/crash-images.ts";
import { random } from "#sim/world/random.ts";

describe("every directory that a reboot could find", () => {
  it.each([writers.store, writers.outbox, writers.drained])(
    "$name: is whole",
    async (writer) => {
      const { images, unreadable, lost } = await crashImages(writer);
      expect([unreadable, lost]).toEqual([0, 0]);
      expect(images).toBeGreaterThan(100);
    },
    300_000,
  );

  it("shows what is wrong with writing in place, and with a rename without fsync", async () => {
    for (const writer of [writers.inPlace, writers.rename]) {
      const { unreadable, lost } = await crashImages(writer);
      expect(unreadable).toBeGreaterThan(0);
      expect(lost).toBeGreaterThan(0);
    }
  }, 300_000);
});

/** Lets the program print `lines` lines, then kills it. Resolves with all that it had printed. */
async function life(program: string, args: readonly string[], lines: number): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  let left = lines;
  const exit = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    printed += `${line}\n`;
    if (--left === 0) child.kill("SIGKILL");
  }
  expect((await exit)[1]).toBe("SIGKILL");
  return printed;
}

describe("kill -9", () => {
  it("loses nothing acknowledged in a hundred lives, the link away in half of them", async () => {
    const scratch = await mkdtemp(join(tmpdir(), "plinth-kill-"));
    try {
      const program = await bundle("outbox-writer.ts", scratch);
      const data = join(scratch, "data");
      const draw = random(1, "kill");
      let printed = "";
      for (let number = 1; number <= 100; number++) {
        const link = number % 2 === 0 ? ["deliver"] : [];
        printed += await life(program, [data, `${number}`, "100000", "1024", ...link], draw.integer(20, 220));
      }
      expect(await judgeOutbox(data, printed)).toBe("whole");
      const kept = [...printed.matchAll(/^kept (\d+)/gm)].map((match) => Number(match[1]));
      expect(new Set(kept).size).toBe(kept.length);
      expect(kept.length).toBeGreaterThan(5_000);
      expect((await readOutbox(data)).size).toBeGreaterThan(1_000);
    } finally {
      await rm(scratch, { recursive: true });
    }
  }, 300_000);
});
