import { milliseconds, seconds } from "#devices/duration.ts";
import { type Driver, type Ports, placeOf, type Reading } from "#devices/part.ts";
import { sleep } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import { type Converter, isConverter, type Stream, type streamChannels } from "#devices/stream.ts";
import { Lane } from "./lane.ts";
import type { OnDetections, StreamPort } from "./port.ts";

/** A stream is looked at no sooner than this after it began, or was looked at before: some idle slots. */
const lookPause = seconds(0.2);

/** Streams in this thread, over `ports`: on the simulator's clock, or in the thread that was made for them. */
export const localStreams = (ports: Ports): StreamPort => ({
  async open({ role, part, place, stream }, onDetections) {
    const driver = await part.open(place, ports);
    const { bus, address } = placeOf("i2c", place);
    if (isConverter(driver))
      return new StreamedPart(driver, `i2c-${bus}`, address, stream, ports, onDetections);
    await driver.close();
    throw new TypeError(`${part.id} cannot be streamed, as ${role} has to be: its driver is no Converter`);
  },
  close: async () => {},
});

class StreamedPart implements Driver<typeof streamChannels> {
  readonly #driver: Driver & Converter;
  readonly #port: string;
  readonly #address: number;
  readonly #stream: Stream;
  readonly #ports: Ports;
  readonly #onDetections: OnDetections;
  #lane: Lane | undefined;
  /** Slots and time when it was last looked at. */
  #sampled = 0;
  #lookedAtMs = 0;

  constructor(
    driver: Driver & Converter,
    port: string,
    address: number,
    stream: Stream,
    ports: Ports,
    onDetections: OnDetections,
  ) {
    this.#driver = driver;
    this.#port = port;
    this.#address = address;
    this.#stream = stream;
    this.#ports = ports;
    this.#onDetections = onDetections;
  }

  probe(): Promise<void> {
    return this.#driver.probe();
  }

  async configure(): Promise<void> {
    await this.#driver.configure();
    const { clock } = this.#ports;
    this.#lane?.stop();
    this.#lane = new Lane(this.#driver, this.#stream, clock, this.#onDetections);
    this.#sampled = 0;
    this.#lookedAtMs = clock.now();
  }

  async sample(): Promise<Reading<typeof streamChannels>> {
    const { clock } = this.#ports;
    const pauseMs = this.#lookedAtMs + lookPause - clock.now();
    if (pauseMs > 0) await sleep(clock, milliseconds(pauseMs));
    const standing = this.#lane?.standing ?? { sampled: 0, missed: 0, failure: undefined };
    const slots = standing.sampled - this.#sampled;
    const elapsedMs = clock.now() - this.#lookedAtMs;
    this.#sampled = standing.sampled;
    this.#lookedAtMs = clock.now();
    // Conversions are fetched unchecked, for speed: what answers is proven to be the part still.
    await this.#driver.probe();
    if (slots > 0) return { rate: (slots / elapsedMs) * 1_000, missed: standing.missed };
    if (standing.failure !== undefined) throw standing.failure;
    throw new PortError("timeout", {
      port: this.#port,
      address: this.#address,
      operation: "stream",
      detail: `nothing was sampled for ${(elapsedMs / 1_000).toFixed(1)} s`,
    });
  }

  async close(): Promise<void> {
    this.#lane?.stop();
    this.#lane = undefined;
    await this.#driver.close();
  }
}
