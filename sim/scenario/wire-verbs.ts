import { placeOf } from "#devices/part.ts";
import type { Level } from "#devices/ports/gpio.ts";
import { calm, edgeStorm } from "../ports/edge-storm.ts";
import type { I2cTarget } from "../ports/i2c.ts";
import type { Street } from "../street/street.ts";
import { connects, type Fault, unitOf, type Verb } from "./verb.ts";

const addressOf = (street: Street, fault: Fault) =>
  placeOf("i2c", unitOf(street, fault).config.parts[fault.role!]!.place).address;

const registerPreset = 0;

/** Microchip 24AA02 as delivered: every cell is 0xFF (DS21709). */
const emptyEeprom: I2cTarget = {
  write: () => true,
  read: (length) => new Uint8Array(length).fill(0xff),
};

/** What the I2C bus or the GPIO line of a part can have. */
export const wireVerbs = {
  /** The part holds its I2C bus low: nothing on that bus can be reached. */
  "hold-bus": {
    title: "Hold its I²C bus low",
    needs: ["unit", "role"],
    may: ["for"],
    suits: connects("i2c"),
    begin: (street, fault) => unitOf(street, fault).busOf(fault.role!).hold(),
    end: (street, fault) => unitOf(street, fault).busOf(fault.role!).release(),
  },
  /** Another part was put in its place: an empty EEPROM, which acknowledges all and reads 0xFF. */
  "wrong-part": {
    title: "Put another part in its place",
    needs: ["unit", "role"],
    may: ["for"],
    suits: connects("i2c"),
    begin: (street, fault) =>
      unitOf(street, fault).busOf(fault.role!).swap(addressOf(street, fault), emptyEeprom),
    end(street, fault) {
      unitOf(street, fault).busOf(fault.role!).swap(addressOf(street, fault), undefined);
      // It had no supply meanwhile.
      unitOf(street, fault).twins.get(fault.role!)!.brownOut();
    },
  },
  /** The part holds SCL low, `by` ms in each transfer. */
  "stretch-clock": {
    title: "Stretch the clock of its I²C bus",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "in each transfer", unit: "ms", min: 0.1, max: 2_000, preset: 20 },
    suits: connects("i2c"),
    begin: (street, fault) =>
      unitOf(street, fault).busOf(fault.role!).stretch(addressOf(street, fault), fault.by!),
    end: (street, fault) => unitOf(street, fault).busOf(fault.role!).stretch(addressOf(street, fault), 0),
  },
  /** The part's wire toggles by itself, `by` times a second. */
  "edge-storm": {
    title: "Storm of edges on its wire",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "edges", unit: "1/s", min: 1, max: 20_000, preset: 1_000 },
    suits: connects("gpio"),
    begin: (street, fault) => edgeStorm(unitOf(street, fault).lineOf(fault.role!), street.loop, fault.by!),
    end: (street, fault) => calm(unitOf(street, fault).lineOf(fault.role!)),
  },
  /**
   * Another process uses the bus too, and gets in between any two transfers of ours: it sends the part the byte `by`,
   * for most a register pointer and for a multiplexer its channels, and reads one.
   */
  "other-process": {
    title: "Another process talks to it, between any two transfers",
    needs: ["unit", "role"],
    may: ["for", "by"],
    by: { title: "byte that it sends first", unit: "1", min: 0, max: 255, preset: registerPreset },
    suits: connects("i2c"),
    begin: (street, fault) =>
      unitOf(street, fault)
        .trunkOf(fault.role!)
        .intrude(addressOf(street, fault), [
          { write: Uint8Array.of(fault.by ?? registerPreset) },
          { read: 1 },
        ]),
    end: (street, fault) =>
      unitOf(street, fault).trunkOf(fault.role!).intrude(addressOf(street, fault), undefined),
  },
  /** The part's wire is shorted to ground (`by` 0) or to the supply (`by` 1). */
  short: {
    title: "Short its wire",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "0 to ground, 1 to the supply", unit: "1", min: 0, max: 1, preset: 0 },
    suits: connects("gpio"),
    begin: (street, fault) =>
      unitOf(street, fault)
        .lineOf(fault.role!)
        .stick(Math.round(fault.by!) as Level),
    end: (street, fault) => unitOf(street, fault).lineOf(fault.role!).stick(undefined),
  },
} as const satisfies Readonly<Record<string, Verb>>;
