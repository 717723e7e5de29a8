import type { Driver } from "#devices/part.ts";
import type { Detection } from "#devices/stream.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { OnDetections, StreamPort } from "#firmware/stream/port.ts";
import type { Answers } from "../answers.ts";

/** Streams that find what they found. */
export class ReplayedStreams implements StreamPort {
  readonly #calls: Answers;
  readonly #listeners = new Map<string, OnDetections>();

  constructor(calls: Answers) {
    this.#calls = calls;
  }

  async open(
    { role }: Parameters<StreamPort["open"]>[0],
    onDetections: OnDetections,
  ): ReturnType<StreamPort["open"]> {
    const call = (name: string) => this.#calls.call(`stream ${role} ${name}`);
    await call("open");
    this.#listeners.set(role, onDetections);
    const driver: Driver = {
      probe: async () => void (await call("probe")),
      configure: async () => void (await call("configure")),
      sample: async () => readingOf(await call("sample")),
      close: async () => {
        if (this.#listeners.get(role) === onDetections) this.#listeners.delete(role);
      },
    };
    return driver as Awaited<ReturnType<StreamPort["open"]>>;
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  detect({ subject, payload }: FlightEvent): void {
    const found = JSON.parse(new TextDecoder().decode(payload)) as (Omit<Detection, "value"> & {
      value: number | null;
    })[];
    this.#listeners.get(subject)?.(found.map((one) => ({ ...one, value: one.value ?? Number.NaN })));
  }
}

/** JSON has no NaN: it is null there. */
const readingOf = (payload: Uint8Array): Record<string, number> =>
  payload.length === 0
    ? {}
    : JSON.parse(new TextDecoder().decode(payload), (_, value: unknown) =>
        value === null ? Number.NaN : value,
      );
