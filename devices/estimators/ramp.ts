/** A level on its way from one value to another: a function of time alone, in steps fine enough not to be seen. */
export interface Ramp {
  readonly from: number;
  readonly goal: number;
  readonly startMs: number;
  /** Percent per second. */
  readonly rate: number;
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

/**
 * To another goal, from where a ramp has come to. The first step is taken at once, so that whoever comes is answered
 * at once; later, where the last one was but a moment ago.
 */
export function rampOn(before: Ramp, { goal, rate }: Pick<Ramp, "goal" | "rate">, nowMs: number): Ramp {
  const ramp = { from: levelAt(before, nowMs), goal, startMs: nowMs, rate };
  return { ...ramp, startMs: Math.max(lastStepMs(before, nowMs), nowMs - stepMs(ramp)) };
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
