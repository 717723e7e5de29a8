import { seconds } from "#devices/duration.ts";
import type { Role } from "#devices/furniture/vocabulary.ts";
import type { Driver, Part } from "#devices/part.ts";
import { isPlausible } from "#devices/sample.ts";
import { type Detection, type Stream, streamChannels } from "#devices/stream.ts";
import type { Samples } from "../edge/samples.ts";
import type { StreamPort } from "../stream/port.ts";

/** How often a stream is looked at: whether it still runs, and how fast. */
const lookPeriod = seconds(1);

/**
 * The streamed parts of one unit. Each is supervised as any other part: what its supervisor opens, starts, looks at
 * and closes is the stream. What its detector finds goes to the samples with the time at which it happened; when
 * the stream ends, nothing is known of it any more.
 */
export class Streams {
  readonly #port: StreamPort;
  readonly #samples: Samples;

  constructor(port: StreamPort, samples: Samples) {
    this.#port = port;
    this.#samples = samples;
  }

  /** What stands for a role and its part where they are supervised; they themselves when it is not streamed. */
  supervised(name: string, role: Role, part: Part): { readonly role: Role; readonly part: Part } {
    const { stream } = role;
    if (!stream) return { role, part };
    const open: Part["open"] = async (place): Promise<Driver> => {
      const onDetections = (found: readonly Detection[]) => this.#heard(name, stream, found);
      const driver = await this.#port
        .open({ role: name, part, place, stream }, onDetections)
        .catch((error: unknown) => {
          this.#silence(name, stream);
          throw error;
        });
      const close = () => {
        this.#silence(name, stream);
        return driver.close();
      };
      return {
        probe: () => driver.probe(),
        configure: () => driver.configure(),
        sample: () => driver.sample(),
        close,
      };
    };
    return {
      role: { ...role, sampling: { every: lookPeriod } },
      part: { ...part, channels: streamChannels, open },
    };
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  #heard(role: string, { detector }: Stream, found: readonly Detection[]): void {
    for (const { output, value, quality, atMs } of found) {
      const isBelieved = quality !== "bad" && isPlausible(detector.outputs[output]!, value);
      this.#samples.put(
        `${role}.${output}`,
        isBelieved ? value : Number.NaN,
        isBelieved ? quality : "bad",
        atMs,
      );
    }
  }

  #silence(role: string, { detector }: Stream): void {
    for (const output of Object.keys(detector.outputs)) {
      const source = `${role}.${output}`;
      // One that never told anything, too: whoever counts what it tells must know that nobody looks.
      if (this.#samples.latest(source)?.quality !== "bad") this.#samples.put(source, Number.NaN, "bad");
    }
  }
}
