/** A level on its way from one value to another: a function of time alone, in steps fine enough not to be seen. */
export interface Ramp {
  readonly from: number;
  readonly goal: number;
  readonly startMs: number;
  /** Percent per second. */
  readonly rate: number;
  /** Before it. */
  readonly steps: LastSteps;
}

/** When a level last rose and last fell, monotonic milliseconds. */
interface LastSteps {
  readonly risenMs: number;
  readonly fallenMs: number;
}

/** Steps no faster than 10 Hz: more would only load the bus. */
const stepMsMin = 100;
/** And no larger than 1 %, unless a rate above 10 %/s needs it. */
const stepPercent = 1;

const stepMs = ({ rate }: Ramp) => Math.max(stepMsMin, (stepPercent / rate) * 1_000);

/** Allows for binary fractions: a step that is due within a nanosecond has been taken. */
const epsilon = 1e-6;

const stepsTaken = (ramp: Ramp, nowMs: number) => Math.floor((nowMs - ramp.startMs) / stepMs(ramp) + epsilon);

/** Of the last step that was taken, at the goal at the latest. */
function lastStepMs(ramp: Ramp, nowMs: number): number {
  const stepsToGoal = Math.ceil(
    Math.abs(ramp.goal - ramp.from) / ramp.rate / (stepMs(ramp) / 1_000) - epsilon,
  );
  return ramp.startMs + Math.min(stepsTaken(ramp, nowMs), stepsToGoal) * stepMs(ramp);
}

function lastSteps(ramp: Ramp, nowMs: number): LastSteps {
  const { from, goal, steps } = ramp;
  if (goal === from) return steps;
  const lastMs = lastStepMs(ramp, nowMs);
  return goal > from ? { ...steps, risenMs: lastMs } : { ...steps, fallenMs: lastMs };
}

/** From a level that is taken at once. */
export const rampFrom = (from: number, { goal, rate }: Pick<Ramp, "goal" | "rate">, nowMs: number): Ramp => ({
  ...{ from, goal, startMs: nowMs, rate },
  steps: { risenMs: nowMs, fallenMs: Number.NEGATIVE_INFINITY },
});

/**
 * To another goal, from where a ramp has come to. The first step is taken at once; later, where the rate does not
 * allow it yet. To that, a rise counts the rises alone: whoever comes while a lamp is dimmed is answered at once. A
 * fall can wait, and keeps its distance from a rise as well, lest the lamp flicker.
 */
export function rampOn(before: Ramp, { goal, rate }: Pick<Ramp, "goal" | "rate">, nowMs: number): Ramp {
  const steps = lastSteps(before, nowMs);
  const ramp = { from: levelAt(before, nowMs), goal, startMs: nowMs, rate, steps };
  const lastMs = goal > ramp.from ? steps.risenMs : Math.max(steps.risenMs, steps.fallenMs);
  return { ...ramp, startMs: Math.max(lastMs, nowMs - stepMs(ramp)) };
}

/** Percent at `nowMs`. */
export function levelAt(ramp: Ramp, nowMs: number): number {
  const { from, goal, rate } = ramp;
  if (from === goal) return goal;
  const moved = stepsTaken(ramp, nowMs) * (stepMs(ramp) / 1_000) * rate;
  return goal > from ? Math.min(goal, from + moved) : Math.max(goal, from - moved);
}

/** When the level changes next; infinite once the goal is reached. */
export function nextStepMs(ramp: Ramp, nowMs: number): number {
  if (levelAt(ramp, nowMs) === ramp.goal) return Number.POSITIVE_INFINITY;
  return ramp.startMs + (stepsTaken(ramp, nowMs) + 1) * stepMs(ramp);
}
