import { modbusSign } from "#devices/chips/modbus-sign.ts";
import { Code } from "./modbus-slave.ts";
import { ModbusTwin } from "./modbus-twin.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

const pageRegister = 0;
const pages = 32;

/**
 * A sign that shows one of 32 pages, or none. `output("page")` is what people see; a sign that is stuck goes on
 * showing its old page, whatever its register says.
 */
class ModbusSignTwin extends ModbusTwin {
  readonly part = modbusSign;
  #page = 0;

  constructor(environment: TwinEnvironment) {
    super(modbusSign, environment, {
      factoryUnit: 1,
      thinkMs: 20,
      codes: [Code.ReadHolding, Code.WriteSingle],
      taggedCodes: new Map(),
      honesty: { modelled: ["0 page"], tagged: [] },
      read: (_code, address) => (address === pageRegister ? this.#page : undefined),
      write: (_address, value) => this.#show(value),
    });
    this.senses.set("page", () => this.#page);
  }

  protected override powerOn(): void {
    this.#page = 0;
  }

  #show(page: number): boolean {
    if (page > pages) return false;
    this.#page = page;
    this.driven();
    return true;
  }
}

export const twin = {
  part: modbusSign,
  create: (environment: TwinEnvironment) => new ModbusSignTwin(environment),
} satisfies TwinDefinition;
