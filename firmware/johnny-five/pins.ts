import type { GpioLine, GpioPort, Level, LineAddress, LineSettings } from "#devices/ports/gpio.ts";
import type { Sequences } from "./sequences.ts";

/** Pin modes by their Firmata numbers (Firmata protocol, pin modes); UNKNOWN until a component has set one. */
export const MODES = Object.freeze({ INPUT: 0, OUTPUT: 1, ANALOG: 2, PWM: 3, SERVO: 4, UNKNOWN: 99 });

/** What johnny-five may know of one pin (rwaldron/io-plugins, README, `pins`). */
interface PinState {
  /** `GPIO17` is pin 17. */
  readonly name: string;
  readonly supportedModes: readonly number[];
  /** 127: no analogue channel. */
  readonly analogChannel: 127;
  mode: number;
  value: Level;
  report: 0 | 1;
}

interface OpenPin {
  readonly line: GpioLine;
  readonly direction: LineSettings["direction"];
}

/** The digital pins of an IO plugin: lines of the GPIO port, opened when a component first asks for one. */
export class Pins {
  readonly states: readonly PinState[];
  readonly #gpio: GpioPort;
  readonly #lines: readonly (LineAddress | undefined)[];
  readonly #sequences: Sequences;
  readonly #open = new Map<number, OpenPin>();

  constructor(gpio: GpioPort, lines: readonly (LineAddress | undefined)[], sequences: Sequences) {
    this.#gpio = gpio;
    this.#lines = lines;
    this.#sequences = sequences;
    this.states = Array.from(lines, (line, pin) => ({
      name: `GPIO${pin}`,
      supportedModes: line ? [MODES.INPUT, MODES.OUTPUT] : [],
      analogChannel: 127,
      mode: MODES.UNKNOWN,
      value: 0,
      report: 0,
    }));
  }

  /** `GPIO17` and 17 are the same pin. */
  number(pin: number | string): number {
    const index = typeof pin === "number" ? pin : this.states.findIndex(({ name }) => name === pin);
    if (this.#lines[index] === undefined) throw new RangeError(`pin ${pin} is not wired to a GPIO line`);
    return index;
  }

  setMode(pin: number, mode: number): void {
    if (mode !== MODES.INPUT && mode !== MODES.OUTPUT)
      throw new RangeError(`pin ${pin} is digital, not mode ${mode}: ${elsewhere}`);
    this.#state(pin).mode = mode;
    const direction = mode === MODES.INPUT ? "in" : "out";
    this.#sequences.add(key(pin), async () => void (await this.#line(pin, { direction })));
  }

  mode(pin: number): number {
    return this.#state(pin).mode;
  }

  /** A pin that no component has set a mode for becomes an output, driven with `level` from the first instant. */
  write(pin: number, level: Level): void {
    const state = this.#state(pin);
    state.mode = MODES.OUTPUT;
    state.value = level;
    this.#sequences.add(key(pin), async () => {
      const line = await this.#line(pin, { direction: "out", initial: level });
      await line.write(level);
    });
  }

  /** Calls `handler` with the level there is, then with each new one. */
  read(pin: number, handler: (level: Level) => void): void {
    const state = this.#state(pin);
    state.mode = MODES.INPUT;
    state.report = 1;
    const deliver = (level: Level) => {
      state.value = level;
      handler(level);
    };
    this.#sequences.add(key(pin), async () => {
      const line = await this.#line(pin, { direction: "in" });
      line.watch(deliver);
      deliver(await line.read());
    });
  }

  /** Reads the line of a pin that is open. Rejects with PortError where it cannot be read. */
  async confirm(pin: number): Promise<void> {
    await this.#open.get(pin)?.line.read();
  }

  /** Rejects as the newest work on `pin` did. */
  outcome(pin: number): Promise<void> {
    return this.#sequences.outcome(key(pin));
  }

  async close(): Promise<void> {
    const lines = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(lines.map(({ line }) => line.close()));
  }

  async #line(pin: number, settings: LineSettings): Promise<GpioLine> {
    const open = this.#open.get(pin);
    if (open?.direction === settings.direction) return open.line;
    this.#open.delete(pin);
    await open?.line.close();
    const line = await this.#gpio.open(this.#lines[pin]!, settings);
    this.#open.set(pin, { line, direction: settings.direction });
    return line;
  }

  #state(pin: number): PinState {
    return this.states[this.number(pin)]!;
  }
}

const key = (pin: number) => `pin ${pin}`;

/** Where to go with what a digital pin cannot do. */
export const elsewhere = "PWM and servos are a PCA9685's (controller: \"PCA9685\"), analogue inputs an ADC's";
