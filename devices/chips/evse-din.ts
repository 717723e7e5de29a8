/**
 * EV Racing EVSE DIN (also WB and W16, sold as SimpleEVSE): charging controller for IEC 61851-1 mode 3. It drives
 * the control pilot and the contactor by itself; over Modbus RTU it is told how much current it may offer.
 * EVSE Wallbox, DIN, W16 datasheet (September 2020), Modbus registers, whose names are used here. All of them are
 * holding registers; from 2000 on they are kept in EEPROM, so they are written only when they differ.
 *
 * It has no watchdog: when this board falls silent, it goes on offering what it was told last. After a power cut it
 * offers what register 2000 says; `configure` makes that 0, so that nothing charges unless it is told to. Whatever
 * must also stop with this board needs a contact of its own in the contactor's circuit.
 */
import { type Channels, type Driver, everywhere, part, placeOf, type Reading, speedAt } from "../part.ts";
import { PortError, type PortErrorKind } from "../ports/error.ts";
import type { ModbusLine } from "../ports/modbus.ts";
import { current, type Quantity, truth } from "../quantities.ts";

const Register = {
  ConfiguredAmps: 1000,
  ActualAmpsOutput: 1001,
  VehicleState: 1002,
  MaximumCableAmps: 1003,
  ControlBits: 1004,
  FirmwareRevision: 1005,
  EvseState: 1006,
  StatusAndFails: 1007,
  DefaultAmpsAfterBoot: 2000,
  Configuration: 2005,
} as const;

/** Bits of register 1007. */
const relayOn = 1 << 0;
const fails = 0b1_0110;

/** Bit 7 of register 2005: from firmware 17 on, registers 1000 and 1001 are in 0.01 A instead of A. */
const hundredths = 1 << 7;

/** The least current that a control pilot can offer (IEC 61851-1, table A.8); what is less is none. */
const ampsMin = 6;
const ampsMax = 32;

const speed = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 } as const;
const factoryUnit = 1;

/** 1 ready, 2 vehicle present, 3 charging, 4 charging with ventilation, 5 failure: states A to D, and E or F. */
export const vehicleState = {
  name: "vehicle state",
  symbol: "S",
  unit: "1",
  unitCode: "C62",
  min: 1,
  max: 5,
  decimals: 0,
} as const satisfies Quantity;

/** 1 steady 12 V, 2 pulse-width modulated, 3 off. */
const pilotState = {
  ...vehicleState,
  name: "control pilot",
  symbol: "P",
  max: 3,
} as const satisfies Quantity;

const channels = {
  /** Configured amps: what it may offer. 0 A is off; a vehicle can be offered 6 A or more, in whole amperes. */
  current: { quantity: current, range: [0, ampsMax], step: (amps: number) => (amps < ampsMin ? ampsMin : 1) },
  /** Actual amps output: what it does offer, by cable and vehicle. */
  offeredCurrent: { quantity: current, range: [0, ampsMax], step: everywhere(1) },
  vehicleState: { quantity: vehicleState, range: [1, 5], step: everywhere(1) },
  pilot: { quantity: pilotState, range: [1, 3], step: everywhere(1) },
  /** It energises its contactor. Whether that follows, only a meter tells. */
  contactor: { quantity: truth, range: [0, 1], step: everywhere(0) },
  /** Diode, ventilation or RCD check failed. */
  fault: { quantity: truth, range: [0, 1], step: everywhere(0) },
} as const satisfies Channels;

export const evseDin = part({
  id: "evse-din",
  title: "charging controller",
  maker: "EV Racing",
  datasheet: "EVSE Wallbox, DIN, W16 datasheet (2020-09-01)",
  // Mains; RS-485.
  electrical: { supply: "own", currentMaxMa: 0, logic: "rs-485" },
  connection: { kind: "serial", speed, unit: factoryUnit },
  channels,
  outputs: { current: channels.current },
  async open(place, ports) {
    const at = placeOf("serial", place);
    return new EvseDin(await ports.modbus.open(at.path, speedAt(at, speed)), at.unit ?? factoryUnit);
  },
});

