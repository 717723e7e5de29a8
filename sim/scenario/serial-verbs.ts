import type { SerialCable } from "../ports/serial.ts";
import { quiet, strayBytes } from "../ports/stray-bytes.ts";
import type { Street } from "../street/street.ts";
import type { Random } from "../world/random.ts";
import { connects, type Fault, unitOf, type Verb } from "./verb.ts";

/** A fault of a serial line, which all parts on it have. */
const ofLine = (
  begin: (cable: SerialCable, fault: Fault, random: Random, street: Street) => void,
  end: (cable: SerialCable) => void,
) => ({
  suits: connects("serial"),
  begin: (street: Street, fault: Fault) => {
    const unit = unitOf(street, fault);
    begin(
      unit.cableOf(fault.role!),
      fault,
      unit.random(`${fault.verb} at ${fault.role} from ${fault.atMs}`),
      street,
    );
  },
  end: (street: Street, fault: Fault) => end(unitOf(street, fault).cableOf(fault.role!)),
});

/** What the serial line of a part can have. */
export const serialVerbs = {
  /** Flow control holds the unit's end: nothing that it writes leaves. */
  "hold-line": {
    title: "Hold its serial line: nothing leaves",
    needs: ["unit", "role"],
    may: ["for"],
    ...ofLine(
      (cable) => cable.hold(),
      (cable) => cable.release(),
    ),
  },
  /** The wires are shorted: nothing arrives at either end. */
  "short-line": {
    title: "Short its serial line: nothing arrives",
    needs: ["unit", "role"],
    may: ["for"],
    ...ofLine(
      (cable) => cable.faults.short(true),
      (cable) => cable.faults.short(false),
    ),
  },
  /** Of the share `by` of all bytes one bit arrives wrong, both ways. */
  noise: {
    title: "Noise on its serial line",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "share of bytes with a wrong bit", unit: "1", min: 0.001, max: 1, preset: 0.2 },
    ...ofLine(
      (cable, fault, random) => cable.faults.disturb(fault.by!, () => random.uniform()),
      (cable) => cable.faults.calm(),
    ),
  },
  /** Of what is sent in one go only the first half arrives, both ways. */
  "half-frames": {
    title: "Let half of each frame through on its serial line",
    needs: ["unit", "role"],
    may: ["for"],
    ...ofLine(
      (cable) => cable.faults.halve(true),
      (cable) => cable.faults.halve(false),
    ),
  },
  /** The unit hears `by` bytes a second that nobody sent. */
  "stray-bytes": {
    title: "Stray bytes on its serial line",
    needs: ["unit", "role", "by"],
    may: ["for"],
    by: { title: "bytes", unit: "1/s", min: 0.1, max: 1_000, preset: 20 },
    ...ofLine(
      (cable, fault, random, { loop }) => strayBytes(cable, loop, fault.by!, () => random.uniform()),
      quiet,
    ),
  },
} as const satisfies Readonly<Record<string, Verb>>;
