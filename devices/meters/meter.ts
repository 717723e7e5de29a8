import type { Channels, Driver, Reading } from "../part.ts";
import type { ModbusLine } from "../ports/modbus.ts";
import { type MeterMap, readMeter } from "./register-map.ts";

/** Driver of any meter that is a table of input registers. Parts differ by their map. */
export class Meter<C extends Channels> implements Driver<C> {
  readonly #line: ModbusLine;
  readonly #unit: number;
  readonly #map: MeterMap<C>;

  constructor(line: ModbusLine, unit: number, map: MeterMap<C>) {
    this.#line = line;
    this.#unit = unit;
    this.#map = map;
  }

  /** Meters seldom tell who they are. That all registers answer, and hold what this one can measure, must do. */
  async probe(): Promise<void> {
    await this.sample();
  }

  /** Meters measure from the moment they have power. */
  async configure(): Promise<void> {}

  sample(): Promise<Reading<C>> {
    return readMeter(this.#line, this.#unit, this.#map);
  }

  close(): Promise<void> {
    return this.#line.close();
  }
}
