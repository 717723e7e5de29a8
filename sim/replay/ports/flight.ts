import { milliseconds } from "#devices/duration.ts";
import { type Clock, sleep } from "#devices/ports/clock.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { FlightAnswer, FlightPort } from "#firmware/recorder/flight-port.ts";

/**
 * A flight recorder that answers what it answered. To whom asks for the very record that is replayed it never does: how
 * that ended, the record does not know.
 */
export function replayedFlight(
  clock: Clock,
  events: readonly FlightEvent[],
  toleranceMs: number,
): FlightPort {
  const left = new Set(events);
  const answer = async (subject: string): Promise<FlightAnswer> => {
    const event = [...left].find((one) => one.subject === subject && one.atMs >= clock.now() - toleranceMs);
    if (!event) return await new Promise(() => {});
    left.delete(event);
    await sleep(clock, milliseconds(event.forMs));
    return JSON.parse(new TextDecoder().decode(event.payload)) as FlightAnswer;
  };
  return { save: () => answer("save"), send: () => answer("send"), close: () => {} };
}