class EvseDin implements Driver<typeof channels> {
  readonly #line: ModbusLine;
  readonly #unit: number;

  constructor(line: ModbusLine, unit: number) {
    this.#line = line;
    this.#unit = unit;
  }

  /** It does not tell who it is. That its status registers hold what only such a controller's can, must do. */
  async probe(): Promise<void> {
    await this.#status();
  }

  /** What it offers now is left alone: a restarted process does not interrupt a charge. */
  async configure(): Promise<void> {
    const [boot, configuration] = await this.#settings();
    if (configuration & hundredths) await this.#write(Register.Configuration, configuration & ~hundredths);
    if (boot !== 0) await this.#write(Register.DefaultAmpsAfterBoot, 0);
  }

  /** `not-ready` when somebody changed its settings since it was configured: its amperes may be others. */
  async sample(): Promise<Reading<typeof channels>> {
    const [boot, configuration] = await this.#settings();
    if (configuration & hundredths || boot !== 0)
      throw this.#error(
        "not-ready",
        "read registers 2000 to 2005",
        "set up otherwise since it was configured",
      );
    return this.#status();
  }

  /**
   * Sets `current`: 0 to 32 A, rounded down to whole amperes, and off below 6. Reads it back. RangeError for any other
   * name or value; `no-acknowledge-data` when the controller keeps another value.
   */
  async apply(outputs: Readonly<Record<string, number>>): Promise<void> {
    for (const [name, value] of Object.entries(outputs)) checkOutput(name, value);
    if (outputs.current === undefined) return;
    const amps = outputs.current < ampsMin ? 0 : Math.floor(outputs.current);
    await this.#write(Register.ConfiguredAmps, amps);
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  async #settings(): Promise<readonly [boot: number, configuration: number]> {
    const first = Register.DefaultAmpsAfterBoot;
    const count = Register.Configuration - first + 1;
    const registers = await this.#line.readHoldingRegisters(this.#unit, first, count);
    return [registers[0]!, registers[Register.Configuration - first]!];
  }

  async #status(): Promise<Reading<typeof channels>> {
    const first = Register.ConfiguredAmps;
    const registers = await this.#line.readHoldingRegisters(
      this.#unit,
      first,
      Register.StatusAndFails - first + 1,
    );
    const reading = decodeStatus(registers);
    if (reading) return reading;
    const found = [...registers].join(" ");
    throw this.#error("wrong-device", "read registers 1000 to 1007", `${found} is no charging controller's`);
  }

  async #write(register: number, value: number): Promise<void> {
    await this.#line.writeRegisters(this.#unit, register, [value]);
    const [kept] = await this.#line.readHoldingRegisters(this.#unit, register, 1);
    if (kept !== value)
      throw this.#error("no-acknowledge-data", `write register ${register}`, `${kept} is kept, not ${value}`);
  }

  #error(kind: PortErrorKind, operation: string, detail: string): PortError {
    return new PortError(kind, { port: this.#line.path, address: this.#unit, operation, detail });
  }
}

/** Registers 1000 to 1007; undefined when one of them holds what no such controller says. */
export function decodeStatus(registers: Uint16Array): Reading<typeof channels> | undefined {
  const [configured, offered, vehicle, , , firmware, evse, status] = registers;
  const isState = vehicle! >= 1 && vehicle! <= 5 && evse! >= 1 && evse! <= 3;
  if (!isState || firmware === 0) return undefined;
  // Unbelievable until it is configured: they may be in 0.01 A.
  const amps = (value: number) => (value <= ampsMax ? value : Number.NaN);
  return {
    current: amps(configured!),
    offeredCurrent: amps(offered!),
    vehicleState: vehicle!,
    pilot: evse!,
    contactor: status! & relayOn ? 1 : 0,
    fault: status! & fails ? 1 : 0,
  };
}

function checkOutput(name: string, value: number): void {
  if (name !== "current") throw new RangeError(`no output ${name}: this part drives current`);
  if (!(value >= 0 && value <= ampsMax))
    throw new RangeError(`output current is ${value}, not from 0 to ${ampsMax} A`);
}
