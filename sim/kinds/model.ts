/**
 * How one kind of furniture stands in the simulated street: what is around each unit and inside it, as its parts
 * sense it and as what they drive changes it, and how well the unit told it. Found by the kind's name, as a twin is
 * by its part's: `sim/kinds/<kind>/model.ts` exports it as `model`.
 */
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { UnitConfig } from "#firmware/config.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { Twin } from "../chips/twin.ts";
import type { EventLoop } from "../loop.ts";
import type { Testimony } from "../street/host.ts";
import type { Random } from "../world/random.ts";
import type { World } from "../world/street.ts";

/** What all units of a street have around them. */
export interface Surroundings {
  readonly loop: EventLoop;
  readonly world: World;
}

/** Where one unit stands, and what its parts are soldered to. */
export interface Spot {
  /** Of the unit: `bench-01`. */
  readonly id: string;
  /** Along the street, m; of a unit with a length, its middle. */
  readonly xM: number;
  /** Of a kind that comes in sizes: how many tiles or spaces this one has. */
  readonly size: number | undefined;
  /** Of that size. */
  readonly declaration: Furniture;
  readonly config: UnitConfig;
  /** By role. They outlive the unit's process. */
  readonly twins: ReadonlyMap<string, Twin>;
  /** Random numbers of this unit, from the run's seed: one independent stream for each name. */
  random(stream: string): Random;
  /** What the unit says of itself at this moment; undefined while its process is dead or has just begun. */
  snapshot(): Testimony | undefined;
  /**
   * The controller's supply is there from the start. Without it the process is dead, what its medium had not synced
   * is lost, and when it comes back every part has browned out.
   */
  power(isOn: boolean): void;
}

/** What is true now, by name. A name that is a source of the declaration is shown beside what the unit says of it. */
export type Truth = Readonly<Record<string, number | boolean>>;

/** A vehicle as somebody sees it who looks at the street. */
export interface VehicleInView {
  /** Tells it from all others in the street; the same for every unit that knows it. */
  readonly id: string;
  readonly type: "car" | "van" | "lorry";
  readonly lengthM: number;
  /** Its middle along the street. */
  readonly xM: number;
  /** Its middle, from the kerb at which vehicles park towards the other one. */
  readonly yM: number;
  /** Which way it points along x. */
  readonly heading: 1 | -1;
}

/**
 * What stands around and inside one unit. When it is made it sets its twins' sources from the world, and listens to
 * what they drive (`Twin.onOutput`); what happens later it does on the loop. It outlives the unit's process.
 */
export interface Site {
  truth(): Truth;
  /** Those that stand here, turn in or out, and those that pass anywhere in the street: for whoever shows it. */
  vehicles?(): readonly VehicleInView[];
  /** The unit's journal, as it happens: records, moves of actuators, alarms. To be held against the truth. */
  hear?(event: UnitEvent): void;
  /** The unit's process ended, however it did: what it said last holds no longer. */
  ended?(): void;
  /** The mains (`world.mains`) went or came back at this moment. */
  mains?(): void;
  /** Every declared figure of its own, by path, as of now: all but shares, and of histograms only bins that occurred. */
  figures(): Readonly<Record<string, number>>;
  /** A verb of the model begins. @param by as its declaration has it */
  begin?(verb: string, by: number): void;
  /** It ends: `for` is over. */
  end?(verb: string): void;
}

/** How the figures of several units make one of the street. */
export type Across =
  | "sum"
  | "max"
  | "min"
  /** One sum over another, by path, both of this kind. Of nothing it cannot be told, unless `ofNothing` says it. */
  | { readonly share: string; readonly of: string; readonly ofNothing?: number };

/** A number that the summary of a run gives for each kind, and that a scenario may expect something of. */
export interface Figure {
  /** Says what is counted, for the report's table: `Energy of the lamps`. */
  readonly title: string;
  /** Of the value: `Wh`, `s`, `1` for a count or a share. */
  readonly unit: string;
  /** Worth telling. */
  readonly decimals: number;
  readonly across: Across;
  /** Path of the figure that says what this one should have been: the report puts them side by side. */
  readonly truth?: string;
  /** A histogram: the path is that of its bins, each as `path.bin`. */
  readonly bins?: { readonly of: readonly number[]; readonly unit: string };
}

/** The figures of a kind over all its units, by path. NaN for what cannot be told. */
export type Told = (path: string) => number;

/** A label of at most 11 characters, and its lines of at most 86. */
export type Passage = readonly [label: string, ...lines: string[]];

/** Something that a scenario may do to a unit of this kind, beside unplugging parts: `ember`, `overload`. */
export interface SiteVerb {
  /** What happens: `A cigarette end is left glowing in the ashtray`. */
  readonly title: string;
  /** It takes time, and ends: it may say `for`. Otherwise it is over at once. */
  readonly lasts: boolean;
  /** What the number in `by` means; absent where there is none. It must be given unless there is a preset. */
  readonly by?: {
    readonly title: string;
    readonly unit: string;
    readonly min: number;
    readonly max: number;
    readonly preset?: number;
  };
}

export interface KindModel {
  readonly kind: string;
  /** Of unit ids: `lamp` makes lamp-01, lamp-02, … */
  readonly prefix: string;
  /** What people call one of them, and several: `light`, `lights`. */
  readonly noun: { readonly one: string; readonly many: string };
  /** Along the street, m, of a unit of that size (1 where there are none); absent where a unit stands at a point. */
  lengthM?(size: number): number;
  /** Where people stop at a unit, m along the street: the seats of a bench. */
  stopPlacesM?(xM: number): readonly number[];
  /** Settings that follow from where a unit stands. @param beside units of its kind before and after it, nearest */
  settings?(beside: readonly string[]): Readonly<Record<string, unknown>>;
  /** What it must see for so long before it believes it, ms: a reading on the brink begins that anew. 0 when not given. */
  readonly hesitationMs?: number;
  /** By path into the kind's part of the summary: `energyWh`, `presence.missed`. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** What the report of a run says of the kind in words; its table and its histograms follow from the figures. */
  report(told: Told): readonly Passage[];
  /** By name. */
  readonly verbs?: Readonly<Record<string, SiteVerb>>;
  /** Called once for a street; what it returns makes the site of each unit. What units have in common is between. */
  on(street: Surroundings): (spot: Spot) => Site;
}
