import { tca9548a } from "#devices/chips/tca9548a.ts";
import { placeOf } from "#devices/part.ts";
import type { VirtualI2cBus } from "../ports/i2c.ts";
import { RegisterTwin } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

const CONTROL = 0;
const channelCount = 8;

/**
 * TCA9548A: one control register without a pointer; each bit joins a downstream bus to the upstream one (SCPS207,
 * section 8.6.2). After power-on none is joined. The pin RESET is not connected.
 */
class Tca9548aTwin extends RegisterTwin {
  readonly part = tca9548a;
  readonly #upstream: VirtualI2cBus;
  readonly #downstream: readonly VirtualI2cBus[];

  constructor(environment: TwinEnvironment) {
    const { bus, address, behind } = placeOf("i2c", environment.place);
    if (behind) throw new RangeError("a multiplexer behind a multiplexer cannot be wired here");
    super(tca9548a, environment, { width: 8 });
    this.#upstream = environment.wiring.i2c(bus);
    this.#downstream = Array.from({ length: channelCount }, (_, channel) =>
      environment.wiring.i2c(bus, { address, channel }),
    );
    this.define({
      Control: { at: CONTROL, access: "rw", reset: 0, written: () => this.#join() },
    });
  }

  /** The last byte of a write is what counts (section 8.5.3.1). */
  override write(bytes: Uint8Array): boolean {
    return super.write(Uint8Array.of(CONTROL, bytes.at(-1)!));
  }

  override unplug(): void {
    super.unplug();
    this.brownOut();
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#join();
  }

  protected override next(pointer: number): number {
    return pointer;
  }

  #join(): undefined {
    const control = this.value(CONTROL);
    for (const [channel, branch] of this.#downstream.entries())
      if (control & (1 << channel)) this.#upstream.connect(branch);
      else this.#upstream.disconnect(branch);
  }
}

export const twin = {
  part: tca9548a,
  create: (environment: TwinEnvironment) => new Tca9548aTwin(environment),
} satisfies TwinDefinition;
