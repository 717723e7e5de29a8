import { changed, nothing, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Happening, Step } from "../estimator.ts";
import { nextChangeMs } from "../week-windows.ts";
import { activity, activityCode, strictest } from "./activity.ts";
import { curbPolicy } from "./curb-data.ts";
import { type Policy, policiesOf, policyAt } from "./policy.ts";

/** What holds by space, from one moment to the next at which any window begins or ends. */
interface Schedule {
  readonly settings: object;
  readonly fromWallMs: number;
  readonly untilWallMs: number;
  readonly inForce: readonly (Policy | undefined)[];
}

interface State {
  readonly schedule: Schedule | undefined;
  /** By space: the policy that was told last, as text. */
  readonly told: readonly (string | undefined)[];
  /** When each policy of the settings, as text, was told first, Unix ms. */
  readonly published: Readonly<Record<string, number>>;
  readonly said: readonly Estimate[];
}

/** Settings may change, and the time become known, at any moment. */
const lookMs = 10_000;

/**
 * The activity that the policy of the hour permits or forbids in each space: `activity1` to `activityN`. While the time
 * is not known, or no policy applies, it is the strictest and `suspect`. Tells `curbPolicy` when another policy begins
 * to hold for a space. Setting: `policy`.
 * @param time a source that speaks when the time is told
 */
export function policyOfTheHour(spaces: number, time: string): Estimator<State> {
  const numbers = Array.from({ length: spaces }, (_, index) => index + 1);
  const unknown = numbers.map(() => undefined);
  return {
    name: "policy",
    inputs: [time],
    outputs: Object.fromEntries(numbers.map((number) => [`activity${number}`, activity])),
    events: ["curbPolicy"],
    initial: (saved) => ({
      schedule: undefined,
      told: toldOf(saved),
      published: publishedOf(saved),
      said: [],
    }),
    step(before, _, context): Step<State> {
      const { nowMs } = context;
      const isTimeKnown = hasTime(context);
      const schedule = isTimeKnown ? scheduleAt(before.schedule, numbers, context) : undefined;
      const inForce = schedule?.inForce ?? unknown;
      const untilMs = isTimeKnown && schedule ? schedule.untilWallMs - context.wallMs : lookMs;
      const wakeAtMs = nowMs + Math.min(lookMs, untilMs);
      if (schedule && schedule === before.schedule) return { state: before, estimates: nothing, wakeAtMs };
      const said = numbers.map((number, index) => {
        const policy = inForce[index];
        const code = activityCode(policy?.activity ?? strictest);
        return restate(before.said[index], `activity${number}`, code, policy ? "good" : "suspect");
      });
      const told = inForce.map((policy, index) => (policy ? JSON.stringify(policy) : before.told[index]));
      const published = isTimeKnown ? publishedNow(before.published, inForce, context) : before.published;
      const events = numbers.flatMap((number, index): Happening[] => {
        const policy = inForce[index];
        const text = told[index];
        if (!policy || text === undefined || text === before.told[index]) return [];
        return [curbPolicy(policy, number, published[text]!, context)];
      });
      const state = { schedule, told, published, said };
      return { state, estimates: changed(before.said, said), events, wakeAtMs };
    },
    save: ({ told, published }) => ({ told: told.map((text) => text ?? null), published }),
  };
}

type Timed = Context & { readonly wallMs: number };
const hasTime = (context: Context): context is Timed =>
  context.wallMs !== undefined && context.clock !== "none";

function scheduleAt(
  before: Schedule | undefined,
  spaces: readonly number[],
  { settings, timeZone, wallMs }: Timed,
): Schedule {
  const isCurrent =
    before !== undefined &&
    before.settings === settings &&
    wallMs >= before.fromWallMs &&
    wallMs < before.untilWallMs;
  if (isCurrent) return before;
  const policies = policiesOf(settings);
  return {
    settings,
    fromWallMs: wallMs,
    untilWallMs: nextChangeMs(policies, timeZone, wallMs) ?? Number.POSITIVE_INFINITY,
    inForce: spaces.map((space) => policyAt(policies, space, timeZone, wallMs)),
  };
}

/** With those that begin to hold now, and without those that the settings have no more. */
function publishedNow(
  before: Readonly<Record<string, number>>,
  inForce: readonly (Policy | undefined)[],
  { settings, wallMs }: Timed,
): Readonly<Record<string, number>> {
  const known = policiesOf(settings).map((policy) => JSON.stringify(policy));
  const kept = Object.entries(before).filter(([text]) => known.includes(text));
  const now = inForce.flatMap((policy) => (policy ? [[JSON.stringify(policy), wallMs] as const] : []));
  return Object.fromEntries([...now, ...kept]);
}

function publishedOf(saved: unknown): Readonly<Record<string, number>> {
  if (saved === null || typeof saved !== "object" || !("published" in saved)) return {};
  const { published } = saved;
  if (published === null || typeof published !== "object") return {};
  return Object.fromEntries(
    Object.entries(published).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function toldOf(saved: unknown): readonly (string | undefined)[] {
  if (saved === null || typeof saved !== "object" || !("told" in saved) || !Array.isArray(saved.told))
    return [];
  return saved.told.map((text: unknown) => (typeof text === "string" ? text : undefined));
}
