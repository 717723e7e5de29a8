/**
 * Victron Energy BlueSolar and SmartSolar MPPT charge controllers, on their VE.Direct port.
 * VE.Direct Protocol (Victron Energy, rev. 3.33), text mode.
 *
 * The charger sends a block of all its fields every second, wanted or not, and is never written to: with a byte
 * in the other direction it could change to HEX mode. A reading is a whole block that began after it was asked for.
 */
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, type Reading, serialPart } from "../part.ts";
import type { Cancel } from "../ports/clock.ts";
import { activeEnergy, activePower, current, type Quantity, voltage } from "../quantities.ts";
import { type Listening, SerialDriver } from "./serial-driver.ts";
import { type Block, BlockParser } from "./vedirect-block.ts";

/** Two blocks and a half: one may have begun before it was listened for, and one may be damaged. */
const blockLimit = milliseconds(2_500);

const operation = "read block";

/** A number that stands for a state. */
const codeOf = (name: string, symbol: string): Quantity => ({
  name,
  symbol,
  unit: "1",
  unitCode: "C62",
  min: 0,
  max: 255,
  decimals: 0,
});

/** CS: 0 off, 2 fault, 3 bulk, 4 absorption, 5 float, 7 equalise, 245 starting up, 247 recondition, 252 external control. */
export const chargeState = codeOf("charge state", "CS");
/** ERR: 0 none, 2 battery voltage too high, 17 charger too hot, 33 panel voltage too high … */
const chargeError = codeOf("charge error", "ERR");

const channels = {
  batteryVoltage: { quantity: voltage, range: [0, 80], step: everywhere(0.01) },
  /** Into the battery; out of it where the load output takes more than the panel gives. */
  batteryCurrent: { quantity: current, range: [-50, 100], step: everywhere(0.01) },
  panelVoltage: { quantity: voltage, range: [0, 250], step: everywhere(0.01) },
  panelPower: { quantity: activePower, range: [0, 6_000], step: everywhere(1) },
  /** NaN where the charger has no load output. */
  loadCurrent: { quantity: current, range: [0, 50], step: everywhere(0.1) },
  /** Since the charger's day began; tens of Wh. */
  yieldToday: { quantity: activeEnergy, range: [0, 655_350], step: everywhere(10) },
  /** Since the charger was made, or its owner cleared it; tens of Wh. */
  yieldTotal: { quantity: activeEnergy, range: [0, 1e9], step: everywhere(10) },
  chargeState: { quantity: chargeState, range: [0, 255], step: everywhere(1) },
  errorCode: { quantity: chargeError, range: [0, 255], step: everywhere(1) },
} as const satisfies Channels;

type Name = keyof typeof channels;

const whole = (value: number) => value;
const thousandth = (value: number) => value / 1_000;
/** Of a kilowatt-hour a hundredth is ten watt-hours. */
const ten = (value: number) => value * 10;

/** By channel: the label of its field, and its value in the channel's unit. */
const fields: Readonly<Record<Name, readonly [label: string, scale: (value: number) => number]>> = {
  batteryVoltage: ["V", thousandth],
  batteryCurrent: ["I", thousandth],
  panelVoltage: ["VPV", thousandth],
  panelPower: ["PPV", whole],
  loadCurrent: ["IL", thousandth],
  yieldToday: ["H20", ten],
  yieldTotal: ["H19", ten],
  chargeState: ["CS", whole],
  errorCode: ["ERR", whole],
};

/** Product ids of MPPT chargers with a VE.Direct port; other products send the same labels with other meanings. */
const mpptProduct = /^0x(0?300|A0[0-9A-F]{2})$/i;

export const vedirectMppt = serialPart({
  id: "vedirect-mppt",
  title: "solar charge controller",
  maker: "Victron Energy",
  datasheet: "VE.Direct Protocol, rev. 3.33",
  // Fed by its battery; the signals of solar chargers are at 5 V.
  electrical: { supply: "own", currentMaxMa: 0, logic: 5 },
  speed: { baudRate: 19_200, dataBits: 8, parity: "none", stopBits: 1 },
  channels,
  pushes: true,
  driver: (line, clock) => new VeDirectMppt(line, clock),
});

class VeDirectMppt extends SerialDriver implements Driver<typeof channels> {
  readonly #watches = new Set<Cancel>();

  /** Waits for a whole block, whose product id must be that of an MPPT. */
  async probe(): Promise<void> {
    await this.sample();
  }

  /** It is read, never written to. */
  async configure(): Promise<void> {}

  async sample(): Promise<Reading<typeof channels>> {
    // What a watch has not seen yet must not be thrown away; while one listens, nothing old is held back.
    const block = await (this.#watches.size === 0 ? this.next(this.#blocks()) : this.listen(this.#blocks()));
    if (isMppt(block)) return decodeBlock(block);
    throw this.error(
      "wrong-device",
      operation,
      `PID ${block.get("PID")}, expected an MPPT's: 0xA0.. or 0x300`,
    );
  }

  watch(listener: (reading: Reading<typeof channels>) => void): Cancel {
    const parser = new BlockParser();
    const stop = this.line.onData((chunk) => {
      for (const block of parser.push(chunk)) if (isMppt(block)) listener(decodeBlock(block));
    });
    this.#watches.add(stop);
    return () => {
      this.#watches.delete(stop);
      stop();
    };
  }

  #blocks(): Listening<Block, Block> {
    const framing = new BlockParser();
    return {
      operation,
      limit: blockLimit,
      framing,
      accept: (block) => block,
      late: ({ inWords }) =>
        framing.damaged === 0
          ? this.error("timeout", operation, inWords)
          : this.error("checksum", operation, `${inWords}, blocks damaged: ${framing.damaged}`),
    };
  }
}

const isMppt = (block: Block) => mpptProduct.test(block.get("PID") ?? "");

/** The readings of a block. NaN where it lacks the field, and where the field holds what the charger cannot mean. */
export function decodeBlock(block: Block): Reading<typeof channels> {
  const value = (name: Name) => {
    const [label, scale] = fields[name];
    const text = block.get(label) ?? "";
    const number = /^-?\d{1,10}$/.test(text) ? scale(Number(text)) : Number.NaN;
    const [min, max] = channels[name].range;
    return number >= min && number <= max ? number : Number.NaN;
  };
  return {
    batteryVoltage: value("batteryVoltage"),
    batteryCurrent: value("batteryCurrent"),
    panelVoltage: value("panelVoltage"),
    panelPower: value("panelPower"),
    loadCurrent: value("loadCurrent"),
    yieldToday: value("yieldToday"),
    yieldTotal: value("yieldTotal"),
    chargeState: value("chargeState"),
    errorCode: value("errorCode"),
  };
}
