import { tca9548a } from "../chips/tca9548a.ts";
import type { MultiplexerChannel } from "../ports/i2c.ts";
import { multiplexerChannels } from "../ports/multiplexer.ts";
import type { Finding, Rule } from "./finding.ts";
import { type Fitted, hexAddress } from "./wiring.ts";

/** Something that acknowledges at an address. */
interface Answerer {
  /** As messages name it. */
  readonly name: string;
  readonly fitted: Fitted;
  readonly bus: number;
  readonly address: number;
  readonly behind: MultiplexerChannel | undefined;
  /** `way`: the multiplexer before the part, where no role has it. */
  readonly as: "part" | "all-call" | "way";
}

const muxAddresses = tca9548a.connection.kind === "i2c" ? tca9548a.connection.addresses : [];

/**
 * Two that answer at one address, told of the later part, or of the one that can make way: a part at its only
 * address needs a multiplexer; one at another's all-call address has to move. Of several clashes of one part, one is
 * told, and that of an all-call only where there is no other.
 * @param parts of two that clash, the later one is to blame
 */
export function addressFindings(parts: readonly Fitted[]): Finding[] {
  const taken: Answerer[] = [];
  return parts.flatMap((fitted) => {
    const clashes = answerersOf(fitted, parts).flatMap((one) => {
      const others = taken.filter((earlier) => isClash(one, earlier));
      taken.push(one);
      const other = others.find(({ as }) => as !== "all-call") ?? others[0];
      return other ? [clash(one, other, parts)] : [];
    });
    const told = clashes.find(({ rule }) => rule !== "i2c-all-call-clash") ?? clashes[0];
    return told ? [told] : [];
  });
}

function answerersOf(fitted: Fitted, parts: readonly Fitted[]): Answerer[] {
  const { part, place, role } = fitted;
  if (place.kind !== "i2c" || part.connection.kind !== "i2c") return [];
  const { bus, address, behind } = place;
  const itself: Answerer = { name: role, fitted, bus, address, behind, as: "part" };
  const { allCall } = part.connection;
  return [
    ...(behind && !hasMultiplexer(parts, bus, behind.address)
      ? [
          {
            ...itself,
            name: `the multiplexer before ${role}`,
            address: behind.address,
            behind: undefined,
            as: "way" as const,
          },
        ]
      : []),
    itself,
    ...(allCall === undefined ? [] : [{ ...itself, address: allCall, as: "all-call" as const }]),
  ];
}

const hasMultiplexer = (parts: readonly Fitted[], bus: number, address: number) =>
  parts.some(
    ({ part, place }) =>
      part.id === tca9548a.id && place.kind === "i2c" && place.bus === bus && place.address === address,
  );

function isClash(a: Answerer, b: Answerer): boolean {
  if (a.bus !== b.bus || a.address !== b.address) return false;
  // Many parts lead through one multiplexer, and nobody speaks to all of a type at once.
  if (a.as === b.as && a.as !== "part") return false;
  return canMeet(a.behind, b.behind);
}

/** What is on the bus itself also hears what is meant for a part behind a multiplexer; channels hear only their own. */
const canMeet = (a: MultiplexerChannel | undefined, b: MultiplexerChannel | undefined) =>
  !a || !b || (a.address === b.address && a.channel === b.channel);

function clash(one: Answerer, other: Answerer, parts: readonly Fitted[]): Finding {
  // Its all-call address does not move with a part: the other one has to.
  const [blamed, stays] = one.as === "all-call" ? [other, one] : [one, other];
  const { rule, fix } = wayOut(blamed, stays, parts);
  const { role } = blamed.fitted;
  return {
    severity: "error",
    rule,
    role,
    field: blamed.as === "way" ? `parts/${role}/behind/address` : `parts/${role}/address`,
    found: `${inWords(blamed)} answers at ${hexAddress(blamed.address)} of i2c-${blamed.bus}, where ${inWords(stays)} ${
      stays.as === "all-call" ? "answers to its all-call" : "does too"
    }`,
    expected: "one answer at an address",
    fix,
  };
}

const inWords = ({ name, fitted, as }: Answerer) =>
  `${name} (${as === "way" ? tca9548a.id : fitted.part.id})`;

