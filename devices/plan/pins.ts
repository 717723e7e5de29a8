import { lineName } from "../ports/gpio.ts";
import { type Board, type BoardFunction, functionAt, headerLines, reservedLines } from "./boards.ts";
import type { Finding } from "./finding.ts";
import { type Fitted, wireName } from "./wiring.ts";

/** What a unit does with one line of the header. */
export interface Pin {
  readonly line: number;
  /** `I2C1`, or the role of the part that is wired to it. */
  readonly use: string;
}

/** Buses and ports of the board that the unit uses, in the order of its parts. */
export function functionsOf(parts: readonly Fitted[], board: Board): BoardFunction[] {
  const used = parts.flatMap(({ place }) => functionAt(board, wireName(place)) ?? []);
  return [...new Set(used)];
}

/** The lines of the header that a unit uses, in their order. */
export function pinsOf(parts: readonly Fitted[], board: Board): Pin[] {
  const ofFunctions = functionsOf(parts, board).flatMap(({ name, pins }) =>
    pins.map((line) => ({ line, use: name })),
  );
  const ofParts = gpios(parts).map(({ fitted, offset }) => ({ line: offset, use: fitted.role }));
  return [...ofFunctions, ...ofParts].sort((a, b) => a.line - b.line);
}

const gpios = (parts: readonly Fitted[]) =>
  parts.flatMap((fitted) => {
    const { place } = fitted;
    return place.kind === "gpio" ? [{ fitted, chip: place.chip, offset: place.offset }] : [];
  });

/** Lines that are not there, or are meant for something else; buses that the board does not have. */
export const pinFindings = (parts: readonly Fitted[], board: Board): Finding[] => [
  ...busFindings(parts, board),
  ...functionClashes(parts, board),
  ...headerFindings(parts, board),
];

/** Lines that two parts are wired to. @param board to name a free line of */
export function lineFindings(parts: readonly Fitted[], board?: Board): Finding[] {
  const taken = new Map<string, string>();
  return gpios(parts).flatMap(({ fitted: { role }, chip, offset }): Finding[] => {
    const line = lineName({ chip, offset });
    const other = taken.get(line);
    taken.set(line, role);
    if (other === undefined) return [];
    const about = { role, field: `parts/${role}/offset` };
    const free = board === undefined ? "…" : freeLine(parts, board);
    return [
      {
        ...about,
        severity: "error",
        rule: "gpio-line-clash",
        found: `${role} is at GPIO ${offset}, which ${other} uses`,
        expected: "one use of a line",
        fix: `wire it to a free line: ${role}: { offset: ${free} }`,
      },
    ];
  });
}

function busFindings(parts: readonly Fitted[], board: Board): Finding[] {
  const known = board.functions.filter(({ device }) => device.startsWith("i2c-"));
  const seen = new Set<string>();
  return parts.flatMap(({ role, place }): Finding[] => {
    const name = wireName(place);
    if (place.kind !== "i2c" || seen.has(name) || functionAt(board, name)) return [];
    seen.add(name);
    return [
      {
        severity: "error",
        rule: "i2c-bus-absent",
        role,
        field: `parts/${role}/bus`,
        found: `${name} is not on the header of a ${board.title}`,
        expected: known.map(({ device }) => device).join(", "),
        fix: `wire it to one of these: ${role}: { bus: ${known.at(-1)?.device.slice("i2c-".length)} }`,
      },
    ];
  });
}

/** Two functions of the processor that come out at the same pins. */
function functionClashes(parts: readonly Fitted[], board: Board): Finding[] {
  const earlier: BoardFunction[] = [];
  return functionsOf(parts, board).flatMap((one): Finding[] => {
    const other = earlier.find(({ pins }) => pins.some((pin) => one.pins.includes(pin)));
    earlier.push(one);
    if (!other) return [];
    const { role } = parts.find(({ place }) => wireName(place) === one.device)!;
    const at = one.pins.filter((pin) => other.pins.includes(pin)).join(" and ");
    return [
      {
        severity: "error",
        rule: "gpio-line-clash",
        role,
        field: `parts/${role}`,
        found: `${one.name} (${one.device}) is at GPIO ${at}, as ${other.name} (${other.device}) is`,
        expected: "one function at a pin",
        fix: `give ${role} another bus or port${freeOf(one, parts, board)}`,
      },
    ];
  });
}

/** Functions of the same kind at pins that nobody uses. */
function freeOf(like: BoardFunction, parts: readonly Fitted[], board: Board): string {
  const isBus = (device: string) => device.startsWith("i2c-");
  const taken = new Set(pinsOf(parts, board).map(({ line }) => line));
  const free = board.functions.filter(
    ({ device, pins }) =>
      isBus(device) === isBus(like.device) && pins.length > 0 && !pins.some((pin) => taken.has(pin)),
  );
  return free.length > 0
    ? `: ${free.map(({ device, pins }) => `${device} (GPIO ${pins.join("/")})`).join(", ")}`
    : "";
}

function headerFindings(parts: readonly Fitted[], board: Board): Finding[] {
  const functions = functionsOf(parts, board);
  return gpios(parts).flatMap(({ fitted: { role }, chip, offset }): Finding[] => {
    const about = { role, field: `parts/${role}/offset` };
    const fix = `wire it to a free line: ${role}: { offset: ${freeLine(parts, board)} }`;
    if (chip !== board.gpioChip)
      return [
        {
          severity: "error",
          rule: "gpio-chip-absent",
          role,
          field: `parts/${role}/chip`,
          found: `the header of a ${board.title} is not on ${chip}`,
          expected: board.gpioChip,
          fix: `${role}: { chip: ${board.gpioChip} }, or plan for the board that it is with --board`,
        },
      ];
    if (offset >= headerLines)
      return [
        {
          ...about,
          severity: "error",
          rule: "gpio-line-absent",
          found: `GPIO ${offset} is not on the header of a ${board.title}`,
          expected: `0 to ${headerLines - 1}`,
          fix,
        },
      ];
    const used = functions.find(({ pins }) => pins.includes(offset))?.name;
    if (used !== undefined)
      return [
        {
          ...about,
          severity: "error",
          rule: "gpio-line-clash",
          found: `${role} is at GPIO ${offset}, which ${used} uses`,
          expected: "one use of a line",
          fix,
        },
      ];
    const reserved = reservedLines.find(({ pins }) => pins.includes(offset));
    if (!reserved) return [];
    return [
      {
        ...about,
        severity: offset < 2 ? "warning" : "notice",
        rule: "gpio-line-reserved",
        found: `${role} is at GPIO ${offset}, which is for ${reserved.by}`,
        expected: "a line that is for nothing else",
        fix,
      },
    ];
  });
}

/** The lowest line that is neither used nor meant for something else. */
function freeLine(parts: readonly Fitted[], board: Board): number | undefined {
  const taken = new Set([
    ...pinsOf(parts, board).map(({ line }) => line),
    ...reservedLines.flatMap(({ pins }) => pins),
  ]);
  return Array.from({ length: headerLines }, (_, line) => line).find((line) => !taken.has(line));
}
