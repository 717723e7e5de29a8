import { type ProfilePoint, profilePoint } from "./dimming-profile.ts";
import { floorLevel } from "./road-class.ts";

/** The settings of adaptive dimming, as the controller and the permit read them. Levels in percent. */
export interface DimmingSettings {
  readonly profile: readonly ProfilePoint[];
  readonly presenceLevel: number;
  readonly neighbourLevel: number;
  /** In any doubt; not below `minimumLevel`. */
  readonly defaultLevel: number;
  /** The declared minimum or the floor of the road class, whichever is higher. */
  readonly minimumLevel: number;
  readonly holdMs: number;
  /** Percent per second. */
  readonly rampUp: number;
  readonly rampDown: number;
}

/** For what a unit's settings leave out or get wrong: bright rather than dark. */
const fallback = {
  presenceLevel: 100,
  neighbourLevel: 60,
  defaultLevel: 100,
  minimumLevel: 20,
  holdTime: 60,
  rampUp: 40,
  rampDown: 5,
} as const;

const read = new WeakMap<object, DimmingSettings>();

/** The same object in gives the same object out: settings are read once for as long as they are in force. */
export function dimmingSettings(settings: Readonly<Record<string, unknown>>): DimmingSettings {
  const known = read.get(settings);
  if (known) return known;
  const fresh = readSettings(settings);
  read.set(settings, fresh);
  return fresh;
}

function readSettings(settings: Readonly<Record<string, unknown>>): DimmingSettings {
  const number = (name: keyof typeof fallback, min: number, max: number) => {
    const value = settings[name];
    const isUsable = typeof value === "number" && value >= min && value <= max;
    return isUsable ? value : fallback[name];
  };
  const { roadClass } = settings;
  const floor = typeof roadClass === "string" ? (floorLevel(roadClass) ?? 0) : 0;
  const minimumLevel = Math.max(number("minimumLevel", 0, 100), floor);
  return {
    profile: readProfile(settings.profile),
    presenceLevel: number("presenceLevel", 0, 100),
    neighbourLevel: number("neighbourLevel", 0, 100),
    defaultLevel: Math.max(number("defaultLevel", 0, 100), minimumLevel),
    minimumLevel,
    holdMs: number("holdTime", 0, 86_400) * 1_000,
    rampUp: number("rampUp", 0.1, 1_000),
    rampDown: number("rampDown", 0.1, 1_000),
  };
}

/** A profile with a point that cannot be read is not used at all: half a profile could leave a street dark. */
function readProfile(value: unknown): readonly ProfilePoint[] {
  if (!Array.isArray(value)) return [];
  const points = value.map(readPoint);
  return points.every((point) => point !== undefined) ? points : [];
}

function readPoint(entry: unknown): ProfilePoint | undefined {
  if (typeof entry !== "object" || entry === null || !("from" in entry) || !("level" in entry))
    return undefined;
  const { from, level } = entry;
  const isUsable = typeof from === "string" && typeof level === "number" && level >= 0 && level <= 100;
  return isUsable ? profilePoint(from, level) : undefined;
}
