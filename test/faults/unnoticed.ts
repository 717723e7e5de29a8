/**
 * Faults that cannot be told from a part that works: a table, by the fault and the part. It is held to be minimal: an
 * entry of a fault that is noticed, or that no part of the catalogue has, fails the test.
 */
export interface Unnoticed {
  readonly faults: readonly string[];
  /** By part id; absent: of every part that can have the fault. */
  readonly parts?: readonly string[];
  readonly because: string;
  /** What is read is good in form, and not what is sensed. */
  readonly lies?: boolean;
}

const contacts = ["hc-sr501", "door-switch", "limit-switch", "water-probe"];

export const unnoticed: readonly Unnoticed[] = [
  {
    faults: ["stick"],
    because: "a value that does not change is what a world that does not change reads as",
  },
  {
    faults: ["drift above range", "drift below range"],
    because: "a part that reads as far as it can reads what it can: its last count, or that it has no value",
  },
  {
    faults: ["unplug", "brown-out"],
    parts: contacts,
    because:
      "one wire has two levels, and a cut one is at that of its pull-down: each part is wired so that it is the safe one",
  },
  {
    faults: ["short to ground", "short to supply"],
    parts: contacts,
    because: "one wire has two levels, and a shorted one is at one of them",
    lies: true,
  },
  {
    faults: ["unplug", "brown-out", "short to ground", "short to supply"],
    parts: ["max6369"],
    because: "nothing comes back from the watchdog: it opens the supply that it guards",
  },
  {
    faults: ["brown-out"],
    parts: ["pzem004t", "sdm230", "vedirect-mppt", "ld2410", "tfmini-s", "mlx90614"],
    because: "it comes back by itself as it was, sooner than it is asked again",
  },
  {
    faults: ["brown-out"],
    parts: ["evse-din", "modbus-sign"],
    because: "it comes back by itself; what it drives is read back, and told again",
  },
  {
    faults: ["brown-out"],
    parts: ["ads1115", "mmc5603", "tca9548a"],
    because: "it is told everything with each measurement or selection",
  },
  {
    faults: ["brown-out", "loseBattery"],
    parts: ["ds3231"],
    because: "the battery keeps what the supply loses; that it is empty shows when both are gone",
  },
  {
    faults: ["dazzle", "saturate"],
    parts: ["tfmini-s"],
    because: "the part itself says that it has no distance: the value is bad, the part is well",
  },
  {
    faults: ["impostor of 0x00"],
    parts: ["tca9548a"],
    because: "zero is what a multiplexer answers that has selected nothing: the parts behind it are missed",
  },
  {
    faults: ["short of all outputs"],
    parts: ["mcp23017", "relay-board", "dump-switch"],
    because: "the expander is well, and its pin is read back: the channel tells what the load does",
  },
  {
    faults: ["interrupt"],
    parts: ["vedirect-mppt"],
    because: "a HEX message may come at any time (VE.Direct protocol): it is cut out",
  },
  {
    faults: ["frames cut by another"],
    parts: ["ld2410", "tfmini-s", "vedirect-mppt"],
    because: "the whole frame that follows a broken one is found",
  },
  {
    faults: ["merged frames"],
    parts: ["ld2410", "tfmini-s", "vedirect-mppt", "pn532", "pzem004t", "modbus-sign"],
    because:
      "frames end where they say, not where a chunk of bytes does; what came too late is asked for again",
  },
  {
    faults: ["another process"],
    because: "a driver names the register with each read, in one transfer: nobody gets in between",
  },
  {
    faults: ["line held"],
    parts: ["vedirect-mppt", "ld2410", "tfmini-s"],
    because: "it talks by itself, and nothing is written to it while it works",
  },
  {
    faults: ["stray bytes"],
    because: "whole frames are found between them, and a frame that they hit is asked for again",
  },
  {
    faults: ["single bytes"],
    because: "so may any line deliver what was sent together",
  },
];
