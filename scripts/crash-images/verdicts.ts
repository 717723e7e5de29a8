import { Outbox } from "#firmware/outbox/outbox.ts";
import { openStore } from "#firmware/ports/store.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";

/**
 * What the program's own reader makes of a directory: `unreadable` when it cannot start from it, or gets something
 * that was never written; `lost` when something is gone that had been acknowledged.
 */
export type Verdict = "whole" | "unreadable" | "lost";

const numbers = (printed: string, word: string) =>
  [...printed.matchAll(new RegExp(`^${word} (\\d+)`, "gm"))].map((match) => Number(match[1]));

export async function judgeSettings(directory: string, printed: string): Promise<Verdict> {
  const kept = numbers(printed, "kept").at(-1) ?? 0;
  const content = await (await openStore(directory)).read("settings.json");
  if (content === undefined) return kept === 0 ? "whole" : "lost";
  try {
    const { revision } = JSON.parse(Buffer.from(content).toString());
    return revision >= kept ? "whole" : "lost";
  } catch {
    return "unreadable";
  }
}

export async function judgeOutbox(directory: string, printed: string): Promise<Verdict> {
  const kept = new Map(
    [...printed.matchAll(/^kept (\d+) (.*)$/gm)].map((match) => [Number(match[1]), match[2]]),
  );
  const released = new Set(numbers(printed, "released"));
  const found = await readOutbox(directory).catch(() => undefined);
  if (found === undefined) return "unreadable";
  for (const [sequence, body] of found) {
    if (!/^\d+\/\d+\/\d+ x*$/.test(body) || (kept.get(sequence) ?? body) !== body) return "unreadable";
  }
  const lost = [...kept.keys()].some((sequence) => !released.has(sequence) && !found.has(sequence));
  return lost ? "lost" : "whole";
}

/** Bodies by sequence. */
export async function readOutbox(directory: string): Promise<Map<number, string>> {
  const outbox = await Outbox.open(await openStore(directory), new VirtualClock(new EventLoop()), {
    device: "lamp-1",
    epoch: "fedcba9876543210",
    segmentBytes: 8192,
    maxBytes: 1024 * 8192,
  });
  const found = new Map<number, string>();
  for (let record = await outbox.take(); record !== undefined; record = await outbox.take())
    found.set(record.sequence, record.body);
  await outbox.close();
  return found;
}
