import { streetlight } from "#devices/furniture/streetlight.ts";
import { type Furniture, sourcesOf } from "#devices/furniture/vocabulary.ts";
import { heavens } from "#sim/page/heavens.ts";
import { RequestError } from "#sim/page/request.ts";
import type { HistorySpan, HistoryState, UnitDetail } from "#sim/page/unit-detail.ts";
import { toDeclarationState } from "#sim/page/unit-state.ts";
import type {
  FaultState,
  PageState,
  RunState,
  SampleState,
  ScenarioState,
  StreetChoice,
  StreetView,
  UnitState,
} from "#sim/page/view.ts";
import type { MenuFault } from "#sim/scenario/menu-fault.ts";
import { illuminanceFrom } from "#sim/world/lamp-light.ts";
import { createWorld, type World } from "#sim/world/street.ts";
import type { Person } from "#sim/world/trajectory.ts";

const location = { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" };
const spacingM = 25;

export interface Script {
  /** With its offset: `2026-11-17T22:41:00+01:00`. */
  readonly at: string;
  readonly lamps: number;
  /** People per hour. */
  readonly perHour?: number;
  readonly weather?: Partial<PageState["weather"]>;
  /** What stands there beside the lamps. */
  readonly others?: readonly ScriptedUnit[];
  readonly vehicles?: readonly PageState["vehicles"][string][];
}

/** A unit of any kind, and all that it says. */
export interface ScriptedUnit extends Pick<UnitState, "xM" | "lengthM" | "truth"> {
  readonly unit: string;
  readonly declaration: Furniture;
  /** By source. */
  readonly says: Readonly<Record<string, number>>;
  readonly actuators?: UnitState["actuators"];
  /** By name. */
  readonly alarms?: readonly string[];
}

/**
 * A street without units, for tests of the page: the world is the simulator's, the lamps do what a script says. It
 * stands still but for what a test changes.
 */
export class ScriptedStreet implements StreetView {
  readonly asked: (readonly [what: string, ...values: unknown[]])[] = [];
  readonly levels = new Map<string, number>();
  readonly units: readonly string[];
  readonly #world: World;
  readonly #script: Script;
  readonly #faults = new Map<string, FaultState>([
    ["broker", { title: "Broker away", lasts: true, active: false }],
    ["mains", { title: "Mains outage", lasts: true, active: false }],
    ["kill", { title: "Kill the process", lasts: true, active: false, unit: "lamp-03" }],
    ["lamp", { title: "LED module fails", lasts: true, active: false, unit: "lamp-04" }],
    ["bus", { title: "I²C bus held low", lasts: true, active: false, unit: "lamp-05" }],
    ["ember", { title: "Drop a cigarette end", lasts: false, active: false, unit: "bench-01" }],
  ]);
  nowMs: number;
  speed = 10;
  /** What is different of the run that the page is told of. */
  run: Partial<RunState> = {};

  constructor(script: Script) {
    const { at, lamps, perHour = 300 } = script;
    this.#script = script;
    this.nowMs = Date.parse(at);
    this.units = Array.from({ length: lamps }, (_, index) => `lamp-${String(index + 1).padStart(2, "0")}`);
    this.#world = createWorld({
      seed: 7,
      location,
      startUnixMs: this.nowMs,
      lengthM: lamps * spacingM,
      footfall: { perHour: () => perHour },
    });
  }

  setSpeed(factor: number): void {
    this.asked.push(["speed", factor]);
    this.speed = factor;
  }

  async step(ms: number): Promise<void> {
    this.asked.push(["step", ms]);
    this.speed = 0;
    this.nowMs += ms;
  }

  faultMenu(): ReadonlyMap<string, MenuFault> {
    const offset = { title: "by", unit: "lx", min: -100, max: 100, preset: 10, isWhole: false };
    const count = { title: "how many", unit: "1", min: 1, max: 9, preset: 1, isWhole: true };
    const amounts: Readonly<Record<string, MenuFault["amount"]>> = { bus: offset, ember: count };
    return new Map(
      [...this.#faults].map(([id, { title, lasts, unit }]) => {
        const what = { verb: id, unit, role: undefined, channel: undefined };
        const amount = amounts[id];
        return [id, { id, title, what, lasts, place: id, ...(amount ? { amount } : {}) }];
      }),
    );
  }

  scenarios(): readonly ScenarioState[] {
    const about = { timeZone: location.timeZone, startMs: this.nowMs, durationS: 3_600, seed: 7 };
    return [
      { name: "scripted", title: "A scripted street", inventory: "8 lights", ...about },
      { name: "winter-night", title: "A winter night", inventory: "3 lights, 1 bench", ...about },
    ];
  }

  async open(choice: StreetChoice): Promise<void> {
    this.asked.push(["open", choice]);
  }

  async replay(): Promise<void> {
    this.asked.push(["replay"]);
  }

  cancel(): void {
    this.asked.push(["cancel"]);
    throw new RequestError(409, "the street is not on its way");
  }

  recording(): string {
    return "scenario: scripted\n";
  }

  setFault(id: string, active: boolean, amount?: number): void {
    this.asked.push(["fault", id, active, ...(amount === undefined ? [] : [amount])]);
    const fault = this.#faults.get(id)!;
    this.#faults.set(id, { ...fault, active: active && fault.lasts });
  }

  /** One bus, on which everything is. */
  detail(unit: string): UnitDetail | undefined {
    const { units } = this.state();
    if (!Object.hasOwn(units, unit)) return undefined;
    const state = units[unit]!;
    const roles = Object.keys(state.parts);
    return {
      unit,
      parts: {},
      buses: [{ name: "i2c-1", kind: "i2c", roles, total: 7, perSecond: 0.5, busyShare: 0.01, errors: [] }],
      settings: [],
      records: [],
    };
  }

  /** It has been as it is since a minute ago. */
  history(unit: string, source: string, span: HistorySpan): HistoryState | undefined {
    const state = this.state();
    if (!Object.hasOwn(state.units, unit)) return undefined;
    const { samples, truth, declaration } = state.units[unit]!;
    const known = state.declarations[declaration]!.sources.find((one) => one.source === source);
    if (!known) return undefined;
    const flat = (value: number | undefined) => {
      const points = Array.from({ length: 6 }, () => value ?? null);
      return { min: points, max: points, ...(value === undefined ? {} : { last: value }) };
    };
    const { unit: of, title = source } = known;
    return {
      ...{ unit, source, span, title, startMs: this.nowMs - 60_000, stepMs: 10_000 },
      measure: { unit: of, decimals: samples[source]?.decimals ?? 0 },
      measured: flat(samples[source]?.value),
      ...(truth[source] === undefined ? {} : { truth: flat(Number(truth[source])) }),
    };
  }

  state(): PageState {
    const { nowMs } = this;
    const world = this.#world;
    const weather = { ...world.weather(nowMs), ...this.#script.weather };
    const people = world.people.peopleAt(nowMs);
    return {
      nowMs,
      timeZone: location.timeZone,
      speed: this.speed,
      run: {
        number: 1,
        scenario: "scripted",
        title: "A scripted street",
        seed: 7,
        startMs: Date.parse(this.#script.at),
        recorded: 0,
        isRecordingFull: false,
        ...this.run,
      },
      sunElevationDeg: world.sunElevationDeg(nowMs),
      daylightLux: world.daylightLux(nowMs),
      ...heavens(nowMs, location),
      weather,
      lengthM: world.lengthM,
      people,
      vehicles: Object.fromEntries((this.#script.vehicles ?? []).map((vehicle) => [vehicle.id, vehicle])),
      broker: { connected: !this.#isActive("broker") },
      nodeRedUrl: "http://127.0.0.1:1880/",
      faults: Object.fromEntries(this.#faults),
      declarations: Object.fromEntries(
        [streetlight, ...this.#others.map(({ declaration }) => declaration)].map((declaration) => [
          declaration.kind,
          toDeclarationState(declaration),
        ]),
      ),
      units: Object.fromEntries([
        ...this.units.map((unit, index) => [unit, this.#unit(unit, index, people)]),
        ...this.#others.map((other) => [other.unit, this.#other(other)]),
      ]),
    };
  }

  get #others(): readonly ScriptedUnit[] {
    return this.#script.others ?? [];
  }

  #other({ declaration, xM, lengthM, truth, says, actuators = {}, alarms = [] }: ScriptedUnit): UnitState {
    const sources = sourcesOf(declaration);
    return {
      kind: declaration.kind,
      declaration: declaration.kind,
      xM,
      ...(lengthM === undefined ? {} : { lengthM }),
      truth: { ...truth },
      running: true,
      connected: true,
      actuators,
      samples: Object.fromEntries(
        Object.entries(says).map(([source, value]) => {
          const { unit, decimals } = sources.get(source)!;
          return [source, { value, unit, decimals, quality: "good", atMs: this.nowMs - 4_000 }];
        }),
      ),
      parts: Object.fromEntries(
        Object.entries(declaration.roles).map(([role, { title, accepts }]) => [
          role,
          { title, part: accepts[0].id, state: "ok", failures: 0 },
        ]),
      ),
      alarms: alarms.map((name) => ({ name, ...declaration.alarms[name]! })),
    };
  }

  #isActive = (id: string) => this.#faults.get(id)!.active;

  #unit(unit: string, index: number, people: readonly Person[]): UnitState {
    const xM = (index + 0.5) * spacingM;
    const nearM = Math.min(...people.map((person) => Math.abs(person.xM - xM)));
    const isDark = this.#world.daylightLux(this.nowMs) < 20;
    const wish =
      nearM < 12
        ? (["presence", 80] as const)
        : nearM < 30
          ? (["neighbours", 50] as const)
          : (["profile", 20] as const);
    const [code, wanted] = isDark ? wish : (["daylight", 0] as const);
    const levelPercent = this.#isActive("mains") ? 0 : (this.levels.get(unit) ?? wanted);
    const running = !(this.#isActive("kill") && unit === "lamp-03") && !this.#isActive("mains");
    return {
      kind: "streetlight",
      declaration: "streetlight",
      xM,
      truth: {
        heightM: 6,
        motionHalfWidthM: 7,
        levelPercent,
        powerW: levelPercent > 0 ? 3 + 0.57 * levelPercent : 0.3,
        energyWh: 231.4,
        "meter.activePower": levelPercent > 0 ? 3 + 0.57 * levelPercent : 0.3,
        "presence.occupied": nearM < 7,
      },
      running,
      connected: running && !this.#isActive("broker"),
      ...(running
        ? this.#testimony(unit, code, this.levels.get(unit) ?? wanted, nearM)
        : { actuators: {}, samples: {}, parts: {}, alarms: [] }),
    };
  }

  #testimony(unit: string, code: string, value: number, nearM: number) {
    const text = {
      presence: "presence until 22:41:07",
      neighbours: "somebody is near a neighbouring lamp",
      profile: "profile from 00:00",
      daylight: "it is not dark",
    }[code]!;
    const lamp = { xM: 0, heightM: 6, luminousFluxLm: 80, levelPercent: value };
    const sample = (of: number, unitOf: string, decimals: number): SampleState => ({
      value: of,
      unit: unitOf,
      decimals,
      quality: "good",
      atMs: this.nowMs - 12_000,
    });
    const isFaulty = this.#isActive("bus") && unit === "lamp-05";
    const isDead = this.#isActive("lamp") && unit === "lamp-04";
    const part = (title: string, id: string, onBus: boolean) => ({
      title,
      part: id,
      state: onBus && isFaulty ? ("failing" as const) : ("ok" as const),
      failures: onBus && isFaulty ? 4 : 0,
      ...(onBus && isFaulty
        ? {
            fault:
              "bus on i2c-1 at 0x10, read ALS: is a line shorted, held low, unplugged, or without pull-ups?",
          }
        : {}),
    });
    return {
      actuators: { lamp: { value, code, text } },
      samples: {
        "lamp.target": sample(value, "%", 1),
        "light.illuminance": sample(
          this.#world.daylightLux(this.nowMs) + illuminanceFrom([lamp], 0),
          "lx",
          3,
        ),
        "motion.presence": sample(nearM < 7 ? 1 : 0, "1", 0),
        "presence.occupied": sample(nearM < 12 ? 1 : 0, "1", 0),
        "climate.temperature": sample(this.#world.weather(this.nowMs).temperatureC, "°C", 2),
        "climate.pressure": sample(98_760, "Pa", 0),
        "radar.distance": { unit: "m", decimals: 2, quality: "bad" as const, atMs: this.nowMs - 400_000 },
        "meter.activePower": sample(3 + 0.57 * value, "W", 1),
      },
      parts: {
        clock: part("Battery-backed clock", "ds3231", true),
        lamp: part("LED driver, 0-10 V and enable", "pca9685", true),
        light: part("Ambient light, facing up", "veml7700", true),
        motion: part("Passive infrared, towards the path", "hc-sr501", false),
        radar: part("Presence radar, towards the path", "ld2410", false),
        climate: part("Air temperature, humidity, pressure", "bme280", true),
        meter: part("Mains meter of the lamp", "pzem004t", false),
        tilt: part("Tilt and knock of the pole", "lis3dh", true),
      },
      alarms: isDead
        ? [
            {
              name: "lampFailure",
              title: "Lamp failure",
              severity: "critical",
              advice: "The lamp takes no power though it should: check driver, fuse and LED module.",
            },
          ]
        : [],
      settings: { revision: "a41f09c2", state: "applied" as const, inForce: "a41f09c2", refusals: [] },
      records: { made: 1_204, waiting: this.#isActive("broker") ? 17 : 0, dropped: 0 },
    };
  }
}