/** What a configuration would say instead, by role. */
type Moves = Readonly<Record<string, { readonly address: number } | { readonly behind: MultiplexerChannel }>>;

function wayOut(
  blamed: Answerer,
  stays: Answerer,
  parts: readonly Fitted[],
): { readonly rule: Rule; readonly fix: string } {
  const rule = stays.as === "all-call" ? "i2c-all-call-clash" : "i2c-address-clash";
  for (const mover of stays.as === "all-call" ? [blamed] : [blamed, stays]) {
    const free = freeAddresses(mover, parts);
    if (free[0] === undefined) continue;
    const possible = free.map(hexAddress).join(", ");
    return {
      rule,
      fix: `strap ${inWords(mover)} to ${possible}; ${written(movesTo(free[0], mover, parts))}`,
    };
  }
  // Whoever is on the bus itself would still hear what is meant for the other: it has to leave the bus as well.
  const movers = [blamed, stays].filter(({ behind }, index) => index === 0 || !behind);
  const channels = freeChannels(blamed, parts);
  if (channels.length < movers.length)
    return { rule: "i2c-multiplexer-needed", fix: "move one of them to another bus" };
  const moves = Object.fromEntries(
    movers.map(({ fitted }, index) => [fitted.role, { behind: channels[index]! }]),
  );
  return {
    rule: "i2c-multiplexer-needed",
    fix: `put a multiplexer (${tca9548a.id}) between; ${written(moves)}`,
  };
}

/** An address of a multiplexer is written in every role behind it. */
function movesTo(
  address: number,
  { fitted, bus, as, address: from }: Answerer,
  parts: readonly Fitted[],
): Moves {
  if (as !== "way") return { [fitted.role]: { address } };
  return Object.fromEntries(
    parts.flatMap(({ role, place }) =>
      place.kind === "i2c" && place.bus === bus && place.behind?.address === from
        ? [[role, { behind: { ...place.behind, address } }]]
        : [],
    ),
  );
}

/** As it would stand in the configuration. */
const written = (moves: Moves) =>
  `parts: { ${Object.entries(moves)
    .map(([role, move]) =>
      "address" in move
        ? `${role}: { address: ${hexAddress(move.address)} }`
        : `${role}: { behind: { address: ${hexAddress(move.behind.address)}, channel: ${move.behind.channel} } }`,
    )
    .join(", ")} }`;

/** Addresses of its own at which whoever is to move would be alone. */
function freeAddresses(mover: Answerer, parts: readonly Fitted[]): number[] {
  const { connection } = mover.fitted.part;
  const possible = mover.as === "part" && connection.kind === "i2c" ? connection.addresses : muxAddresses;
  const others = parts
    .flatMap((fitted) => answerersOf(fitted, parts))
    .filter((other) => !isSame(mover, other));
  return possible.filter((address) => !others.some((other) => isClash({ ...mover, address }, other)));
}

/** Whether `b` would move with `a`. */
const isSame = (a: Answerer, b: Answerer) =>
  a.as === "way"
    ? b.as === "way" && a.address === b.address && a.bus === b.bus
    : b.as !== "way" && a.fitted === b.fitted;

/** Multiplexer channels where nobody is yet: of a multiplexer that is there, or of one that could be added. */
function freeChannels(mover: Answerer, parts: readonly Fitted[]): MultiplexerChannel[] {
  const onBus = parts.flatMap((fitted) => answerersOf(fitted, parts)).filter(({ bus }) => bus === mover.bus);
  const isMultiplexer = ({ as, fitted }: Answerer) => as === "way" || fitted.part.id === tca9548a.id;
  const present = onBus.filter(isMultiplexer).map(({ address }) => address);
  const possible = muxAddresses.filter((address) => !onBus.some((other) => other.address === address));
  const own = answerersOf(mover.fitted, parts).filter(({ as }) => as !== "way");
  const used = ({ address, channel }: MultiplexerChannel) =>
    onBus.some(({ behind }) => behind?.address === address && behind.channel === channel);
  return [...new Set([...present, ...possible])]
    .filter((address) => !own.some((one) => one.address === address))
    .flatMap((address) => Array.from({ length: multiplexerChannels }, (_, channel) => ({ address, channel })))
    .filter((channel) => !used(channel));
}
