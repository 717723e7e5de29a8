/**
 * A sign that keeps pages (texts, arrows, pictograms) and shows the one whose number is in a holding register, on
 * Modbus RTU. Which register that is and how many pages there are, is data: `pageSign` makes a part of it.
 *
 * No maker's sign that can be asked what it shows has its register table in public, so `modbusSign` is a table to
 * give a sign that one builds or that can be configured: holding register 0, read with 0x03 and written with 0x06,
 * is the page; page 0 is dark, 1 to 32 are what was stored in it; after a power cut it is dark.
 */
import {
  type Channels,
  type Driver,
  everywhere,
  type Part,
  part,
  placeOf,
  type Reading,
  speedAt,
} from "../part.ts";
import { PortError } from "../ports/error.ts";
import type { ModbusLine } from "../ports/modbus.ts";
import type { LineSpeed } from "../ports/serial.ts";
import type { Quantity } from "../quantities.ts";

/** Number of a stored page; 0 is dark. */
export const page = {
  name: "page",
  symbol: "N",
  unit: "1",
  unitCode: "C62",
  min: 0,
  max: 0xffff,
  decimals: 0,
} as const satisfies Quantity;

export interface SignTable {
  /** Holding register that holds the number of the page that is shown, and that takes it. */
  readonly pageRegister: number;
  /** Pages that the sign keeps, beside the dark one. */
  readonly pages: number;
  readonly speed: LineSpeed;
  readonly factoryUnit: number;
}

/** A sign as a part, by its table. */
export const pageSign = ({
  table,
  ...definition
}: Pick<Part, "id" | "title" | "maker" | "datasheet" | "electrical"> & { readonly table: SignTable }) => {
  const channels = {
    /** What it says that it shows. Between two pages, the nearer is meant. */
    page: { quantity: page, range: [0, table.pages], step: everywhere(0.5) },
  } as const satisfies Channels;
  return part({
    ...definition,
    connection: { kind: "serial", speed: table.speed, unit: table.factoryUnit },
    channels,
    outputs: channels,
    async open(place, ports): Promise<Driver<typeof channels>> {
      const at = placeOf("serial", place);
      const line = await ports.modbus.open(at.path, speedAt(at, table.speed));
      return new PageSign(line, at.unit ?? table.factoryUnit, table);
    },
  });
};

type PageReading = Reading<{ readonly page: Channels[string] }>;

class PageSign {
  readonly #line: ModbusLine;
  readonly #unit: number;
  readonly #table: SignTable;

  constructor(line: ModbusLine, unit: number, table: SignTable) {
    this.#line = line;
    this.#unit = unit;
    this.#table = table;
  }

  /** It has no identity; that the register holds one of its pages must do. */
  async probe(): Promise<void> {
    await this.sample();
  }

  /** It shows what it was told last. */
  async configure(): Promise<void> {}

  async sample(): Promise<PageReading> {
    const { pageRegister, pages } = this.#table;
    const shown = await this.#shown();
    if (shown <= pages) return { page: shown };
    throw this.#error("wrong-device", `read register ${pageRegister}`, `page ${shown} of ${pages}`);
  }

  /**
   * Sets `page`, 0 being dark, and reads it back. RangeError for any other name, or a page that the sign does not
   * have; `no-acknowledge-data` when the sign shows another one.
   */
  async apply(outputs: Readonly<Record<string, number>>): Promise<void> {
    const { pageRegister, pages } = this.#table;
    for (const [name, value] of Object.entries(outputs)) checkOutput(name, value, pages);
    if (outputs.page === undefined) return;
    const wanted = Math.round(outputs.page);
    await this.#line.writeRegister(this.#unit, pageRegister, wanted);
    const shown = await this.#shown();
    if (shown !== wanted)
      throw this.#error(
        "no-acknowledge-data",
        `write register ${pageRegister}`,
        `it shows page ${shown}, not ${wanted}`,
      );
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  async #shown(): Promise<number> {
    const [shown] = await this.#line.readHoldingRegisters(this.#unit, this.#table.pageRegister, 1);
    return shown!;
  }

  #error(kind: "wrong-device" | "no-acknowledge-data", operation: string, detail: string): PortError {
    return new PortError(kind, { port: this.#line.path, address: this.#unit, operation, detail });
  }
}

function checkOutput(name: string, value: number, pages: number): void {
  if (name !== "page") throw new RangeError(`no output ${name}: this part drives page`);
  if (!(value >= 0 && value <= pages)) throw new RangeError(`page ${value} is not from 0 to ${pages}`);
}

export const modbusSign = pageSign({
  id: "modbus-sign",
  title: "page sign",
  maker: "various",
  datasheet: "register table in devices/chips/modbus-sign.ts",
  // A sign has a supply of its own, and RS-485.
  electrical: { supply: "own", currentMaxMa: 0, logic: "rs-485" },
  table: {
    pageRegister: 0,
    pages: 32,
    speed: { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 },
    factoryUnit: 1,
  },
});
