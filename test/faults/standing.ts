import type { View } from "#devices/control.ts";
import { type Duration, milliseconds, minutes, seconds } from "#devices/duration.ts";
import type { Estimator } from "#devices/estimators/estimator.ts";
import { type Actuator, type Furniture, type Role, sized } from "#devices/furniture/vocabulary.ts";
import { Permit } from "#devices/permit.ts";
import { activeEnergy } from "#devices/quantities.ts";
import type { Sample } from "#devices/sample.ts";
import { streamChannels, streamOutputs } from "#devices/stream.ts";
import { unitTopics } from "#devices/wire.ts";
import type { Twin } from "#sim/chips/twin.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";
import { type Around, around, usualValue } from "./around.ts";
import { SpoiledLines } from "./spoiled-line.ts";

/** What is sampled or told more seldom is so often here: a fault of two minutes must meet several of both. */
const samplingMax = seconds(30);
const tellingMax = minutes(1);
/** Nobody walks here: streams that are at rest need not be as fast as they have to be in a street. */
const streamIdle = milliseconds(100);
/** An infrared sensor warms up for a minute. */
const warmUpMs = 100_000;
/** After the world has moved, what was measured before may still arrive: no part takes longer for a reading. */
const measuringMs = 5_000;
/** And what a stream makes of a change may be told this much later. */
const detectingMs = 15_000;
/** So many steps of a channel are told from none. */
const movedSteps = 5;
const settleMs = 25_000;

/** A sample of a part's channel, when it was taken in. */
export interface Heard {
  readonly sample: Sample;
  readonly atMs: number;
  /** Good, and not what the twin senses. */
  readonly isFalse: boolean;
}

const rarer = (every: Duration, max: Duration) => (every > max ? max : every);

/** A stream is looked at this often by its supervisor. */
const lookPeriod = seconds(1);

const atTestRate = (role: Role): Role => ({
  ...role,
  ...(role.sampling && {
    sampling: { ...role.sampling, every: rarer(role.sampling.every, samplingMax) },
  }),
  ...(role.stream && { stream: { ...role.stream, idle: streamIdle } }),
});

/**
 * One unit of a kind at work on a bench: every role of it has its part, all plugged, in surroundings that are
 * plausible. All that its parts told is remembered, with whether it was so.
 */
export class Standing {
  /** Since it was last forgotten. */
  readonly heard: Heard[] = [];
  /** Channels of parts, and what streams detect, by source: the role that tells it. */
  readonly #roleOf = new Map<string, string>();
  readonly lines = new SpoiledLines();
  readonly #around: Around;
  readonly #views = new Map<string, View>();
  /** What channels sensed before they changed, until when that, or anything between, may still be told. */
  readonly #before = new Map<string, { readonly value: number; readonly untilMs: number }>();
  /** Where the actuators stand while all is well. */
  #atWork: Readonly<Record<string, number>> = {};
  readonly #moved = new Set<string>();
  /** What was told last before the first fault. */
  readonly #atRest = new Map<string, number>();
  #isWorking = false;
  #values: Readonly<Record<string, number>> = {};
  #commands = 0;
  bench!: UnitOnBench;

  private constructor(around: Around) {
    this.#around = around;
  }

  static async of(declaration: Furniture): Promise<Standing> {
    const standing = new Standing(around(declaration));
    await standing.#begin(sized(declaration, around(declaration).size));
    return standing;
  }

  get nowMs(): number {
    return this.bench.loop.now;
  }

  get declaration(): Furniture {
    return this.bench.declaration;
  }

  twin(role: string): Twin {
    return this.bench.twins.get(role)!;
  }

  /** Whether a source is what the part of a role tells: of that one, where one is given. */
  isOfPart(source: string, role?: string): boolean {
    const own = this.#roleOf.get(source);
    return own !== undefined && (role === undefined || own === role);
  }

