import { alarmsOf } from "#devices/furniture/alarms.ts";
import { publishable } from "#devices/sample.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { Fault } from "./faults.ts";
import type { Heard, Standing } from "./standing.ts";

/** The world moves a little after the fault began: what is told of before is no longer so. */
const movesAfterMs = 20_000;
const lookMs = 5_000;
/** Quarantine, then an attempt that succeeds, then a sample. */
const mendedWithinMs = 5 * 60_000 + 60_000;
/** A call may take this long before it is given up; who waits for a shared line waits for it. */
const callMs = 5_000;

/** What was read may be told for so long: until it is stale. */
const recordedMs = 90_000;

/** What came of a fault. */
export interface Trial {
  /** Roles of the fault whose health never left `ok`. */
  readonly unnoticed: readonly string[];
  /** Faults that were told of the roles that have it. */
  readonly told: readonly { readonly role: string; readonly fault: string }[];
  /** Values that were told as good and are not what the twin senses; of all roles. */
  readonly falseValues: readonly string[];
  /** Roles that have not the fault and left `ok`, or were sampled too seldom. */
  readonly disturbed: readonly string[];
  readonly falseRecords: readonly string[];
  readonly unknownAlarms: readonly string[];
  /** What actuators did that their permit does not allow, and those that stand off the safe side in the dark. */
  readonly unpermitted: readonly string[];
  readonly unsafe: readonly string[];
  /** Actuators that had to go to the safe side, and went. */
  readonly madeSafe: readonly string[];
  /** Values that still stood as good at the end, though their part could not be read for long. */
  readonly standing: readonly string[];
  readonly crashes: readonly string[];
  /** Roles that are not well again in time, or tell other values than the twin senses. */
  readonly unwell: readonly string[];
}

