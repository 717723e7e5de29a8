/**
 * What a presence estimator remembers of its two sensors, and when it stops believing one of them.
 * A passive infrared sensor (PIR) pushes changes; a radar reports frames of presence, distance and energy.
 */

/** Signs that a sensor no longer reports the street. All spans in milliseconds. */
export interface HealthRules {
  /**
   * The longest period at which a healthy sensor is sampled, and how many of them may pass in silence. Infinite
   * for a sensor that speaks only on change: its silence proves nothing.
   */
  readonly motionPeriodMs: number;
  readonly radarPeriodMs: number;
  readonly silentPeriods: number;
  /** PIR active for this long, while the radar has seen nobody for `quietMs`: stuck. */
  readonly stuckMs: number;
  readonly quietMs: number;
  /** PIR active for this long, whatever the radar says: stuck. Nobody is seen moving for so long without a pause. */
  readonly endlessMs: number;
  /** Radar frames that must be identical to the bit before it can count as frozen. */
  readonly frozenFrames: number;
  /** PIR activations that a living radar does not miss in a row; they are forgotten over `visitMemoryMs`. */
  readonly unseenVisits: number;
  readonly visitMemoryMs: number;
  /** Radar reporting one and the same presence for this long: frozen. A living echo is never so still. */
  readonly frozenMs: number;
}

export const healthRules: HealthRules = {
  motionPeriodMs: Number.POSITIVE_INFINITY,
  radarPeriodMs: 60_000,
  silentPeriods: 3,
  stuckMs: 30 * 60_000,
  quietMs: 15 * 60_000,
  endlessMs: 6 * 3_600_000,
  frozenFrames: 20,
  unseenVisits: 2.5,
  visitMemoryMs: 30 * 60_000,
  frozenMs: 2 * 3_600_000,
};

export interface MotionMemory {
  readonly isActive: boolean;
  readonly heardAtMs: number;
  /** Of the last change of `isActive`. */
  readonly changedAtMs: number;
  readonly isStuck: boolean;
  readonly isHealthy: boolean;
}

export interface RadarMemory {
  readonly isActive: boolean;
  readonly heardAtMs: number;
  readonly changedAtMs: number;
  /** Whether anything finer than yes and no has ever been heard. */
  readonly hasDetail: boolean;
  readonly distance: number;
  readonly energy: number;
  /** Since when, and over how many reports of presence, every number has been the same. */
  readonly sameSinceMs: number;
  readonly sameFrames: number;
  /** PIR activations since the frame last changed, fading. */
  readonly unseenVisits: number;
  readonly visitAtMs: number;
  readonly isFrozen: boolean;
  readonly isHealthy: boolean;
}

const never = Number.NEGATIVE_INFINITY;

export const unheardMotion: MotionMemory = {
  isActive: false,
  heardAtMs: never,
  changedAtMs: never,
  isStuck: false,
  isHealthy: false,
};

export const unheardRadar: RadarMemory = {
  isActive: false,
  heardAtMs: never,
  changedAtMs: never,
  hasDetail: false,
  distance: Number.NaN,
  energy: Number.NaN,
  sameSinceMs: never,
  sameFrames: 0,
  unseenVisits: 0,
  visitAtMs: never,
  isFrozen: false,
  isHealthy: false,
};

export function hearMotion(before: MotionMemory, isActive: boolean, atMs: number): MotionMemory {
  const isFirst = before.heardAtMs === never;
  const isChange = isFirst || before.isActive !== isActive;
  return {
    isActive,
    heardAtMs: atMs,
    changedAtMs: isChange ? atMs : before.changedAtMs,
    isStuck: !isChange && before.isStuck,
    isHealthy: before.isHealthy,
  };
}

