import type { Part, Place } from "../part.ts";

/** A part of a unit where it is connected. */
export interface Fitted {
  readonly role: string;
  readonly part: Part;
  readonly place: Place;
}

/** Something on a wire: a part at its address or line, or a multiplexer channel with what is behind it. */
export interface Branch {
  /** `0x40`, `unit 2`, `line 17`, `channel 3`; empty where a line has one part. */
  readonly at: string;
  readonly fitted?: Fitted;
  readonly behind: readonly Branch[];
}

/** One pair or bundle of wires of the board. */
export interface Wire {
  /** As the board calls it: `i2c-1`, `/dev/ttyAMA0`, `pinctrl-bcm2711`. */
  readonly name: string;
  readonly kind: Place["kind"];
  readonly branches: readonly Branch[];
}

const order: readonly Place["kind"][] = ["i2c", "serial", "gpio"];

/** The wires of a unit, and what hangs on each: in the order of buses, addresses and lines. */
export function wiringOf(parts: readonly Fitted[]): Wire[] {
  const byWire = groupBy(parts, ({ place }) => wireName(place));
  return [...byWire]
    .map(([name, fitted]) => ({ name, kind: fitted[0]!.place.kind, branches: branchesOf(fitted) }))
    .sort(
      (a, b) =>
        order.indexOf(a.kind) - order.indexOf(b.kind) ||
        a.name.localeCompare(b.name, "en", { numeric: true }),
    );
}

export function wireName(place: Place): string {
  if (place.kind === "i2c") return `i2c-${place.bus}`;
  return place.kind === "serial" ? place.path : place.chip;
}

export const hexAddress = (address: number) => `0x${address.toString(16).padStart(2, "0")}`;

function branchesOf(fitted: readonly Fitted[]): Branch[] {
  const direct = fitted.filter(({ place }) => behindOf(place) === undefined);
  const hidden = groupBy(
    fitted.filter(({ place }) => behindOf(place) !== undefined),
    ({ place }) => behindOf(place)!.address,
  );
  const branches = direct.map((each) => {
    const { place } = each;
    const own = place.kind === "i2c" ? hidden.get(place.address) : undefined;
    if (place.kind === "i2c") hidden.delete(place.address);
    return { at: atOf(place), fitted: each, behind: own ? channelsOf(own) : [] };
  });
  // A multiplexer that fills no role is there all the same.
  const silent = [...hidden].map(([address, parts]) => ({
    at: hexAddress(address),
    behind: channelsOf(parts),
  }));
  return [...branches, ...silent].sort((a, b) => inOrder(a.at, b.at));
}

/** Addresses have two hexadecimal digits; units and lines are counted. */
const inOrder = (a: string, b: string) =>
  a.startsWith("0x") && b.startsWith("0x")
    ? a.localeCompare(b, "en")
    : a.localeCompare(b, "en", { numeric: true });

function channelsOf(parts: readonly Fitted[]): Branch[] {
  return [...groupBy(parts, ({ place }) => behindOf(place)!.channel)]
    .sort(([a], [b]) => a - b)
    .map(([channel, fitted]) => ({
      at: `channel ${channel}`,
      behind: fitted.map((each) => ({ at: atOf(each.place), fitted: each, behind: [] })),
    }));
}

function groupBy<Key>(parts: readonly Fitted[], keyOf: (fitted: Fitted) => Key): Map<Key, Fitted[]> {
  const groups = new Map<Key, Fitted[]>();
  for (const fitted of parts) {
    const key = keyOf(fitted);
    groups.set(key, [...(groups.get(key) ?? []), fitted]);
  }
  return groups;
}

const behindOf = (place: Place) => (place.kind === "i2c" ? place.behind : undefined);

function atOf(place: Place): string {
  if (place.kind === "i2c") return hexAddress(place.address);
  if (place.kind === "gpio") return `line ${place.offset}`;
  return place.unit === undefined ? "" : `unit ${place.unit}`;
}

/** The wires as a tree of lines, for a terminal. */
export function wiringText(wires: readonly Wire[]): string {
  return wires.flatMap(({ name, branches }) => [name, ...treeOf(branches, "")]).join("\n");
}

function treeOf(branches: readonly Branch[], indent: string): string[] {
  return branches.flatMap(({ at, fitted, behind }, index) => {
    const isLast = index === branches.length - 1;
    const words = [at, fitted ? `${fitted.role}: ${fitted.part.maker} ${fitted.part.id}` : ""];
    const line = `${indent}${isLast ? "└─" : "├─"} ${words.filter((word) => word !== "").join("  ")}`;
    return [line, ...treeOf(behind, `${indent}${isLast ? "   " : "│  "}`)];
  });
}
