import type { FieldValue } from "#devices/estimators/estimator.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { type Astray, astray, exactly, type Fits, lasting, near, type Point, within } from "./course.ts";
import { type Occurrence, type Sorted, type Subject, sorted } from "./subjects.ts";
import type { Told } from "./told.ts";
import type { Tolerances } from "./tolerances.ts";

/** Something that one world said and the other does not account for, in words: when (Unix ms), and what the other said then. */
export interface Unaccounted {
  readonly atMs: number;
  readonly by: string;
  readonly said: string;
  readonly elsewhere: string;
}

/** What two worlds tell differently of one subject, beyond what is tolerated. */
export interface Difference {
  readonly unit: string;
  readonly subject: string;
  /** Never empty, in the order of time; and of how many times that it was told in both. */
  readonly found: readonly Unaccounted[];
  readonly of: number;
}

export interface Comparison {
  /** Series, states and kinds of events that were held against each other, and how often they were told. */
  readonly subjects: number;
  readonly told: number;
  readonly differences: readonly Difference[];
}

/** What two worlds are called: `virtual`, `timetravel`. */
export type Names = readonly [one: string, other: string];

/**
 * Holds what units told in one world against what the same units told in another: every telemetry series, actuator
 * move, alarm, state of a part, event, setting and command. Both in the order of time.
 * @param declarations of every unit, by its id
 * @param fromMs what was told before is not compared, Unix ms
 */
export function compareWorlds(
  worlds: readonly [one: readonly Told[], other: readonly Told[]],
  names: Names,
  declarations: ReadonlyMap<string, Furniture>,
  tolerances: Tolerances,
  fromMs = Number.NEGATIVE_INFINITY,
): Comparison {
  const [one, other] = worlds.map((told) => sorted(told, declarations)) as [
    ReturnType<typeof sorted>,
    ReturnType<typeof sorted>,
  ];
  const differences: Difference[] = [];
  const keys = new Set([...one.subjects.keys(), ...other.subjects.keys()]);
  let told = 0;
  for (const key of keys) {
    const [mine, theirs] = pairOf(one.subjects.get(key), other.subjects.get(key));
    told += mine.course.length + theirs.course.length;
    const accounts = [accountOf(mine, one), accountOf(theirs, other)] as const;
    differences.push(...ofSubjects(mine, theirs, accounts, names, tolerances, fromMs));
  }
  const happened = new Set([...one.occurrences.keys(), ...other.occurrences.keys()]);
  for (const key of happened) {
    const [mine, theirs] = [one.occurrences.get(key) ?? [], other.occurrences.get(key) ?? []];
    told += mine.length + theirs.length;
    differences.push(...ofOccurrences(key, mine, theirs, names, tolerances, fromMs));
  }
  return { subjects: keys.size + happened.size, told, differences };
}

/** What one world never told has an empty course there. */
function pairOf(mine: Subject | undefined, theirs: Subject | undefined): [Subject, Subject] {
  const known = (mine ?? theirs)!;
  return [mine ?? { ...known, course: [] }, theirs ?? { ...known, course: [] }];
}

/** What a world said that may account for an amount which is told in the other: all that its actuator was told, too. */
function accountOf(subject: Subject, world: Sorted): readonly Point<number>[] {
  if (subject.kind === "state") return [];
  const actuator = world.subjects.get(`${subject.unit} ${subject.drivenBy}`);
  if (actuator?.kind !== "driven") return subject.course;
  return [...subject.course, ...actuator.course].sort((a, b) => a.atMs - b.atMs);
}

function ofSubjects(
  mine: Subject,
  theirs: Subject,
  accounts: readonly [readonly Point<number>[], readonly Point<number>[]],
  names: Names,
  tolerances: Tolerances,
  fromMs: number,
): Difference[] {
  const { timeMs, share, steps } = tolerances;
  if (mine.kind === "state" && theirs.kind === "state") {
    const measure = { timeMs, fits: exactly<string>, say: (value: string) => value, fromMs };
    // One world may look twice while another looks once: a reason between two others falls between its samples.
    const toExplain = mine.isPassing ? (course: Point<string>[]) => lasting(course, timeMs) : undefined;
    return ofCourses(mine, [mine.course, theirs.course], names, { ...measure, toExplain });
  }
  if (mine.kind !== "state" && theirs.kind !== "state") {
    const { decimals, unit } = mine.quantity;
    const amount = (value: number) => steps * 10 ** -decimals + share * Math.abs(value);
    const fits = mine.kind === "driven" ? near(amount) : within(amount);
    const say = (value: number) => `${value.toFixed(decimals)} ${unit}`;
    return ofCourses(mine, [mine.course, theirs.course], names, { timeMs, fits, say, fromMs, accounts });
  }
  throw new TypeError(`${mine.name} is a quantity in one world and a state in the other`);
}

