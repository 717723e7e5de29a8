import type { Furniture, Role } from "../furniture/vocabulary.ts";
import type { Place } from "../part.ts";
import type { MultiplexerChannel } from "../ports/i2c.ts";
import { conversionsPerSlot, type Traffic } from "../stream.ts";
import type { Finding } from "./finding.ts";
import type { Fitted } from "./wiring.ts";

/** Clock of a bus in standard mode, and in fast mode, Hz (NXP UM10204, table 10). */
const busClockHz = { standard: 100_000, fast: 400_000 } as const;

/**
 * What a transfer costs beside its bits, ms: the way into the kernel and back, and Node's thread pool. Taken, not
 * measured on every board; what a stream really achieves it tells as `rate` and `missed`.
 */
export const transferOverheadMs = 0.06;

/** A bus is not planned fuller than this: what is left is for retries, and for slots that begin late. */
export const usableShare = 0.9;

/** What one part takes of its bus. */
export interface BusLoad {
  readonly role: string;
  readonly isStreamed: boolean;
  /** In a second, with those that select a multiplexer's channel, and read that back. */
  readonly transfers: number;
  readonly bits: number;
  readonly ms: number;
}

/** What a bus has to carry in a second. */
export interface BusTime {
  /** The kernel's number: 3 is `i2c-3`. */
  readonly bus: number;
  readonly clockHz: number;
  readonly loads: readonly BusLoad[];
  readonly bits: number;
  readonly transfers: number;
  /** Of the second, 0 to 1; more than 1 cannot be. */
  readonly share: number;
}

/**
 * Bits of one transfer on the wire: nine for each byte and its acknowledge, the address byte too; START, STOP, and a
 * repeated START before what is read (UM10204, section 3.1).
 */
export function bitsOf({ write, read }: Traffic): number {
  const written = 1 + 9 * (1 + write) + 1;
  return read === undefined ? written : written + 1 + 9 * (1 + read);
}

/** A multiplexer's control register, written or read back: its address, and one byte. */
const control: Traffic = { write: 1 };

/** What a sample takes of a part of which nothing else is said: a trigger, and a register of two bytes a channel. */
const sampleOf = (channels: number): Traffic[] => [
  { write: 2 },
  ...Array.from({ length: channels }, () => ({ write: 1, read: 2 })),
];

/** The transfers of a second, at the fastest that a role may ask for. */
function perSecond(
  { part }: Fitted,
  { sampling, stream }: Role,
): { traffic: readonly Traffic[]; times: number } {
  if (stream)
    return { traffic: stream.conversion, times: (conversionsPerSlot(stream) * 1_000) / stream.every };
  const everyMs = sampling?.faster?.every ?? sampling?.every;
  return everyMs === undefined
    ? { traffic: [], times: 0 }
    : { traffic: sampleOf(Object.keys(part.channels).length), times: 1_000 / everyMs };
}

const behindOf = (place: Place) => (place.kind === "i2c" ? place.behind : undefined);

const wayOf = (behind: MultiplexerChannel | undefined) =>
  behind === undefined ? "" : `${behind.address} ${behind.channel}`;

/**
 * What is said to multiplexers for each transfer of a part on a bus with these (devices/ports/multiplexer.ts), at worst:
 * - before it, one is selected and the others are not, but on a bus with one way there is nothing to choose;
 * - after one behind a multiplexer, all are read back.
 */
function controlsOn(fitted: readonly Fitted[]): (place: Place) => number {
  const behinds = fitted.map(({ place }) => behindOf(place));
  const multiplexers = new Set(behinds.flatMap((behind) => (behind ? [behind.address] : []))).size;
  const selections = new Set(behinds.map(wayOf)).size < 2 ? 0 : multiplexers;
  return (place) => selections + (behindOf(place) ? multiplexers : 0);
}

/** The time that each I2C bus of a unit is asked for, in the order of the buses. */
export function busTimes(parts: readonly Fitted[], declaration: Furniture): BusTime[] {
  const buses = new Map<number, Fitted[]>();
  for (const fitted of parts)
    if (fitted.place.kind === "i2c")
      buses.set(fitted.place.bus, [...(buses.get(fitted.place.bus) ?? []), fitted]);
  return [...buses]
    .sort(([one], [other]) => one - other)
    .map(([bus, fitted]) => busTime(bus, fitted, declaration));
}

