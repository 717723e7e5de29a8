import type { Clock } from "#devices/ports/clock.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import { johnnyFiveComponents } from "#firmware/johnny-five/components.ts";
import { modbusOverSerial } from "#firmware/modbus/modbus.ts";
import type { Wires } from "#firmware/recorder/flight-recorder.ts";
import { localStreams } from "#firmware/stream/local.ts";
import { Unit, type UnitOptions } from "#firmware/unit/unit.ts";
import type { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import { VirtualStore } from "../ports/store.ts";
import type { Host, Hosted, Life, LifeListener, Testimony } from "./host.ts";

export interface InProcessOptions {
  readonly loop: EventLoop;
  /** Of one life, on its clock. */
  readonly link: (clock: Clock) => LinkPort;
  readonly version: string;
  /** Of the unit's board: as fast as the simulated oscillator when not given. */
  readonly clock?: (loop: EventLoop) => VirtualClock;
  /** The unit alone when not given. */
  readonly start?: Start;
}

/** Starts what the process of a unit runs. */
export type Start = (unit: Hosted, wires: Wires, options: UnitOptions) => Promise<Unit>;

/** What libraries make of the wires. */
export const libraries = ({ clock, gpio, serial }: Pick<Wires, "clock" | "gpio" | "serial">) => ({
  components: johnnyFiveComponents(clock, gpio),
  modbus: modbusOverSerial(serial, clock),
});

/** Starts a unit straight on its wires. */
export const startUnit: Start = ({ declaration, config }, wires, options) =>
  Unit.start(declaration, config, { ...wires, ...libraries(wires) }, options);

/** The modem's clock is right this long after the process has started. */
export const networkTimeMs = 40_000;

/** A unit in this very process, on virtual ports: as fast as the machine can, and the same each time. */
export class InProcess implements Host {
  readonly store = new VirtualStore();
  readonly #hosted: Hosted;
  readonly #options: InProcessOptions;

  constructor(hosted: Hosted, options: InProcessOptions) {
    this.#hosted = hosted;
    this.#options = options;
  }

  begin(epoch: string, listener: LifeListener): Life {
    return new VirtualLife(this.#hosted, this.#options, { store: this.store, epoch, listener });
  }

  powerCut(seed: number): void {
    this.store.powerCut(seed);
  }

  async medium(): Promise<VirtualStore> {
    return this.store.image(0);
  }
}

class VirtualLife implements Life {
  readonly begun: Promise<void>;
  readonly #clock: VirtualClock;
  readonly #board: Hosted["board"];
  #unit: Unit | undefined;
  #isOver = false;

  constructor(
    hosted: Hosted,
    { loop, link, version, clock: clockOn, start = startUnit }: InProcessOptions,
    own: { readonly store: VirtualStore; readonly epoch: string; readonly listener: LifeListener },
  ) {
    const clock = clockOn?.(loop) ?? new VirtualClock(loop);
    this.#clock = clock;
    this.#board = hosted.board;
    const board = { clock, ...hosted.board.ports(clock) };
    loop.at(loop.now + networkTimeMs, () => clock.setWall(loop.now, "network"));
    const wires: Wires = {
      ...{ ...board, link: link(clock), store: own.store.mount() },
      streams: localStreams({ ...board, ...libraries(board) }),
    };
    const started = start(hosted, wires, {
      version,
      journal: (event) => {
        if (!this.#isOver) own.listener.journal(event);
      },
      newEpoch: () => own.epoch,
    });
    this.begun = started.then((unit) => {
      if (!this.#isOver) this.#unit = unit;
    });
  }

  get testimony(): Testimony | undefined {
    return this.#unit?.snapshot();
  }

  kill(): void {
    this.#end();
    this.#board.abandon();
  }

  async stop(): Promise<void> {
    await this.#unit?.stop();
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#clock.halt();
    this.#unit = undefined;
  }
}
