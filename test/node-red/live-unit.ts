import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";

/** The site of every unit on the bench. */
export const site = "pier";

/** A unit on a simulated board whose process is at a real broker, in real time. */
export class LiveUnit {
  readonly bench: UnitOnBench;
  readonly #pacing: Promise<void>;

  private constructor(bench: UnitOnBench) {
    this.bench = bench;
    const clock = systemClock();
    this.#pacing = bench.loop.pace(
      () => 1,
      () => clock.now(),
    );
  }

  /** @param broker its URL */
  static async start(declaration: Furniture, id: string, broker: string): Promise<LiveUnit> {
    const clock = systemClock();
    const link = mqttLinkPort({ url: broker, clock });
    const startMs = systemWallMs();
    const unit = new LiveUnit(await UnitOnBench.of(declaration, { id, link, startMs }));
    await unit.on();
    return unit;
  }

  /** Begins a life of its process. */
  async on(): Promise<void> {
    await this.bench.start();
  }

  /** Ends its process, if it runs, with a goodbye. */
  async off(): Promise<void> {
    const { unit } = this.bench;
    this.bench.unit = undefined;
    await unit?.stop();
  }

  /** Another board of the same name takes its place: it has never heard of any settings. */
  async exchange(): Promise<void> {
    await this.off();
    this.bench.medium = new VirtualStore();
    await this.on();
  }

  async close(): Promise<void> {
    await this.off();
    this.bench.loop.stop();
    await this.#pacing;
  }
}
