import { type Board, pinLevelV, processorPort } from "./boards.ts";
import type { Finding } from "./finding.ts";
import { railOf } from "./supply.ts";
import { type Fitted, hexAddress, wireName } from "./wiring.ts";

/** Signals that a pin of the board does not stand, or that a part would not understand: what has to stand between. */
export const levelFindings = (parts: readonly Fitted[], board: Board): Finding[] => [
  ...parts.flatMap(levelOf),
  ...transceiverFindings(parts),
  ...pullUpFindings(parts, board),
];

/** What the signals of a part are when high. */
const logicOf = ({ part, place }: Fitted) =>
  part.electrical?.logic ?? (place.kind === "i2c" ? "open-drain" : "supply");

/** Adapters on USB have levels of their own. */
const isAtPins = ({ place }: Fitted) =>
  place.kind === "gpio" || (place.kind === "serial" && processorPort.test(place.path));

function levelOf(fitted: Fitted): Finding[] {
  const { role, part, place } = fitted;
  if (place.kind === "i2c") return railOf(fitted) === 5 ? [busLevel(fitted)] : [];
  const logic = logicOf(fitted);
  const high = logic === "supply" ? railOf(fitted) : logic;
  if (!isAtPins(fitted) || typeof high !== "number" || high <= pinLevelV) return [];
  return [
    {
      severity: "warning",
      rule: "level",
      role,
      field: `parts/${role}`,
      found: `${role} (${part.id}) drives ${place.kind === "gpio" ? `GPIO ${place.offset}` : place.path} to ${high} V`,
      expected: `${pinLevelV} V at most: a pin of the board is destroyed by more`,
      fix: `put a level shifter, an optocoupler or a divider (1 kΩ to 2 kΩ) between${
        place.kind === "serial" ? ", or an adapter on USB for 5 V" : ""
      }`,
    },
  ];
}

const busLevel = ({ role, part, place }: Fitted): Finding => ({
  severity: "warning",
  rule: "i2c-level",
  role,
  field: `parts/${role}`,
  found: `${role} (${part.id}) runs from 5 V, on ${wireName(place)} with pull-ups to ${pinLevelV} V`,
  expected: "a high level of 0.7 × 5 V = 3.5 V for it (NXP UM10204, table 10)",
  fix: "put a level translator for I2C between, with pull-ups of its own to 5 V",
});

/** Once for each port: all parts of a line share the transceiver. */
function transceiverFindings(parts: readonly Fitted[]): Finding[] {
  const onRs485 = parts.filter((fitted) => isAtPins(fitted) && logicOf(fitted) === "rs-485");
  const ports = [...new Set(onRs485.map(({ place }) => wireName(place)))];
  return ports.map((port): Finding => {
    const roles = onRs485.filter(({ place }) => wireName(place) === port).map(({ role }) => role);
    return {
      severity: "notice",
      rule: "serial-transceiver",
      role: roles[0]!,
      field: `parts/${roles[0]}`,
      found: `${roles.join(", ")} on RS-485, ${port} with levels of ${pinLevelV} V`,
      expected: "a transceiver between line and port",
      fix: "take one for 3.3 V that turns round by itself, or an adapter on USB",
    };
  });
}

/** Wires of I2C on which nothing is ever high: some buses have pull-ups on the board, all others need them. */
function pullUpFindings(parts: readonly Fitted[], board: Board): Finding[] {
  const told = new Set<string>();
  return parts.flatMap(({ role, place }): Finding[] => {
    if (place.kind !== "i2c") return [];
    const { behind } = place;
    const bus = wireName(place);
    const wires = behind ? `the channels of the multiplexer at ${hexAddress(behind.address)} of ${bus}` : bus;
    if (told.has(wires) || (!behind && board.pulledUp.includes(bus))) return [];
    told.add(wires);
    return [
      {
        severity: "notice",
        rule: "i2c-pull-ups",
        role,
        field: `parts/${role}`,
        found: behind ? `${wires} have no pull-ups of the bus` : `${bus} has no pull-ups on the board`,
        expected: `pull-ups to ${pinLevelV} V${behind ? ", on each channel that is used" : ""}`,
        fix: "see that a module there has them, or put 2.2 kΩ to 3.3 V at SDA and SCL",
      },
    ];
  });
}