function busTime(bus: number, fitted: readonly Fitted[], { roles, fastBuses = [] }: Furniture): BusTime {
  const clockHz = fastBuses.includes(bus) ? busClockHz.fast : busClockHz.standard;
  const controlsOf = controlsOn(fitted);
  const loads = fitted.map((one): BusLoad => {
    const role = roles[one.role]!;
    const { traffic, times } = perSecond(one, role);
    const controls = controlsOf(one.place);
    const transfers = times * traffic.length * (1 + controls);
    const bits = times * traffic.reduce((sum, each) => sum + bitsOf(each) + controls * bitsOf(control), 0);
    const ms = (bits / clockHz) * 1_000 + transfers * transferOverheadMs;
    return { role: one.role, isStreamed: role.stream !== undefined, transfers, bits, ms };
  });
  const sum = (of: (load: BusLoad) => number) => loads.reduce((total, load) => total + of(load), 0);
  return {
    bus,
    clockHz,
    loads,
    bits: sum(({ bits }) => bits),
    transfers: sum(({ transfers }) => transfers),
    share: sum(({ ms }) => ms) / 1_000,
  };
}

const whole = (value: number) => Math.round(value).toString();
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** How a bus comes to its share, in words: `4 × 86 000 bits at 400 kHz …`. */
export function arithmeticOf({ clockHz, loads, bits, transfers, share }: BusTime): string {
  const streamed = loads.filter(({ isStreamed }) => isStreamed);
  const names = (streamed.length > 0 ? streamed : loads).map(({ role }) => role).join(", ");
  const wireMs = (bits / clockHz) * 1_000;
  return (
    `${names}: ${whole(bits)} bits at ${clockHz / 1_000} kHz = ${whole(wireMs)} ms, ` +
    `+ ${whole(transfers)} transfers × ${transferOverheadMs} ms = ${whole(transfers * transferOverheadMs)} ms, ` +
    `in all ${whole(share * 1_000)} ms of every second`
  );
}

/** Buses that are asked for more than they carry, and parts that stand in the way of a stream. */
export function busTimeFindings(parts: readonly Fitted[], declaration: Furniture): Finding[] {
  return busTimes(parts, declaration).flatMap((time) => [
    ...sharedFindings(time, declaration),
    ...(time.share > usableShare ? [overloaded(time, declaration)] : []),
  ]);
}

function overloaded(time: BusTime, { fastBuses = [] }: Furniture): Finding {
  const heaviest = time.loads.reduce((most, load) => (load.ms >= most.ms ? load : most));
  const fits = Math.floor((usableShare * 1_000) / heaviest.ms);
  const others = fastBuses.filter((bus) => bus !== time.bus);
  return {
    severity: "error",
    rule: "i2c-bus-time",
    role: heaviest.role,
    field: `parts/${heaviest.role}/bus`,
    found: `i2c-${time.bus} is asked for ${percent(time.share)}: ${arithmeticOf(time)}`,
    expected: `at most ${percent(usableShare)}`,
    fix:
      fits > 0
        ? `Leave ${fits} like ${heaviest.role} on i2c-${time.bus}, at ${whole(heaviest.ms)} ms each, and move the others` +
          ` to another bus${others.length > 0 ? ` in fast mode: ${others.join(", ")}` : ""}.`
        : `i2c-${time.bus} runs at ${time.clockHz / 1_000} kHz and carries none like ${heaviest.role}: move it to a bus in fast mode.`,
  };
}

/** A stream runs in a thread of its own, which opens its bus: nobody else may speak on that. */
function sharedFindings({ bus, loads }: BusTime, { fastBuses = [] }: Furniture): Finding[] {
  const streamed = loads.find(({ isStreamed }) => isStreamed);
  if (!streamed) return [];
  return loads
    .filter(({ isStreamed }) => !isStreamed)
    .map(({ role }) => ({
      severity: "error",
      rule: "i2c-bus-time",
      role,
      field: `parts/${role}/bus`,
      found: `is on i2c-${bus}, on which ${streamed.role} is streamed`,
      expected: `another bus${fastBuses.length > 0 ? ` than ${fastBuses.join(", ")}` : ""}`,
      fix: `Move ${role} to a bus that nothing streams on: parts: { ${role}: { bus: 1 } }`,
    }));
}
