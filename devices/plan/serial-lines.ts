import { speedAt, speedInWords } from "../part.ts";
import { type Board, functionAt, processorPort } from "./boards.ts";
import type { Finding } from "./finding.ts";
import type { Fitted } from "./wiring.ts";

/** What the serial ports of a unit ask of the board. */
export const serialFindings = (parts: readonly Fitted[], board: Board): Finding[] => [
  ...portFindings(parts, board),
  ...unsteadyNames(parts),
];

interface OnLine {
  readonly fitted: Fitted;
  readonly path: string;
  readonly speed: string;
  /** Its address, of a part that shares a line. */
  readonly unit: number | undefined;
}

const onLines = (parts: readonly Fitted[]): OnLine[] =>
  parts.flatMap((fitted) => {
    const { part, place } = fitted;
    if (place.kind !== "serial" || part.connection.kind !== "serial") return [];
    const { speed, unit } = part.connection;
    return [
      {
        fitted,
        path: place.path,
        speed: speedInWords(speedAt(place, speed)),
        unit: unit === undefined ? undefined : (place.unit ?? unit),
      },
    ];
  });

/** The first part of each line. */
const firstOfEach = (lines: readonly OnLine[]) =>
  lines.filter(({ path }, index) => lines.findIndex((other) => other.path === path) === index);

function portFindings(parts: readonly Fitted[], board: Board): Finding[] {
  const known = board.functions
    .filter(({ device }) => device.startsWith("/dev/"))
    .map(({ device }) => device);
  return firstOfEach(onLines(parts)).flatMap(({ path, fitted }): Finding[] => {
    const found = processorPort.exec(path);
    if (!found || functionAt(board, path)) return [];
    const about = { role: fitted.role, field: `parts/${fitted.role}/path`, expected: known.join(", ") };
    const fix = `name the port that ${fitted.role} is wired to: ${fitted.role}: { path: … }`;
    const number = Number(found.groups?.number ?? Number.NaN);
    if (number < board.uarts)
      return [
        {
          ...about,
          severity: "warning",
          rule: "serial-port-name",
          found: `${path} is on a ${board.title} only with a kernel before 6.1.26, which numbers the UARTs that are enabled`,
          fix,
        },
      ];
    return [
      {
        ...about,
        severity: "error",
        rule: "serial-port-absent",
        found: `a ${board.title} has no ${path}`,
        fix,
      },
    ];
  });
}

/** Which adapter is ttyUSB0 and which is ttyUSB1 is settled anew at each start. */
function unsteadyNames(parts: readonly Fitted[]): Finding[] {
  const adapters = firstOfEach(onLines(parts)).filter(({ path }) => /^\/dev\/tty(?:USB|ACM)\d+$/.test(path));
  if (adapters.length < 2) return [];
  return adapters.map(({ path, fitted: { role } }) => ({
    severity: "warning",
    rule: "serial-port-unsteady",
    role,
    field: `parts/${role}/path`,
    found: `${path} is one of ${adapters.length} adapters on USB, numbered in the order in which they are found`,
    expected: "a path that stays with its socket",
    fix: `take the path of that socket: ${role}: { path: /dev/serial/by-path/… } (ls /dev/serial/by-path)`,
  }));
}

/** What parts on one line have to agree on. */
export function sharingFindings(parts: readonly Fitted[]): Finding[] {
  const earlier: OnLine[] = [];
  return onLines(parts).flatMap((one) => {
    const neighbours = earlier.filter(({ path }) => path === one.path);
    earlier.push(one);
    const [first] = neighbours;
    return first ? disagreement(one, first, neighbours) : [];
  });
}

function disagreement(one: OnLine, first: OnLine, neighbours: readonly OnLine[]): Finding[] {
  const { role, part } = one.fitted;
  const field = `parts/${role}`;
  const alone = [one, ...neighbours].find(({ unit }) => unit === undefined);
  if (alone)
    return [
      {
        severity: "error",
        rule: "serial-not-shared",
        role,
        field: `${field}/path`,
        found: `${role} (${part.id}) is on ${one.path}, where ${first.fitted.role} (${first.fitted.part.id}) is`,
        expected: `a line of its own for ${alone.fitted.role}: ${alone.fitted.part.id} has no address`,
        fix: `give it another port, or an adapter on USB: ${role}: { path: … }`,
      },
    ];
  const speeds: Finding[] =
    one.speed === first.speed
      ? []
      : [
          {
            severity: "error",
            rule: "serial-speed",
            role,
            field: `${field}/baudRate`,
            found: `${role} (${part.id}) is at ${one.speed} on ${one.path}, where ${first.fitted.role} is at ${first.speed}`,
            expected: "one speed on one line",
            fix: speedFix(one, first),
          },
        ];
  const same = neighbours.find(({ unit }) => unit === one.unit);
  if (!same) return speeds;
  return [
    ...speeds,
    {
      severity: "error",
      rule: "serial-unit-clash",
      role,
      field: `${field}/unit`,
      found: `${role} (${part.id}) is unit ${one.unit} on ${one.path}, and so is ${same.fitted.role}`,
      expected: "one part per address of a line",
      fix: `set it to another address, alone on the line, then say so: ${role}: { unit: ${freeUnit(neighbours)} }`,
    },
  ];
}

function speedFix(one: OnLine, first: OnLine): string {
  const { role } = one.fitted;
  const [baudRate] = first.speed.split(" ");
  const isFramingEqual = one.speed.split(" ")[2] === first.speed.split(" ")[2];
  return isFramingEqual
    ? `set the part to ${baudRate} baud and say so: ${role}: { baudRate: ${baudRate} }, or give it another port`
    : `give it another port: ${role}: { path: … }`;
}

const freeUnit = (neighbours: readonly OnLine[]) =>
  Array.from({ length: 247 }, (_, index) => index + 1).find(
    (unit) => !neighbours.some((other) => other.unit === unit),
  );
