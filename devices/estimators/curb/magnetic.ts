/**
 * A vehicle's iron bends the earth's field. What a magnetometer in the ground of a space remembers of the empty
 * space, and how far the field is from that now: as a vector, because a vehicle may leave the magnitude as it was
 * (Daubaras and others, Elektronika ir Elektrotechnika 21(4), "Analysis of Magnetic Field Disturbance Curve for
 * Vehicle Presence Detection").
 */
export type FieldVector = readonly [xMicrotesla: number, yMicrotesla: number, zMicrotesla: number];

export interface MagneticRules {
  /** Deviations in µT: from here on a vehicle stands over the sensor; one in the next lane or space stays below. */
  readonly vehicleMicrotesla: number;
  /** One that has begun to be seen may fall below that by as much: noise makes no two of it. */
  readonly hysteresisMicrotesla: number;
  /** A vehicle that has just come to rest may do no more than this: above it fields may nearly cancel. */
  readonly weakMicrotesla: number;
  /** Only iron right above the sensor does this, whatever passes beside it. */
  readonly strongMicrotesla: number;
  /** The most that a lorry beside the space adds to what stands in it. */
  readonly besideMicrotesla: number;
  /** Up to here the space is clear. */
  readonly clearMicrotesla: number;
  /** A field that has moved by less since then stands still. */
  readonly stillMicrotesla: number;
  /** The empty field follows drift with this time constant while the space is clear. */
  readonly driftMs: number;
  /**
   * And this one while the deviation is neither clear nor a vehicle's: iron that came to stay, such as a skip's lid, or
   * a motorcycle. Infinite where something rises once the space is clear: then it stays iron until somebody vouches.
   */
  readonly residueMs: number;
  /** What was strong so lately is still there, if something is. */
  readonly peakMs: number;
  /** No reading for this long: the sensor is lost. */
  readonly silentMs: number;
}

export const magneticRules: MagneticRules = {
  vehicleMicrotesla: 4.5,
  hysteresisMicrotesla: 1,
  weakMicrotesla: 2.2,
  strongMicrotesla: 8,
  besideMicrotesla: 3.5,
  clearMicrotesla: 2,
  stillMicrotesla: 2,
  driftMs: 10 * 60_000,
  residueMs: 4 * 3_600_000,
  peakMs: 15_000,
  silentMs: 10_000,
};

/** What is remembered of a vehicle at one space. */
export interface VehicleTrace {
  /** When the field was last as strong as only right under a vehicle, since the space last changed hands. */
  readonly peakAtMs: number;
  /** The field when the vehicle came to rest. */
  readonly parked: FieldVector | undefined;
  /** It is being seen, and not believed yet. */
  readonly isComing: boolean;
}

export const noTrace: VehicleTrace = {
  peakAtMs: Number.NEGATIVE_INFINITY,
  parked: undefined,
  isComing: false,
};

export interface MagneticMemory {
  /** Of the reading that is coming in: X and Y, until Z completes it. */
  readonly partial: readonly [number, number];
  /** The newest reading; undefined while the sensor delivers none. */
  readonly field: FieldVector | undefined;
  readonly readAtMs: number;
  /** The field of the empty space: the first good reading of a newly installed unit, then followed. Kept for good. */
  readonly empty: FieldVector | undefined;
  /** Distance of the field from the empty one, µT; NaN while there is none. */
  readonly deviationMicrotesla: number;
}

export type MagneticVerdict = "vehicle" | "clear" | "between" | "unknown";

export const unreadField = (empty: FieldVector | undefined): MagneticMemory => ({
  partial: [Number.NaN, Number.NaN],
  field: undefined,
  readAtMs: Number.NEGATIVE_INFINITY,
  empty,
  deviationMicrotesla: Number.NaN,
});

/** X or Y of a reading; NaN for a bad one. */
export const hearAxis = (memory: MagneticMemory, axis: 0 | 1, microtesla: number): MagneticMemory => ({
  ...memory,
  partial: axis === 0 ? [microtesla, Number.NaN] : [memory.partial[0], microtesla],
});

/** What a reading may teach of the empty space: its field, where none is known yet, and how that drifts. */
export interface Lesson {
  readonly mayBegin: boolean;
  readonly mayFollow: boolean;
}

/** Z completes a reading. */
export function hearField(
  memory: MagneticMemory,
  zMicrotesla: number,
  atMs: number,
  { mayBegin, mayFollow }: Lesson,
  rules: MagneticRules,
): MagneticMemory {
  const [x, y] = memory.partial;
  const field: FieldVector = [x, y, zMicrotesla];
  const partial = [Number.NaN, Number.NaN] as const;
  if (!field.every(Number.isFinite))
    return { ...memory, partial, field: undefined, deviationMicrotesla: Number.NaN };
  const known = memory.empty ?? (mayBegin ? field : undefined);
  if (known === undefined)
    return { ...memory, partial, field, readAtMs: atMs, deviationMicrotesla: Number.NaN };
  const empty = mayFollow ? followed(known, field, atMs - memory.readAtMs, rules) : known;
  return { partial, field, readAtMs: atMs, empty, deviationMicrotesla: separation(field, empty) };
}

function followed(empty: FieldVector, field: FieldVector, spanMs: number, rules: MagneticRules): FieldVector {
  const deviation = separation(field, empty);
  if (deviation >= rules.vehicleMicrotesla || !Number.isFinite(spanMs)) return empty;
  const constantMs = deviation <= rules.clearMicrotesla ? rules.driftMs : rules.residueMs;
  const share = 1 - Math.exp(-spanMs / constantMs);
  const [x, y, z] = empty;
  return [x + share * (field[0] - x), y + share * (field[1] - y), z + share * (field[2] - z)];
}

export const separation = (a: FieldVector, b: FieldVector) =>
  Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/**
 * The newest reading's verdict. Fields above a vehicle may nearly cancel at a sensor: one that was strong while it came
 * and has not gone, or that stands as it came to rest, with or without a lorry beside it, is a vehicle's all the same.
 */
export function magneticVerdict(
  { field, readAtMs, deviationMicrotesla }: MagneticMemory,
  { peakAtMs, parked, isComing }: VehicleTrace,
  nowMs: number,
  rules: MagneticRules,
): MagneticVerdict {
  const isRead = field !== undefined && Number.isFinite(deviationMicrotesla);
  if (!isRead || nowMs - readAtMs > rules.silentMs) return "unknown";
  const leastMicrotesla = rules.vehicleMicrotesla - (isComing ? rules.hysteresisMicrotesla : 0);
  if (deviationMicrotesla >= leastMicrotesla) return "vehicle";
  const hasPeaked = nowMs - peakAtMs <= rules.peakMs;
  const isParked = parked !== undefined && separation(field, parked) < rules.besideMicrotesla;
  if ((hasPeaked || isParked) && deviationMicrotesla >= rules.weakMicrotesla) return "vehicle";
  return deviationMicrotesla <= rules.clearMicrotesla ? "clear" : "between";
}
