import type { Target } from "#devices/control.ts";
import { minutes, seconds } from "#devices/duration.ts";
import { commandsOf } from "#devices/furniture/commands.ts";
import { type Furniture, type RecordClass, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Ports } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import type { Store, StoreError } from "#devices/ports/store.ts";
import type { Quality } from "#devices/sample.ts";
import type { Health, PartHealth, RecordBody, ReportedSettings } from "#devices/wire.ts";
import { Commands } from "../commands.ts";
import type { UnitConfig } from "../config.ts";
import { Estimation } from "../edge/estimation.ts";
import { Samples } from "../edge/samples.ts";
import type { Journal } from "../journal.ts";
import { Kept } from "../kept.ts";
import { MemoryStore } from "../ports/memory-store.ts";
import { Settings } from "../settings.ts";
import { Sharing } from "../sharing.ts";
import { Telemetry } from "../telemetry.ts";
import { ActuatorRunner } from "./actuator-runner.ts";
import { Alarms } from "./alarms.ts";
import { CityLink } from "./city-link.ts";
import { PartRunner } from "./part-runner.ts";
import { Records } from "./records.ts";
import { UnitView } from "./view.ts";

export interface UnitPorts extends Ports {
  readonly link: LinkPort;
  readonly store: Store;
}

export interface UnitOptions {
  readonly version: string;
  readonly journal: Journal;
  /** 64 random bits in hexadecimal: names a new life of the outbox. */
  readonly newEpoch: () => string;
  /** Seed of the reconnect jitter. */
  readonly seed: number;
}

/** How often estimator state is kept when no counter was reported meanwhile. */
const keepPeriod = minutes(10);
/** Health is told at most this often. */
const healthPause = seconds(1);
/** An actuator's new place is recorded this long after it began to move. */
const settlePause = seconds(3);
/** A part may disagree with what it was told by this much before it is told again, in the channel's unit. */
const readBackTolerance = 0.5;

/** One piece of street furniture, running. It knows no kind: what it does is what the declaration says. */
export class Unit {
  readonly #declaration: Furniture;
  readonly #config: UnitConfig;
  readonly #ports: UnitPorts;
  readonly #options: UnitOptions;
  readonly #boot: number;
  readonly #samples: Samples;
  readonly #settings: Settings;
  readonly #commands: Commands;
  readonly #records: Records;
  readonly #keptEstimates: Kept<Record<string, unknown>>;
  readonly #keptAlarms: Kept<readonly string[]>;
  readonly #estimations: readonly Estimation[];
  readonly #runners = new Map<string, PartRunner>();
  readonly #actuators = new Map<string, ActuatorRunner>();
  readonly #driven = new Map<string, Readonly<Record<string, number>>>();
  readonly #alarms: Alarms;
  readonly #telemetry: Telemetry;
  readonly #city: CityLink;
  readonly #sharing: Sharing;
  readonly #timers: Cancel[] = [];
  readonly #settling = new Map<string, Cancel>();
  #healthTimer: Cancel | undefined;
  #lastCounter: Promise<void> = Promise.resolve();
  #decisions: Set<ActuatorRunner> | undefined;

