import { type Channels, type Driver, type Part, part, placeOf, type Reading, speedAt } from "../part.ts";
import type { ModbusLine } from "../ports/modbus.ts";
import type { LineSpeed } from "../ports/serial.ts";
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

/** A meter as a part. @param speed and @param factoryUnit as it leaves the factory */
export const meterPart = <const C extends Channels>({
  speed,
  factoryUnit,
  map,
  ...definition
}: Omit<Part<C>, "connection" | "channels" | "open"> & {
  readonly speed: LineSpeed;
  readonly factoryUnit: number;
  readonly map: MeterMap<C>;
}) =>
  part({
    ...definition,
    connection: { kind: "serial", speed, unit: factoryUnit },
    channels: map.channels,
    async open(place, ports) {
      const at = placeOf("serial", place);
      const line = await ports.modbus.open(at.path, speedAt(at, speed));
      return new Meter(line, at.unit ?? factoryUnit, map);
    },
  });
