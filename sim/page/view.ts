/** What the street page may see of the street, and what it may ask of it. */
import type { Quality } from "#devices/sample.ts";
import type { PartHealth, Refusal } from "#devices/wire.ts";
import type { Truth, VehicleInView } from "../kinds/model.ts";
import type { MenuFault } from "../scenario/menu-fault.ts";
import type { Person } from "../world/trajectory.ts";
import type { Moon } from "./heavens.ts";
import type { HistorySpan, HistoryState, UnitDetail } from "./unit-detail.ts";

/** Implemented by whoever runs the street. */
export interface StreetView {
  /** The street at this moment. What was returned is never changed afterwards: the next call makes a new one. */
  state(): PageState;
  /** Of one unit, for its panel; undefined where there is none of that id. */
  detail(unit: string): UnitDetail | undefined;
  /** Of one of `DeclarationState.sources`; undefined where the unit has no such source. */
  history(unit: string, source: string, span: HistorySpan): HistoryState | undefined;
  /** How much faster than real time the street runs from now on: 0 (it stands still) to 3600. */
  setSpeed(factor: number): void;
  /** The street stands, once exactly so many of its milliseconds have passed. Rejects with RequestError, as all below. */
  step(ms: number): Promise<void>;
  /** All that can be done to the street, by id. It changes only with the street. */
  faultMenu(): ReadonlyMap<string, MenuFault>;
  /** Begins or ends a fault. @param amount as the menu says; its preset when not given */
  setFault(id: string, active: boolean, amount?: number): void;
  scenarios(): readonly ScenarioState[];
  /** Lays the street out anew. Resolves when it is there; it may be on its way then. */
  open(choice: StreetChoice): Promise<void>;
  /** Lives again what was lived so far: the same street, with all that was done to it. */
  replay(): Promise<void>;
  /** Ends a journey to a moment: the street stands where it is. */
  cancel(): void;
  /** What was done so far, as a scenario: YAML. */
  recording(): string;
}

/** What a picker shows of a scenario. */
export interface ScenarioState {
  readonly name: string;
  readonly title: string;
  /** `6 lights, 2 benches`. */
  readonly inventory: string;
  readonly seed: number;
  readonly startMs: number;
  readonly timeZone: string;
  /** How long its story is, s; one may live on after that. */
  readonly durationS: number;
}

/** Which street, and up to which moment of it. */
export interface StreetChoice {
  readonly scenario: string;
  readonly seed: number;
  /** When it begins, Unix milliseconds; the scenario's own when not given. */
  readonly startMs?: number;
  /** It goes there as fast as it can; it stays at its begin when not given. */
  readonly momentMs?: number;
}

/** One street from its begin on, and where in its time it is going. */
export interface RunState {
  /** Counts the streets that were laid out here: another number is another street. */
  readonly number: number;
  readonly scenario: string;
  readonly title: string;
  readonly seed: number;
  readonly startMs: number;
  /** How many deeds are recorded, and whether more would be. */
  readonly recorded: number;
  readonly isRecordingFull: boolean;
  /** The journey under way: of `nowMs` from here to there. */
  readonly journey?: { readonly fromMs: number; readonly toMs: number };
  /** What went wrong last, in one line. */
  readonly trouble?: string;
  /** Why it runs in real time and is neither held, hurried, lived again nor replaced; absent where it can be. */
  readonly realTime?: string;
}

/** Nothing in it is null, NaN or infinite: what is not known is absent. */
export interface PageState {
  /** Time in the street, Unix milliseconds. */
  readonly nowMs: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly speed: number;
  /** The speed that the machine reaches, where that is less. */
  readonly speedReached?: number;
  readonly run: RunState;
  readonly sunElevationDeg: number;
  /** Clockwise from north. */
  readonly sunAzimuthDeg: number;
  readonly moon: Moon;
  /** Horizontal illuminance by sun, moon and stars, lx. */
  readonly daylightLux: number;
  readonly weather: PageWeather;
  /** The street reaches from x = 0 to here. */
  readonly lengthM: number;
  readonly people: readonly Person[];
  /** By id. */
  readonly vehicles: Readonly<Record<string, VehicleInView>>;
  readonly broker: { readonly connected: boolean };
  /** Of Node-RED's editor, while it runs. */
  readonly nodeRedUrl?: string;
  /** Those that one should see at once, and whatever lasts now. By id of the fault menu. */
  readonly faults: Readonly<Record<string, FaultState>>;
  /** What the units are, by the name that each of them gives as its `declaration`. */
  readonly declarations: Readonly<Record<string, DeclarationState>>;
  readonly units: Readonly<Record<string, UnitState>>;
}