const crash =
  /TypeError|ReferenceError|RangeError|SyntaxError|undefined|\bNaN\b|not a function|Cannot read|\[object/;

/** Lets a fault begin, last and end, and tells what came of it. */
export async function tried(standing: Standing, fault: Fault): Promise<Trial> {
  await standing.setToWork();
  standing.forget(recordedMs);
  const { bench, heard } = standing;
  const targetsBefore = bench.unit!.snapshot().targets;
  const fromMs = standing.nowMs;
  const eventsBefore = bench.events.length;
  const heardBefore = heard.length;
  const unpermitted: string[] = [];
  standing.change(fault.roles, fault.begin);
  for (let passedMs = 0; passedMs < fault.lasts; passedMs += lookMs) {
    if (passedMs === movesAfterMs) for (const role of fault.roles) standing.move(role);
    await standing.pass(lookMs);
    unpermitted.push(...standing.unpermitted());
  }
  const events = bench.events.slice(eventsBefore);
  const heardNow = heard.slice(heardBefore);
  const told = events.flatMap((event) =>
    event.type === "part" && event.fault !== undefined ? [{ role: event.role, fault: event.fault }] : [],
  );
  const ofFault = told.filter(({ role }) => fault.roles.includes(role));
  const safety = safetyOf(standing, fault, targetsBefore);
  const standingValues = stillStanding(standing, fault);
  const others = disturbed(standing, fault, told, heardNow, fromMs);
  standing.change(fault.roles, fault.end);
  const unwell = await mended(standing, fault);
  const all = bench.events.slice(eventsBefore);
  return {
    unnoticed: fault.roles.filter((role) => !ofFault.some((one) => one.role === role)),
    told: ofFault,
    falseValues: [
      ...new Set(
        heard
          .slice(heardBefore)
          .filter(({ isFalse }) => isFalse)
          .map(inWords),
      ),
    ],
    disturbed: others,
    falseRecords: falseRecords(standing, all),
    unknownAlarms: all.flatMap((event) =>
      event.type === "alarm" && !(event.name in alarmsOf(standing.declaration)) ? [event.name] : [],
    ),
    unpermitted: [...new Set(unpermitted)],
    ...safety,
    standing: standingValues,
    crashes: all.flatMap((event) => {
      const words = event.type === "trouble" ? event.what : event.type === "part" ? (event.fault ?? "") : "";
      return crash.test(words) ? [words] : [];
    }),
    unwell,
  };
}

const inWords = ({ sample: { source, value, quantity } }: Heard) => `${source} ${value} ${quantity.unit}`;

function safetyOf(
  standing: Standing,
  { roles }: Fault,
  before: Readonly<Record<string, { readonly value: number }>>,
) {
  const { actuators } = standing.declaration;
  const { targets, parts } = standing.bench.unit!.snapshot();
  const lost = roles.filter((role) => parts[role]!.state !== "ok");
  const blind = lost.flatMap((role) => standing.needing(role).map((actuator) => ({ role, actuator })));
  const isSafe = (name: string, value: number) => value === actuators[name]!.failSafe.value;
  const [safe, unsafe] = [true, false].map((wanted) =>
    blind.filter(({ actuator }) => isSafe(actuator, targets[actuator]!.value) === wanted),
  );
  const inWords = ({ role, actuator }: (typeof blind)[number]) => `${actuator} without ${role}`;
  return {
    unsafe: unsafe!.map(inWords),
    madeSafe: safe!.filter(({ actuator }) => !isSafe(actuator, before[actuator]!.value)).map(inWords),
  };
}

/** Good samples of a part that is known not to work. */
function stillStanding(standing: Standing, { roles }: Fault): string[] {
  const { parts, samples } = standing.bench.unit!.snapshot();
  return roles.flatMap((role) =>
    parts[role]!.state === "ok"
      ? []
      : samples
          .filter(({ source, quality }) => standing.isOfPart(source, role) && quality === "good")
          .map(({ source, value }) => `${source} ${value}`),
  );
}

function disturbed(
  standing: Standing,
  { roles, beside }: Fault,
  told: readonly { readonly role: string; readonly fault: string }[],
  heard: readonly Heard[],
  fromMs: number,
): string[] {
  const others = [...standing.bench.twins.keys()].filter(
    (role) => !roles.includes(role) && !beside.includes(role),
  );
  return others.flatMap((role) => {
    const faults = told.filter((one) => one.role === role).map(({ fault }) => `${role}: ${fault}`);
    const every = standing.periodOf(role);
    if (every === undefined) return faults;
    const times = heard
      .filter(({ sample }) => standing.isOfPart(sample.source, role))
      .map(({ atMs }) => atMs);
    const gaps = [...times, standing.nowMs].map((atMs, index) => atMs - (times[index - 1] ?? fromMs));
    const longest = Math.max(...gaps);
    if (longest <= every + callMs) return faults;
    return [...faults, `${role}: no sample for ${Math.round(longest)} ms, every ${every}`];
  });
}

/** Good records of a part's channel that say other than what was heard of it lately. */
function falseRecords(
  standing: Standing,
  events: readonly (UnitEvent & { readonly atMs: number })[],
): string[] {
  const { telemetry } = standing.declaration;
  const heard = new Map<string, Heard[]>();
  for (const one of standing.heard) {
    const { source } = one.sample;
    const others = heard.get(source) ?? [];
    heard.set(source, others);
    others.push(one);
  }
  return events.flatMap((event) => {
    if (event.type !== "record" || event.body.type !== "measurement") return [];
    const { name, value, quality } = event.body;
    const { source } = telemetry[name]!;
    if (quality !== "good" || !standing.isOfPart(source)) return [];
    const isTrue = heard
      .get(source)
      ?.some(
        ({ sample, isFalse, atMs }) =>
          sample.quality === "good" &&
          !isFalse &&
          atMs <= event.atMs &&
          atMs > event.atMs - recordedMs &&
          publishable(sample.quantity, sample.value) === value,
      );
    return isTrue ? [] : [`${name} ${value}`];
  });
}

/** Waits until the roles are well, and tells which are not in time. */
async function mended(standing: Standing, { roles, beside }: Fault): Promise<string[]> {
  const { bench, heard } = standing;
  const concerned = [...roles, ...beside];
  const isWell = (role: string) => bench.unit!.snapshot().parts[role]!.state === "ok";
  const endMs = standing.nowMs + mendedWithinMs;
  while (!concerned.every(isWell) && standing.nowMs < endMs) await standing.pass(lookMs);
  const wellAt = heard.length;
  const periods = concerned.map((role) => standing.periodOf(role) ?? 0);
  await standing.pass(Math.max(...periods) + callMs);
  return concerned.flatMap((role) => {
    if (!isWell(role)) return [`${role}: ${bench.unit!.snapshot().parts[role]!.fault}`];
    const since = heard.slice(wellAt).filter(({ sample }) => standing.isOfPart(sample.source, role));
    const wrong = [...new Set(since.filter(({ isFalse }) => isFalse).map(inWords))];
    return [
      ...wrong,
      ...(standing.periodOf(role) !== undefined && since.length === 0 ? [`${role}: no sample`] : []),
    ];
  });
}