interface Measure<Value> {
  readonly timeMs: number;
  readonly fits: Fits<Value>;
  readonly say: (value: Value) => string;
  readonly fromMs: number;
  /** What accounts for the other's course; the course itself, when not given. */
  readonly accounts?: readonly [readonly Point<Value>[], readonly Point<Value>[]];
  /** The points of a course that need an explanation; all, when not given. */
  readonly toExplain?: ((course: Point<Value>[]) => Point<Value>[]) | undefined;
}

function ofCourses<Value>(
  { unit, name }: Subject,
  [mine, theirs]: readonly [Point<Value>[], Point<Value>[]],
  names: Names,
  { timeMs, fits, say, fromMs, accounts = [mine, theirs], toExplain = (course) => course }: Measure<Value>,
): Difference[] {
  const found = [
    ...astray(toExplain(mine), accounts[1], timeMs, fits).map((one) => told(one, names[0], names[1], say)),
    ...astray(toExplain(theirs), accounts[0], timeMs, fits).map((one) => told(one, names[1], names[0], say)),
  ]
    .filter(({ atMs }) => atMs >= fromMs)
    .sort((a, b) => a.atMs - b.atMs);
  return found.length === 0 ? [] : [{ unit, subject: name, found, of: mine.length + theirs.length }];
}

function told<Value>(
  { point, around }: Astray<Value>,
  here: string,
  there: string,
  say: (value: Value) => string,
): Unaccounted {
  const said = [...new Set(around.map(say))];
  const shown = said.length > 4 ? [...said.slice(0, 2), "…", ...said.slice(-1)] : said;
  return {
    atMs: point.atMs,
    by: here,
    said: `${here} ${say(point.value)}`,
    elsewhere: `${there} ${shown.join(", ") || "nothing"}`,
  };
}

function ofOccurrences(
  key: string,
  mine: readonly Occurrence[],
  theirs: readonly Occurrence[],
  names: Names,
  tolerances: Tolerances,
  fromMs: number,
): Difference[] {
  const [unit = "", ...name] = key.split(" ");
  const found: Unaccounted[] = [];
  for (let index = 0; index < Math.max(mine.length, theirs.length); index++) {
    const [one, other] = [mine[index], theirs[index]];
    const said = (name: string, what: Occurrence | undefined) =>
      `${name} ${what ? JSON.stringify(what.fields) : "nothing"}`;
    if (!one || !other || !isSame(one, other, tolerances))
      found.push({
        atMs: (one ?? other)!.atMs,
        by: one ? names[0] : names[1],
        said: said(names[0], one),
        elsewhere: said(names[1], other),
      });
  }
  const late = found.filter(({ atMs }) => atMs >= fromMs);
  if (late.length === 0) return [];
  return [{ unit, subject: name.join(" "), found: late, of: mine.length + theirs.length }];
}

const isSame = (one: Occurrence, other: Occurrence, tolerances: Tolerances): boolean =>
  Math.abs(one.atMs - other.atMs) <= tolerances.timeMs && isAlike(one.fields, other.fields, tolerances);

/** A UUID names what was told, and is drawn anew by each process (RFC 9562). */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Numbers as large as this are instants, Unix ms: since September 2001. */
const instantMs = 1e12;
/** An instant in words (RFC 3339). */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isAlike(one: FieldValue, other: FieldValue, tolerances: Tolerances): boolean {
  if (typeof one === "number" && typeof other === "number") {
    const { timeMs, share, steps } = tolerances;
    const off = Math.abs(one - other);
    return one >= instantMs
      ? off <= timeMs
      : off <= share * Math.abs(one) + steps * lastDecimalOf(one, other);
  }
  if (typeof one === "string" && typeof other === "string") {
    if (instant.test(one) && instant.test(other))
      return Math.abs(Date.parse(one) - Date.parse(other)) <= tolerances.timeMs;
    return one === other || (uuid.test(one) && uuid.test(other));
  }
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object")
    return one === other;
  const [mine, theirs] = [Object.entries(one), other as Readonly<Record<string, FieldValue>>];
  return (
    mine.length === Object.keys(other).length &&
    mine.every(([name, value]) => name in theirs && isAlike(value, theirs[name]!, tolerances))
  );
}

/** The step of the last decimal to which two numbers are told: 0.01 for 0.3 and 0.29. */
const lastDecimalOf = (...numbers: readonly number[]) =>
  10 ** -Math.max(...numbers.map((number) => /\.(\d+)$/.exec(String(number))?.[1]?.length ?? 0));