/** What units of one kind and size have in common. It never changes while the street runs. */
export interface DeclarationState {
  readonly kind: string;
  /** `Streetlight` */
  readonly title: string;
  /** In the order of the declaration. */
  readonly telemetry: readonly PointState[];
  /** Of these the ones that a card shows, the most telling first. */
  readonly glance: readonly PointState[];
  /** All that can be drawn over time, telemetry first. */
  readonly sources: readonly SourceState[];
  readonly actuators: Readonly<Record<string, { readonly title: string; readonly unit: string }>>;
}

export interface SourceState {
  /** `light.illuminance` */
  readonly source: string;
  /** Absent for what is no telemetry. */
  readonly title?: string;
  /** Of its values; `1` for counts and what is told by yes and no. */
  readonly unit: string;
}

export interface PointState {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** What its values 0, 1, 2, … mean, where they are not amounts. */
  readonly words?: readonly string[];
}

export interface PageWeather {
  readonly temperatureC: number;
  /** 0 clear to 1 overcast. */
  readonly cloudCover: number;
  readonly windSpeedMps: number;
  readonly precipitationMmPerHour: number;
}

/** Something that can go wrong in the street, as a switch. */
export interface FaultState {
  /** For a button: `Broker away`. The page adds the unit where the title does not name it. */
  readonly title: string;
  /** False for what is over as soon as it happened: it is never active. */
  readonly lasts: boolean;
  readonly active: boolean;
  /** The unit that it happens to; absent when it happens to the street. */
  readonly unit?: string;
}

/** One piece of furniture: what is true of it, and what its unit says of itself. */
export interface UnitState {
  readonly kind: string;
  /** A key of `PageState.declarations`. */
  readonly declaration: string;
  /** Its middle along the street, and how long it is there: absent for what stands at a point. */
  readonly xM: number;
  readonly lengthM?: number;
  /** What is true by name, whatever the unit believes: see the kind's model in the street. */
  readonly truth: Truth;
  /** False while the process is dead. What follows is absent then, or empty. */
  readonly running: boolean;
  /** Whether the unit has its broker. */
  readonly connected: boolean;
  /** By actuator, in the order of the declaration: what the unit wants of it, and why. */
  readonly actuators: Readonly<Record<string, ActuatorState>>;
  /** By source: `light.illuminance`. */
  readonly samples: Readonly<Record<string, SampleState>>;
  /** By role. */
  readonly parts: Readonly<Record<string, PartState>>;
  readonly alarms: readonly AlarmState[];
  readonly settings?: SettingsState;
  /** How many it made; of these it still has to send and had to drop so many, where that is known. */
  readonly records?: { readonly made: number; readonly waiting?: number; readonly dropped?: number };
}

export interface ActuatorState {
  readonly value: number;
  /** Of the reason, in a word for machines and in words for people. */
  readonly code: string;
  readonly text: string;
}

export interface SampleState {
  /** Absent when there is no number: quality is `bad` then. */
  readonly value?: number;
  readonly unit: string;
  /** Worth showing. */
  readonly decimals: number;
  readonly quality: Quality;
  /** When it was taken, in the street's time, Unix milliseconds. */
  readonly atMs: number;
}

export interface PartState extends PartHealth {
  /** Of the role: `Ambient light, facing up`. */
  readonly title: string;
}

export interface AlarmState {
  readonly name: string;
  readonly title: string;
  readonly severity: string;
  readonly advice: string;
}

export interface SettingsState {
  readonly revision: string;
  readonly state: "applied" | "refused";
  readonly inForce: string;
  readonly refusals: readonly Refusal[];
}