export function hearRadarPresence(before: RadarMemory, isActive: boolean, atMs: number): RadarMemory {
  const isFirst = before.heardAtMs === never;
  const isChange = isFirst || before.isActive !== isActive;
  const frame = isChange ? thawed(before, atMs) : before;
  // Written out, for it runs with every frame: V8 is several times slower at spreading.
  return {
    isActive,
    heardAtMs: atMs,
    changedAtMs: isChange ? atMs : before.changedAtMs,
    hasDetail: frame.hasDetail,
    distance: frame.distance,
    energy: frame.energy,
    sameSinceMs: frame.sameSinceMs,
    sameFrames: frame.sameFrames + 1,
    unseenVisits: frame.unseenVisits,
    visitAtMs: frame.visitAtMs,
    isFrozen: frame.isFrozen,
    isHealthy: frame.isHealthy,
  };
}

export function hearRadarDetail(
  before: RadarMemory,
  name: "distance" | "energy",
  value: number,
  atMs: number,
): RadarMemory {
  if (Object.is(before[name], value)) return before;
  return { ...thawed(before, atMs), hasDetail: true, [name]: value };
}

const thawed = (before: RadarMemory, atMs: number): RadarMemory => ({
  ...before,
  sameSinceMs: atMs,
  sameFrames: 0,
  unseenVisits: 0,
  isFrozen: false,
});

/** The PIR has just become active: a living radar will show it in its next frames. */
export function expectVisit(radar: RadarMemory, atMs: number, rules: HealthRules): RadarMemory {
  return { ...radar, unseenVisits: remembered(radar, atMs, rules) + 1, visitAtMs: atMs };
}

const remembered = (radar: RadarMemory, atMs: number, { visitMemoryMs }: HealthRules) =>
  radar.unseenVisits === 0 ? 0 : radar.unseenVisits * Math.exp((radar.visitAtMs - atMs) / visitMemoryMs);

/** Judges the radar as of now. A verdict of frozen stands until a number changes. */
export function judgeRadar(
  radar: RadarMemory,
  motion: MotionMemory,
  nowMs: number,
  rules: HealthRules,
): RadarMemory {
  const isFrozen =
    radar.isFrozen || missesVisits(radar, nowMs, rules) || staysStill(radar, motion, nowMs, rules);
  const isHealthy = !isFrozen && nowMs - radar.heardAtMs <= rules.radarPeriodMs * rules.silentPeriods;
  if (isFrozen === radar.isFrozen && isHealthy === radar.isHealthy) return radar;
  return { ...radar, isFrozen, isHealthy };
}

/** Presence without detail stays the same while several people pass: then only silence on their passing counts. */
function missesVisits(radar: RadarMemory, nowMs: number, rules: HealthRules): boolean {
  if (radar.unseenVisits < rules.unseenVisits || radar.sameFrames < rules.frozenFrames) return false;
  return (radar.hasDetail || !radar.isActive) && remembered(radar, nowMs, rules) >= rules.unseenVisits;
}

function staysStill(radar: RadarMemory, motion: MotionMemory, nowMs: number, rules: HealthRules): boolean {
  if (!radar.isActive || nowMs - radar.sameSinceMs < rules.frozenMs) return false;
  return radar.hasDetail || (!motion.isActive && nowMs - motion.changedAtMs >= rules.quietMs);
}

/** Judges the PIR as of now. A verdict of stuck stands until it releases. */
export function judgeMotion(
  motion: MotionMemory,
  radar: RadarMemory,
  nowMs: number,
  rules: HealthRules,
): MotionMemory {
  const activeMs = motion.isActive ? nowMs - motion.changedAtMs : 0;
  const isRadarQuiet = radar.isHealthy && !radar.isActive && nowMs - radar.changedAtMs >= rules.quietMs;
  const isStuck =
    motion.isStuck || activeMs >= rules.endlessMs || (activeMs >= rules.stuckMs && isRadarQuiet);
  const isHeard = motion.heardAtMs !== never && !isSilent(motion.heardAtMs, nowMs, rules);
  const isHealthy = !isStuck && isHeard;
  if (isStuck === motion.isStuck && isHealthy === motion.isHealthy) return motion;
  return { ...motion, isStuck, isHealthy };
}

const isSilent = (heardAtMs: number, nowMs: number, { motionPeriodMs, silentPeriods }: HealthRules) =>
  nowMs - heardAtMs > motionPeriodMs * silentPeriods;
