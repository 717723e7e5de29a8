import type { Place } from "#devices/part.ts";
import { type Level, lineName } from "#devices/ports/gpio.ts";
import type { Twin } from "#sim/chips/twin.ts";
import { quiet, strayBytes } from "#sim/ports/stray-bytes.ts";
import { random } from "#sim/world/random.ts";
import { spoilings } from "./spoiled-line.ts";
import type { Standing } from "./standing.ts";

/** Something bad that happens to the part of a role, or to what it shares with others. */
export interface Fault {
  readonly name: string;
  /** Whose parts cannot be reached, or are no longer what they were. */
  readonly roles: readonly string[];
  /** Beside them, who may notice because wires are shared. */
  readonly beside: readonly string[];
  /** ms */
  readonly lasts: number;
  /** What a detector has learned of its inputs, or a guard of its port, is worth nothing afterwards. */
  readonly unsettles?: boolean;
  begin(): void;
  end(): void;
}

/** Long enough for quarantine, and for what was read before to be stale. */
const long = 110_000;
/** Too short for quarantine: what came of it is over sooner. */
const brief = 45_000;

/** More than any part answers while a fault lasts. */
const allAnswers = 1_000_000;

/** What only some twins can do, and how it is asked of them. */
const tricks = {
  corruptCrc: [allAnswers],
  corruptChecksum: [allAnswers],
  interrupt: [allAnswers],
  silence: [],
  garbage: [],
  dazzle: [],
  saturate: [],
  loseBattery: [],
  shortExcitation: [],
} as const satisfies Readonly<Record<string, readonly number[]>>;

type Trick = (...args: readonly (number | string)[]) => void;

