import { milliseconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import { FineClock, systemClock } from "#firmware/ports/clock.ts";

/** The program of a guest: how late timers of a conversion's length fire by a clock, in the middle of fifty, ms. */
async function lateness(clock: Clock): Promise<number> {
  const late: number[] = [];
  for (let n = 0; n < 51; n++) {
    const dueMs = clock.now() + 1.304;
    await new Promise<void>((resolve) => void clock.after(milliseconds(1.304), resolve));
    late.push(clock.now() - dueMs);
  }
  return late.sort((a, b) => a - b)[25]!;
}

const [fine, usual] = [await lateness(new FineClock()), await lateness(systemClock())];
process.stdout.write(JSON.stringify({ fine, usual }));