  /** How often the part of a role is sampled at least, ms; undefined for one that is not. */
  periodOf(role: string): number | undefined {
    const { sampling, stream } = this.declaration.roles[role]!;
    const isHeard = [...this.#roleOf.values()].includes(role);
    return isHeard ? (stream ? lookPeriod : sampling?.every) : undefined;
  }

  placeOf(role: string) {
    return this.bench.config.parts[role]!.place;
  }

  /** Channels of the part of a role that the world around sets. */
  measuredBy(role: string): string[] {
    const { channels, outputs = {} } = this.twin(role).part;
    return Object.keys(channels).filter(
      (name) => !(name in outputs) && channels[name]!.quantity.name !== "time",
    );
  }

  /** Forgets what was heard more than so long ago, ms. */
  forget(beforeMs: number): void {
    const oldest = this.nowMs - beforeMs;
    const kept = this.heard.findIndex(({ atMs }) => atMs >= oldest);
    this.heard.splice(0, kept < 0 ? this.heard.length : kept);
    this.bench.events.length = 0;
  }

  /** Does something to roles after which what they sense may be another: readings that are on their way stand. */
  change(roles: readonly string[], act: () => void): void {
    for (const role of roles) for (const channel of this.measuredBy(role)) this.#remember(role, channel);
    act();
  }

  /** Lets time pass. What counts by itself, and what is driven, has changed meanwhile. */
  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= measuringMs) {
      this.#rememberWhatChanges();
      await this.bench.pass(Math.min(leftMs, measuringMs));
    }
  }

  #rememberWhatChanges(): void {
    for (const [role, { part }] of this.bench.twins)
      for (const [channel, { quantity }] of Object.entries(part.channels))
        if (
          (quantity.name === activeEnergy.name || channel in (part.outputs ?? {})) &&
          !this.#isChanging(`${role}.${channel}`)
        )
          this.#remember(role, channel);
  }

  /** Does what it did when all was well: ports on, a car that charges. Tells it to, where a fault made it stop. */
  async setToWork(): Promise<void> {
    if (!this.#isAtWork()) await this.#tellToWork();
  }

  async #tellToWork(): Promise<void> {
    for (const [command, args] of this.#around.asked ?? []) {
      await this.#ask(command, args);
      await this.pass(1_100);
    }
    await this.pass(settleMs);
  }

  #isAtWork(): boolean {
    const { targets } = this.bench.unit!.snapshot();
    return Object.entries(this.#atWork).every(([name, value]) => targets[name]?.value === value);
  }

  /** The world around a part moves a little, or back: what was read before is no longer so. */
  move(role: string): void {
    this.change([role], () => this.#move(role));
  }

  #move(role: string): void {
    for (const channel of this.measuredBy(role)) {
      const { range, step } = this.twin(role).part.channels[channel]!;
      const source = `${role}.${channel}`;
      const value = this.#values[source]!;
      const offset = movedSteps * step(value);
      if (offset > (range[1] - range[0]) / 20) continue;
      const isMoved = this.#moved.delete(source) || !this.#moved.add(source);
      this.twin(role).set(channel, isMoved ? value : value + offset);
    }
  }

  /** Whether each actuator stands where its permit lets it, asked now; the names of those that do not. */
  unpermitted(): string[] {
    const { targets } = this.bench.unit!.snapshot();
    return Object.entries(this.declaration.actuators).flatMap(([name, { permit }]) => {
      const { value, reason } = targets[name]!;
      const allowed = permit.allow({ value, reason }, this.#views.get(name)!).value;
      return allowed === value ? [] : [`${name} stands at ${value}, its permit allows ${allowed}`];
    });
  }

  /** Actuators that may not stand off their safe side without this role. */
  needing(role: string): string[] {
    const { needs = {} } = this.#around;
    return Object.keys(needs).filter((actuator) => needs[actuator]!.includes(role));
  }

  async #begin(declaration: Furniture): Promise<void> {
    const { startMs, settings } = this.#around;
    this.bench = await UnitOnBench.of(this.#watched(declaration), {
      startMs,
      roles: Object.keys(declaration.roles),
      ...(settings && { settings }),
      serial: (port) => this.lines.over(port),
    });
    this.#surround(this.#around.values ?? {});
    void this.bench.start();
    await this.bench.pass(warmUpMs);
    this.bench.clock.setWall(this.nowMs, "network");
    this.#surround({ ...this.#around.values, ...this.#around.later });
    await this.bench.pass(settleMs);
    this.#isWorking = true;
    await this.#tellToWork();
    const { targets } = this.bench.unit!.snapshot();
    this.#atWork = Object.fromEntries(Object.entries(targets).map(([name, { value }]) => [name, value]));
  }

  /** The declaration with its rates raised, an ear at every channel, and an eye behind every permit. */
  #watched(declaration: Furniture): Furniture {
    const map = <T>(named: Readonly<Record<string, T>>, change: (one: T, name: string) => T) =>
      Object.fromEntries(Object.entries(named).map(([name, one]) => [name, change(one, name)]));
    for (const [role, { accepts, stream }] of Object.entries(declaration.roles))
      for (const channel of Object.keys(stream ? streamOutputs(stream) : accepts[0].channels))
        this.#roleOf.set(`${role}.${channel}`, role);
    const ear: Estimator<null> = {
      name: "ear",
      outputs: {},
      inputs: [...this.#roleOf.keys()],
      initial: () => null,
      step: (state, sample) => {
        if (sample) this.#hear(sample);
        return { state, estimates: [] };
      },
    };
    const seen = (actuator: Actuator, name: string): Actuator => ({
      ...actuator,
      permit: new Permit({
        inputs: actuator.permit.inputs,
        wakes: actuator.permit.wakes,
        allow: (wanted, view) => {
          this.#views.set(name, view);
          return actuator.permit.allow(wanted, view);
        },
      }),
    });
    return {
      ...declaration,
      roles: map(declaration.roles, atTestRate),
      estimators: [...declaration.estimators, ear],
      actuators: map(declaration.actuators, seen),
      telemetry: map(declaration.telemetry, (point) =>
        point.every === undefined ? point : { ...point, every: rarer(point.every, tellingMax) },
      ),
    };
  }

  #surround(values: Readonly<Record<string, number>>): void {
    const all: Record<string, number> = {};
    for (const [role, twin] of this.bench.twins)
      for (const channel of this.measuredBy(role)) {
        const source = `${role}.${channel}`;
        const value = values[source] ?? usualValue(twin.part.channels[channel]!);
        if (value !== this.#values[source]) {
          this.#remember(role, channel);
          twin.set(channel, value);
        }
        all[source] = value;
      }
    this.#values = all;
  }

  #isChanging(source: string, longerMs = 0): boolean {
    return this.nowMs < (this.#before.get(source)?.untilMs ?? 0) + longerMs;
  }

  #remember(role: string, channel: string): void {
    const untilMs = this.nowMs + measuringMs;
    this.#before.set(`${role}.${channel}`, { value: this.twin(role).sensed(channel), untilMs });
  }

  #hear(sample: Sample): void {
    if (!this.#isWorking && sample.quality === "good") this.#atRest.set(sample.source, sample.value);
    this.heard.push({ sample, atMs: this.nowMs, isFalse: sample.quality === "good" && !this.#isSo(sample) });
  }

  #isSo(sample: Sample): boolean {
    const { source, value } = sample;
    const role = this.#roleOf.get(source)!;
    const channel = source.slice(role.length + 1);
    if (this.declaration.roles[role]!.stream) return this.#isAtRest(role, sample);
    const twin = this.twin(role);
    const { value: before, untilMs } = this.#before.get(source) ?? { value: Number.NaN, untilMs: 0 };
    const now = twin.sensed(channel);
    const then = this.nowMs <= untilMs ? before : now;
    const { step } = twin.part.channels[channel]!;
    const tolerance = Math.max(step(now), step(then)) * 1.01 + 1e-9;
    return value >= Math.min(now, then) - tolerance && value <= Math.max(now, then) + tolerance;
  }

  /** While the inputs of a stream are what they were, it tells what it told when the unit began, and nothing new. */
  #isAtRest(role: string, { source, value, quantity }: Sample): boolean {
    const twin = this.twin(role);
    const isMoved = this.measuredBy(role).some((channel) => {
      const offset = twin.sensed(channel) - this.#values[`${role}.${channel}`]!;
      const isAtRest = Math.abs(offset) <= 2 * movedSteps * twin.part.channels[channel]!.step(offset);
      return !isAtRest || this.#isChanging(`${role}.${channel}`, detectingMs);
    });
    if (isMoved || Object.hasOwn(streamChannels, source.slice(role.length + 1))) return true;
    if (!this.#isWorking) return true;
    const rest = this.#atRest.get(source);
    return rest !== undefined && Math.abs(value - rest) <= 2 * 10 ** -quantity.decimals;
  }

  async #ask(command: string, args: Readonly<Record<string, unknown>>): Promise<void> {
    const { site, unit } = this.bench.config;
    const city = this.bench.broker
      .port()
      .open("asking", { topic: "plinth/asking/status", payload: "offline" });
    const expires = (this.bench.clock.wall() ?? this.nowMs) + 60_000;
    await this.bench.pass(100);
    const sent = city.publish(
      unitTopics(site, unit).command,
      JSON.stringify({ id: ++this.#commands, expires, command, args }),
    );
    await this.bench.pass(200);
    await sent;
    await city.close();
  }
}