  /**
   * Starts a unit: what was kept first, then the parts that drive something, to their fail-safe values; then the
   * clock, the other parts, and last the link. Resolves when every part was tried once. A
   * store that fails is told, and the unit goes on in memory.
   */
  static async start(
    declaration: Furniture,
    config: UnitConfig,
    ports: UnitPorts,
    options: UnitOptions,
  ): Promise<Unit> {
    const trouble = (what: string) => options.journal({ type: "trouble", what });
    const kept = <T>(name: string) => new Kept<T>(ports.store, name, trouble);
    const keptBoot = kept<number>("boot");
    const boot = ((await keptBoot.load()) ?? 0) + 1;
    const medium = await keptBoot.save(boot).then(
      () => ports.store,
      (error: StoreError) => {
        trouble(`starts are not counted: ${error.message}`);
        // Where only space is missing, the outbox has its own, and what waits in it.
        return error.kind === "full" ? ports.store : new MemoryStore();
      },
    );
    options.journal({ type: "started", boot });
    const settings = await Settings.load(declaration, config.settings, kept("settings"), trouble);
    const keptEstimates = kept<Record<string, unknown>>("estimates");
    const estimates = (await keptEstimates.load()) ?? {};
    let unit: Unit | undefined;
    const commands = await Commands.load(commandsOf(declaration), ports.clock, kept("command"), {
      onChange: () => unit?.decideAll(),
      onAcknowledge: (alarm) => (unit ? unit.#alarms.acknowledge(alarm) : false),
    });
    const keptAlarms = kept<readonly string[]>("alarms");
    const raised = (await keptAlarms.load()) ?? [];
    const records = await Records.open(config, medium, ports.clock, boot, options);
    unit = new Unit(declaration, config, ports, options, {
      boot,
      settings,
      commands,
      records,
      keptEstimates,
      estimates,
      keptAlarms,
      raised,
    });
    await unit.#startParts();
    return unit;
  }

  private constructor(
    declaration: Furniture,
    config: UnitConfig,
    ports: UnitPorts,
    options: UnitOptions,
    loaded: {
      readonly boot: number;
      readonly settings: Settings;
      readonly commands: Commands;
      readonly records: Records;
      readonly keptEstimates: Kept<Record<string, unknown>>;
      readonly estimates: Record<string, unknown>;
      readonly keptAlarms: Kept<readonly string[]>;
      readonly raised: readonly string[];
    },
  ) {
    this.#declaration = declaration;
    this.#config = config;
    this.#ports = ports;
    this.#options = options;
    this.#boot = loaded.boot;
    this.#settings = loaded.settings;
    this.#commands = loaded.commands;
    this.#records = loaded.records;
    this.#keptEstimates = loaded.keptEstimates;
    this.#keptAlarms = loaded.keptAlarms;
    const { clock } = ports;
    this.#samples = new Samples(clock, this.#boot, sourcesOf(declaration));
    const view = new UnitView(config, clock, this.#samples, this.#settings, this.#commands);
    this.#makeActuators(view);
    this.#estimations = declaration.estimators.map(
      (estimator) =>
        new Estimation(estimator, this.#samples, clock, view, loaded.estimates[estimator.name], (what) =>
          options.journal({ type: "trouble", what }),
        ),
    );
    this.#makeRunners();
    this.#alarms = new Alarms(
      declaration.alarms,
      this.#samples,
      clock,
      (name, state, value) => this.#alarmed(name, state, value),
      loaded.raised,
    );
    this.#telemetry = new Telemetry(declaration.telemetry, this.#samples, clock, (...record) =>
      this.#record(...record),
    );
    this.#city = this.#makeCity();
    this.#sharing = new Sharing(declaration.shared, this.#samples, clock, this.#city.link, config);
    this.#listenToNeighbours();
    this.#records.drainInto(this.#city.link);
  }

  get address(): { readonly site: string; readonly unit: string } {
    return this.#config;
  }

  /** What the unit knows and does at this moment, for whoever shows it. */
  snapshot() {
    return {
      boot: this.#boot,
      samples: this.#samples.all(),
      targets: Object.fromEntries([...this.#actuators].map(([name, runner]) => [name, runner.target])),
      parts: this.#partHealth(),
      alarms: this.#alarms.raised,
      settings: this.#settings.reported,
      records: this.#records.stats(),
      connected: this.#city.link.connected,
    };
  }

  decideAll(): void {
    for (const runner of this.#actuators.values()) runner.decide();
  }

  /** An orderly end: actuators to fail-safe, counters recorded, state kept, a goodbye to the broker. */
  async stop(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#healthTimer?.();
    for (const cancel of this.#settling.values()) cancel();
    this.#telemetry.stop();
    this.#alarms.stop();
    this.#sharing.stop();
    for (const runner of this.#actuators.values()) await runner.stop();
    for (const estimation of this.#estimations) estimation.stop();
    for (const runner of this.#runners.values()) await runner.stop();
    await this.#keep();
    this.#telemetry.reportCounters();
    await this.#lastCounter;
    await this.#records.close();
    await this.#city.close();
    this.#options.journal({ type: "stopped" });
  }

  async #startParts(): Promise<void> {
    const driven = new Set(Object.values(this.#declaration.actuators).map(({ role }) => role));
    const isClock = (role: string) => "time" in this.#runners.get(role)!.part.channels;
    const roles = [...this.#runners.keys()];
    const rank = (role: string) => (driven.has(role) ? 0 : isClock(role) ? 1 : 2);
    for (const turn of [0, 1, 2])
      await Promise.all(
        roles.filter((role) => rank(role) === turn).map((role) => this.#runners.get(role)!.start()),
      );
    for (const estimation of this.#estimations) estimation.start();
    this.decideAll();
    this.#telemetry.start();
    // What the first samples fixed for good, such as the plumb of a new pole, must not wait.
    void this.#keep();
    this.#timers.push(this.#ports.clock.every(keepPeriod, () => void this.#keep()));
  }

  #makeRunners(): void {
    for (const [name, { part, place }] of Object.entries(this.#config.parts)) {
      const role = this.#declaration.roles[name]!;
      const urgency = role.sampling?.faster?.while;
      const isUrgent = () => urgency !== undefined && this.#samples.latest(urgency)?.value !== 0;
      const listener = {
        onValue: (channel: string, value: number, quality: Quality) =>
          this.#heard(name, channel, value, quality),
        onReady: () => this.#partReady(name),
        onState: (state: PartHealth["state"], fault: string | undefined) =>
          this.#partMoved(name, state, fault),
      };
      const runner = new PartRunner(part, role, place, this.#ports, listener, isUrgent);
      this.#runners.set(name, runner);
      if (role.sampling)
        for (const channel of Object.keys(part.channels))
          this.#samples.expect(`${name}.${channel}`, role.sampling.every);
      if (urgency !== undefined) this.#samples.on(urgency, () => runner.reschedule());
    }
  }

  #makeActuators(view: UnitView): void {
    for (const [name, actuator] of Object.entries(this.#declaration.actuators)) {
      const runner = new ActuatorRunner(actuator, this.#ports.clock, view, {
        apply: async (outputs) => {
          this.#driven.delete(actuator.role);
          const part = this.#runners.get(actuator.role);
          if (!part) throw new Error(`role ${actuator.role} has no part on this unit`);
          await part.apply(outputs);
          this.#driven.set(actuator.role, outputs);
        },
        onMoved: (target) => this.#moved(name, target),
        onTrouble: (what) => this.#options.journal({ type: "trouble", what }),
      });
      this.#actuators.set(name, runner);
      for (const input of actuator.controller.inputs) this.#samples.on(input, () => this.#decideSoon(runner));
    }
  }

  #makeCity(): CityLink {
    const { version, journal } = this.#options;
    const wall = () => this.#ports.clock.wall();
    const city = new CityLink(
      this.#ports.link,
      this.#declaration,
      this.#config,
      { version, boot: this.#boot, wall },
      {
        onDesired: ({ payload }) => this.#desired(payload),
        onCommand: async ({ payload, retain }) => {
          const result = await this.#commands.take(payload, retain);
          journal({ type: "command", result });
          return result;
        },
        onReceipt: ({ payload }) => this.#records.receipt(payload),
        onConnected: (connected) => journal({ type: "link", connected }),
      },
    );
    city.report(this.#settings.reported);
    return city;
  }

  async #desired(payload: Uint8Array): Promise<ReportedSettings> {
    const before = this.#settings.reported.inForce.revision;
    const reported = await this.#settings.desire(payload);
    if (reported.inForce.revision !== before || reported.state === "refused")
      this.#options.journal({ type: "settings", revision: reported.revision, refusals: reported.refusals });
    if (reported.inForce.revision !== before) {
      this.#listenToNeighbours();
      this.decideAll();
    }
    return reported;
  }

  #listenToNeighbours(): void {
    const { neighbours } = this.#settings.current;
    if (Array.isArray(neighbours))
      this.#sharing.listen(neighbours.filter((unit) => unit !== this.#config.unit));
  }

  #heard(role: string, channel: string, value: number, quality: Quality): void {
    if (quality === "good" && channel === "time") this.#timeHeard(role, value);
    if (quality === "good") this.#readBack(role, channel, value);
    this.#samples.put(`${role}.${channel}`, value, quality);
  }

  /** The battery clock tells the time until something better does; then it is told. */
  #timeHeard(role: string, unixSeconds: number): void {
    const { clock } = this.#ports;
    const wall = clock.wall();
    if (clock.wallQuality !== "network" || wall === undefined) {
      clock.setWall(unixSeconds * 1_000, "rtc");
      return;
    }
    if (Math.abs(wall - unixSeconds * 1_000) < 2_000) return;
    void this.#runners
      .get(role)!
      .withDriver("set time", async (driver) => driver.setTime?.(clock.wall()!))
      .catch((error: Error) => this.#options.journal({ type: "trouble", what: error.message }));
  }

  /** A part that was told to drive something says what it drives: after a brown-out it has forgotten. */
  #readBack(role: string, channel: string, value: number): void {
    const told = this.#driven.get(role)?.[channel];
    if (told === undefined || Math.abs(told - value) <= readBackTolerance) return;
    this.#options.journal({
      type: "trouble",
      what: `${role}.${channel} is ${value}, was told ${told}: told again`,
    });
    for (const [name, { role: drivenRole }] of Object.entries(this.#declaration.actuators))
      if (drivenRole === role) this.#actuators.get(name)!.contradicted();
  }

  #partReady(role: string): void {
    for (const [name, { role: drivenRole }] of Object.entries(this.#declaration.actuators))
      if (drivenRole === role) void this.#actuators.get(name)!.ready();
  }

  #partMoved(role: string, state: PartHealth["state"], fault: string | undefined): void {
    const event = { type: "part", role, state, ...(fault === undefined ? {} : { fault }) } as const;
    this.#options.journal(event);
    this.#record("event", event, `part ${role}`);
    this.#healthTimer ??= this.#ports.clock.after(healthPause, () => {
      this.#healthTimer = undefined;
      this.#city.health(this.#health());
    });
  }

  #moved(name: string, { value, reason }: Target): void {
    const source = `${name}.target`;
    this.#options.journal({ type: "actuator", name, value, reason });
    if (this.#samples.latest(source)?.value !== value) this.#samples.put(source, value, "good");
    this.#settling.set(
      name,
      this.#settling.get(name) ??
        this.#ports.clock.after(settlePause, () => {
          this.#settling.delete(name);
          this.#recordActuator(name);
        }),
    );
  }

  /** Where an actuator came to stand: the steps of a ramp are nobody's business but the lamp's. */
  #recordActuator(name: string): void {
    const { value, reason } = this.#actuators.get(name)!.target;
    const { unit } = this.#declaration.actuators[name]!.quantity;
    this.#record("state", { type: "actuator", name, value, unit, ...reason }, `actuator ${name}`);
  }

  #alarmed(name: string, state: "raised" | "cleared", value: number): void {
    const { severity } = this.#declaration.alarms[name]!;
    this.#options.journal({ type: "alarm", name, state, severity });
    const body = { type: "alarm", name, state, severity, value } as const;
    // Told first: an alarm that is only kept would never be told.
    void this.#records
      .add("alarm", body)
      .then(() => this.#keptAlarms.save(this.#alarms.raised))
      .catch((error: Error) =>
        this.#options.journal({ type: "trouble", what: `alarms are not kept: ${error.message}` }),
      );
  }

  /** A counter is told only after the state behind it was kept: what was told never goes back. */
  #record(recordClass: RecordClass, body: RecordBody, key?: string): void {
    if (recordClass !== "meter") return void this.#records.add(recordClass, body, key);
    this.#lastCounter = this.#keep().then((isKept) => {
      if (isKept) void this.#records.add(recordClass, body, key);
    });
  }

  /** Several decisions called for in one instant are taken once. */
  #decideSoon(runner: ActuatorRunner): void {
    if (this.#decisions) return void this.#decisions.add(runner);
    const decisions = new Set([runner]);
    this.#decisions = decisions;
    queueMicrotask(() => {
      this.#decisions = undefined;
      for (const waiting of decisions) waiting.decide();
    });
  }

  async #keep(): Promise<boolean> {
    const states = Object.fromEntries(
      this.#estimations.flatMap((estimation) => {
        const state = estimation.save();
        return state === undefined ? [] : [[estimation.name, state]];
      }),
    );
    return this.#keptEstimates.save(states).then(
      () => true,
      (error: Error) => {
        this.#options.journal({ type: "trouble", what: `estimates are not kept: ${error.message}` });
        return false;
      },
    );
  }

  #partHealth(): Record<string, PartHealth> {
    return Object.fromEntries([...this.#runners].map(([role, runner]) => [role, runner.health]));
  }

  #health(): Health {
    const { waiting, dropped } = this.#records.stats();
    return { parts: this.#partHealth(), outbox: { waiting, dropped } };
  }
}

export type Snapshot = ReturnType<Unit["snapshot"]>;
