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
