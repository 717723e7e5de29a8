import { EventEmitter } from "node:events";
import { milliseconds } from "#devices/duration.ts";
import type { GpioPort, Level, LineAddress } from "#devices/ports/gpio.ts";
import type { I2cBus } from "#devices/ports/i2c.ts";
import { I2cRequests, type ReadRequest } from "./i2c-requests.ts";
import { elsewhere, MODES, Pins } from "./pins.ts";
import type { Realm } from "./realm.ts";
import { Sequences } from "./sequences.ts";

export interface Wiring {
  readonly gpio: GpioPort;
  /** Pin 0, pin 1, … of johnny-five. A hole in the array is a pin that is not wired. */
  readonly pins: readonly (LineAddress | undefined)[];
  /** Where I2C components are. Whoever opened the bus closes it. */
  readonly i2c?: I2cBus;
  /** The pin of the board's own LED, which `new five.Led()` takes. */
  readonly defaultLed?: number;
}

type LevelHandler = (level: Level) => void;
type BytesHandler = (bytes: number[]) => void;
type RegisterRead = [register: number, length: number, handler: BytesHandler];
type PlainRead = [length: number, handler: BytesHandler];

/**
 * A johnny-five IO plugin (rwaldron/io-plugins, README) over Plinth's GPIO and I2C ports.
 *
 * johnny-five waits for nothing: work on one pin, and on one I2C address, is done in the order it was asked for.
 * A failure surfaces as an `error` event of the board or, where nobody listens for it, as a `string` event.
 */
export class PortIo extends EventEmitter {
  readonly name = "Plinth";
  readonly MODES = MODES;
  readonly HIGH = 1;
  readonly LOW = 0;
  readonly pins: Pins["states"];
  readonly analogPins: readonly number[] = [];
  readonly defaultLed: number | undefined;
  isReady = false;

  readonly #realm: Realm;
  readonly #sequences = new Sequences((error) => this.#report(error));
  readonly #pins: Pins;
  readonly #i2c: I2cRequests | undefined;

  constructor(realm: Realm, { gpio, pins, i2c, defaultLed }: Wiring) {
    super();
    this.#realm = realm;
    this.#pins = new Pins(gpio, pins, this.#sequences);
    this.#i2c = i2c && new I2cRequests(i2c, realm.clock, this.#sequences);
    this.pins = this.#pins.states;
    this.defaultLed = defaultLed;
    // Later, so that a program has attached its listeners to the board by then.
    realm.run(() => setTimeout(() => this.#announce(), 0));
  }

  normalize(pin: number | string): number {
    return this.#pins.number(pin);
  }

  pinMode(pin: number | string, mode: number): void {
    this.#pins.setMode(this.#pins.number(pin), mode);
  }

  /** On an input this is Arduino's way to ask for a pull-up, which a GPIO line cannot be given at run time. */
  digitalWrite(pin: number | string, value: number | boolean): void {
    const index = this.#pins.number(pin);
    if (this.#pins.mode(index) !== MODES.INPUT) this.#pins.write(index, value ? 1 : 0);
    else if (value)
      this.emit("string", `pin ${pin}: a pull-up is wired, or set as gpio=${index}=pu in config.txt`);
  }

  digitalRead(pin: number | string, handler: LevelHandler): void {
    const index = this.#pins.number(pin);
    this.#pins.read(index, (level) =>
      this.#realm.run(() => {
        handler(level);
        this.emit(`digital-read-${index}`, level);
      }),
    );
  }

  analogRead(pin: number | string): never {
    throw new RangeError(`pin ${pin} has no analogue input: ${elsewhere}`);
  }

  analogWrite(pin: number | string): never {
    throw new RangeError(`pin ${pin} has no PWM: ${elsewhere}`);
  }

  pwmWrite(pin: number | string): never {
    return this.analogWrite(pin);
  }

  servoConfig(pin: number | string): never {
    return this.analogWrite(pin);
  }

  servoWrite(pin: number | string): never {
    return this.analogWrite(pin);
  }

  /** @param options `delay`: microseconds between writing a register's address and reading it. */
  i2cConfig(options: { readonly address?: number; readonly delay?: number } = {}): void {
    const { address, delay = 0 } = options;
    if (address !== undefined && delay > 0) this.#bus().setDelay(address, milliseconds(delay / 1_000));
  }

  i2cWrite(
    address: number,
    registerOrBytes: number | readonly number[],
    bytes: readonly number[] = [],
  ): void {
    this.#bus().write(address, [registerOrBytes, bytes].flat());
  }

  i2cWriteReg(address: number, register: number, value: number): void {
    this.#bus().write(address, [register, value]);
  }

  i2cRead(address: number, ...request: RegisterRead | PlainRead): void {
    const [read, deliver] = this.#request(address, request);
    this.#bus().readContinuously(read, deliver);
  }

  i2cReadOnce(address: number, ...request: RegisterRead | PlainRead): void {
    const [read, deliver] = this.#request(address, request);
    this.#bus().readOnce(read, deliver);
  }

  i2cStop(target: number | { readonly address: number }): void {
    this.#bus().stop(typeof target === "number" ? target : target.address);
  }

  /** @param ms between two reads of a continuous I2C read. */
  setSamplingInterval(ms: number): void {
    this.#bus().samplingInterval = milliseconds(Math.max(1, ms));
  }

  /** Reads the line of `pin`. Rejects with PortError where it cannot be read. */
  confirm(pin: number): Promise<void> {
    return this.#pins.confirm(pin);
  }

  /** Resolves when all that was asked of `pin` is done; rejects with the PortError when the newest failed. */
  outcome(pin: number): Promise<void> {
    return this.#pins.outcome(pin);
  }

  /** Ends continuous reads, finishes what was asked for and releases the lines. */
  async close(): Promise<void> {
    this.#i2c?.close();
    await this.#sequences.idle();
    await this.#pins.close();
    this.removeAllListeners();
  }

  #announce(): void {
    this.emit("connect");
    this.isReady = true;
    this.emit("ready");
  }

  #bus(): I2cRequests {
    if (this.#i2c) return this.#i2c;
    throw new Error("no I2C bus is wired to this board: give PortIo one as `i2c`");
  }

  #request(address: number, request: RegisterRead | PlainRead): [ReadRequest, (bytes: Uint8Array) => void] {
    const [register, length, handler] = request.length === 3 ? request : [undefined, ...request];
    const deliver = (bytes: Uint8Array) =>
      this.#realm.run(() => {
        handler([...bytes]);
        this.emit(`I2C-reply-${address}-${register ?? 0}`, [...bytes]);
      });
    return [{ address, register, length }, deliver];
  }

  #report(error: unknown): void {
    this.#realm.run(() => {
      try {
        this.emit("error", error);
      } catch (thrown) {
        // An emitter throws the very error that nobody listens for.
        if (thrown !== error) throw thrown;
        this.emit("string", String(error));
      }
    });
  }
}
