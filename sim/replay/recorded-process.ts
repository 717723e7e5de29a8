import type { Clock } from "#devices/ports/clock.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import { johnnyFiveComponents } from "#firmware/johnny-five/components.ts";
import { modbusOverSerial } from "#firmware/modbus/modbus.ts";
import { FlightRecorder, type Wires } from "#firmware/recorder/flight-recorder.ts";
import type { RecorderOptions } from "#firmware/recorder/options.ts";
import { localStreams } from "#firmware/stream/local.ts";
import { Unit } from "#firmware/unit/unit.ts";
import type { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import { VirtualStore } from "../ports/store.ts";
import type { Host, Hosted, Life, LifeListener, Testimony } from "../street/host.ts";
import { networkTimeMs } from "../street/in-process.ts";

export interface RecordedProcessOptions {
  readonly loop: EventLoop;
  /** Of one life, on its clock. */
  readonly link: (clock: Clock) => LinkPort;
  /** Of the unit's board: as fast as the simulated oscillator when not given. */
  readonly clock?: (loop: EventLoop) => VirtualClock;
  readonly version: string;
  readonly recorder?: Exclude<RecorderOptions, "off">;
  /** Hears of each life's recorder when it begins. */
  readonly onFlight: (flight: FlightRecorder) => void;
  readonly onTrouble?: (what: string) => void;
}

/** A unit in this very process, on virtual ports, with its flight recorder between: as on a board. */
export class RecordedProcess implements Host {
  readonly #hosted: Hosted;
  readonly #options: RecordedProcessOptions;
  readonly #store = new VirtualStore();

  constructor(hosted: Hosted, options: RecordedProcessOptions) {
    this.#hosted = hosted;
    this.#options = options;
  }

  /** Where the unit keeps its data, and its flight records. */
  get store(): VirtualStore {
    return this.#store;
  }

  begin(epoch: string, listener: LifeListener): Life {
    return new RecordedLife(this.#hosted, this.#options, { store: this.#store, epoch, listener });
  }

  powerCut(seed: number): void {
    this.#store.powerCut(seed);
  }

  async medium(): Promise<VirtualStore> {
    return this.#store.image(0);
  }
}

interface Own {
  readonly store: VirtualStore;
  readonly epoch: string;
  readonly listener: LifeListener;
}

class RecordedLife implements Life {
  readonly begun: Promise<void>;
  readonly #clock: VirtualClock;
  readonly #board: Hosted["board"];
  #unit: Unit | undefined;
  #isOver = false;

  constructor(hosted: Hosted, options: RecordedProcessOptions, own: Own) {
    const { loop } = options;
    this.#clock = options.clock?.(loop) ?? new VirtualClock(loop);
    this.#board = hosted.board;
    loop.at(loop.now + networkTimeMs, () => this.#clock.setWall(loop.now, "network"));
    this.begun = this.#begin(hosted, options, own);
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

  async #begin(
    { declaration, config, board }: Hosted,
    options: RecordedProcessOptions,
    own: Own,
  ): Promise<void> {
    const clock = this.#clock;
    const { version, recorder, onTrouble = () => {} } = options;
    const bare = board.ports(clock);
    const wires: Wires = {
      ...{ clock, ...bare, link: options.link(clock), store: own.store.mount() },
      streams: localStreams({ clock, ...bare, ...libraries({ clock, ...bare }) }),
    };
    const flight = await FlightRecorder.begin(declaration, config, wires, {
      ...{ version, epoch: own.epoch, onTrouble },
      ...(recorder ? { recorder } : {}),
    });
    options.onFlight(flight);
    const journal = flight.journal((event) => {
      if (!this.#isOver) own.listener.journal(event);
    });
    const unit = await Unit.start(
      declaration,
      config,
      { ...flight.wires, ...libraries(flight.wires) },
      { version, journal, newEpoch: () => own.epoch },
    );
    if (!this.#isOver) this.#unit = unit;
  }

  #end(): void {
    this.#isOver = true;
    this.#clock.halt();
    this.#unit = undefined;
  }
}

/** What libraries make of the wires. */
export const libraries = ({ clock, gpio, serial }: Pick<Wires, "clock" | "gpio" | "serial">) => ({
  components: johnnyFiveComponents(clock, gpio),
  modbus: modbusOverSerial(serial, clock),
});