const trickOf = (twin: Twin, name: string): Trick | undefined => {
  const trick = (twin as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof trick === "function" ? (trick.bind(twin) as Trick) : undefined;
};

/** Every fault of the part of a role: of its twin by the verbs that it has, of its wires by how it is connected. */
export function faultsOf(standing: Standing, role: string): readonly Fault[] {
  return [...ofTwin(standing, role), ...ofWires(standing, role)];
}

function ofTwin(standing: Standing, role: string): Fault[] {
  const twin = standing.twin(role);
  const { outputs = {} } = twin.part;
  const measured = standing.measuredBy(role);
  const own = (name: string, begin: () => void, lasts = long): Fault => ({
    name,
    roles: [role],
    beside: behind(standing, role),
    lasts,
    begin,
    end: () => twin.mend(),
  });
  const beyond = (name: string, sign: 1 | -1): Fault => ({
    unsettles: standing.declaration.roles[role]!.stream !== undefined,
    ...own(name, () => {
      for (const channel of measured) {
        const [min, max] = twin.part.channels[channel]!.range;
        twin.drift(channel, 2 * sign * (max - min));
      }
    }),
  });
  return [
    own("unplug", () => twin.unplug()),
    own("stick", () => twin.stick()),
    ...(measured.length > 0 ? [beyond("drift above range", 1), beyond("drift below range", -1)] : []),
    own("brown-out", () => twin.brownOut()),
    ...Object.entries(tricks).flatMap(([name, args]) => {
      const trick = trickOf(twin, name);
      return trick ? [own(name, () => trick(...args), brief)] : [];
    }),
    ...(twin.part.connection.kind === "i2c" && trickOf(twin, "short")
      ? [
          own("short of all outputs", () => {
            for (const output of Object.keys(outputs)) trickOf(twin, "short")!(output);
          }),
        ]
      : []),
  ];
}

function ofWires(standing: Standing, role: string): Fault[] {
  const place = standing.placeOf(role);
  switch (place.kind) {
    case "i2c":
      return [
        ...impostors(standing, role, place),
        ...heldBus(standing, role, place),
        ...failingBus(standing, role, place),
        otherProcess(standing, role, place),
        ...otherBranch(standing, role, place),
      ];
    case "serial":
      return [...spoiledLine(standing, role, place), ...failingLine(standing, role, place)];
    case "gpio":
      return [...shorts(standing, role, place), failingPin(standing, role, place)];
  }
}

type I2cPlace = Extract<Place, { kind: "i2c" }>;

const rolesAt = (standing: Standing, is: (place: Place) => boolean) =>
  [...standing.bench.twins.keys()].filter((role) => is(standing.placeOf(role)));

/** Roles whose parts are behind this one, where it is a multiplexer. */
function behind(standing: Standing, role: string): readonly string[] {
  const at = standing.placeOf(role);
  if (at.kind !== "i2c" || at.behind) return [];
  return rolesAt(
    standing,
    (place) => place.kind === "i2c" && place.bus === at.bus && place.behind?.address === at.address,
  );
}

/** Only the first role of a shared wire stands for it. */
const isFirst = (role: string, roles: readonly string[]) => roles[0] === role;

const answers: Readonly<Record<string, (random: () => number) => number>> = {
  "0x00": () => 0,
  "0xFF": () => 0xff,
  "random bytes": (random) => Math.floor(random() * 256),
};

/** Something else at the part's address, that takes every byte and answers with its own. */
function impostors(standing: Standing, role: string, { bus, address, behind: branch }: I2cPlace): Fault[] {
  const twin = standing.twin(role);
  return Object.entries(answers).map(([name, answer]) => {
    const draws = random(1, `impostor for ${role}`);
    const byte = () => answer(() => draws.uniform());
    const wires = standing.bench.board.i2c(bus, branch);
    return {
      name: `impostor of ${name}`,
      roles: [role],
      beside: behind(standing, role),
      lasts: long,
      begin: () => {
        twin.unplug();
        wires.attach(address, { write: () => true, read: (length) => Uint8Array.from({ length }, byte) });
      },
      end: () => {
        wires.detach(address);
        twin.mend();
      },
    };
  });
}

/**
 * A line of the bus is held low. Behind a multiplexer it is the branch's: the bus before it is held as well while the
 * branch is connected, and the multiplexer itself cannot be told to let go of it.
 */
function heldBus(standing: Standing, role: string, place: I2cPlace): Fault[] {
  const { bus, behind: branch } = place;
  const onBus = rolesAt(standing, (other) => other.kind === "i2c" && other.bus === bus);
  const held = onBus.filter((name) => {
    const other = standing.placeOf(name) as I2cPlace;
    return !branch || (other.behind?.address === branch.address && other.behind.channel === branch.channel);
  });
  const alike = branch ? held : onBus.filter((name) => !(standing.placeOf(name) as I2cPlace).behind);
  if (!isFirst(role, alike)) return [];
  const wires = standing.bench.board.i2c(bus, branch);
  return [
    {
      name: branch ? "branch held low" : "bus held low",
      roles: held,
      beside: onBus.filter((name) => !held.includes(name)),
      lasts: long,
      begin: () => wires.hold(),
      end: () => wires.release(),
    },
  ];
}

/** The kernel answers every call of a bus with an error, or does not return from it: also behind its multiplexers. */
function failingBus(standing: Standing, role: string, { bus }: I2cPlace): Fault[] {
  const roles = rolesAt(standing, (place) => place.kind === "i2c" && place.bus === bus);
  if (!isFirst(role, roles)) return [];
  const node = standing.bench.board.kernel.node(`/dev/i2c-${bus}`);
  const faults = { "EIO of every call": () => node.fail("EIO"), "calls that hang": () => node.hang() };
  return Object.entries(faults).map(([name, begin]) => {
    return { name, roles, beside: [], lasts: long, unsettles: true, begin, end: () => node.mend() };
  });
}

/** After each of our transfers another process reads the part's first register; of a multiplexer it takes all channels away. */
function otherProcess(standing: Standing, role: string, { bus, address }: I2cPlace): Fault {
  const trunk = standing.bench.board.i2c(bus);
  return {
    name: "another process",
    roles: [role],
    beside: behind(standing, role),
    lasts: long,
    begin: () => trunk.intrude(address, [{ write: Uint8Array.of(0) }, { read: 1 }]),
    end: () => trunk.intrude(address, undefined),
  };
}

/** After each of our transfers another process selects the channel of the last part behind a multiplexer. */
function otherBranch(standing: Standing, role: string, { bus, address }: I2cPlace): Fault[] {
  const channelOf = (name: string) => (standing.placeOf(name) as I2cPlace).behind!.channel;
  const all = behind(standing, role);
  const theirs = Math.max(...all.map(channelOf));
  const elsewhere = all.filter((name) => channelOf(name) !== theirs);
  if (elsewhere.length === 0) return [];
  const trunk = standing.bench.board.i2c(bus);
  return [
    {
      name: "another process, on another channel",
      roles: elsewhere,
      beside: [role],
      lasts: long,
      begin: () => trunk.intrude(address, [{ write: Uint8Array.of(1 << theirs) }]),
      end: () => trunk.intrude(address, undefined),
    },
  ];
}

function failingLine(
  standing: Standing,
  role: string,
  { path }: Extract<Place, { kind: "serial" }>,
): Fault[] {
  const roles = rolesAt(standing, (other) => other.kind === "serial" && other.path === path);
  if (!isFirst(role, roles)) return [];
  const { kernel, cables } = standing.bench.board;
  const node = kernel.node(path);
  const cable = cables.get(path)!;
  const draws = random(1, `noise of ${role}`);
  const of = (name: string, begin: () => void, end: () => void): Fault => {
    return { name, roles, beside: [], lasts: brief, begin, end };
  };
  return [
    of(
      "EIO of every call",
      () => node.fail("EIO"),
      () => node.mend(),
    ),
    of(
      "line held",
      () => cable.hold(),
      () => cable.release(),
    ),
    of(
      "line shorted",
      () => cable.faults.short(true),
      () => cable.faults.short(false),
    ),
    of(
      "half frames",
      () => cable.faults.halve(true),
      () => cable.faults.halve(false),
    ),
    of(
      "noise",
      () => cable.faults.disturb(0.5, () => draws.uniform()),
      () => cable.faults.calm(),
    ),
    of(
      "stray bytes",
      () => strayBytes(cable, standing.bench.loop, 20, () => draws.uniform()),
      () => quiet(cable),
    ),
  ];
}

function failingPin(standing: Standing, role: string, place: Extract<Place, { kind: "gpio" }>): Fault {
  const node = standing.bench.board.kernel.node(lineName(place));
  return {
    name: "EIO of every call",
    roles: [role],
    beside: [],
    lasts: long,
    begin: () => node.fail("EIO"),
    end: () => node.mend(),
  };
}

function spoiledLine(
  standing: Standing,
  role: string,
  { path }: Extract<Place, { kind: "serial" }>,
): Fault[] {
  const roles = rolesAt(standing, (other) => other.kind === "serial" && other.path === path);
  if (!isFirst(role, roles)) return [];
  return Object.entries(spoilings).map(([name, spoiling]) => {
    const draws = random(1, `line of ${role}`);
    return {
      name,
      roles,
      beside: [],
      lasts: brief,
      begin: () =>
        standing.lines.spoil(
          path,
          spoiling(() => draws.uniform()),
        ),
      end: () => standing.lines.mend(path),
    };
  });
}

function shorts(
  standing: Standing,
  role: string,
  { chip, offset }: Extract<Place, { kind: "gpio" }>,
): Fault[] {
  const line = standing.bench.board.gpio.line(chip, offset);
  return ([0, 1] as const).map((level: Level) => ({
    name: level === 0 ? "short to ground" : "short to supply",
    roles: [role],
    beside: [],
    lasts: long,
    unsettles: true,
    begin: () => line.stick(level),
    end: () => line.stick(undefined),
  }));
}
