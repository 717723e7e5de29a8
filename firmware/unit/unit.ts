import { minutes, seconds } from "#devices/duration.ts";
import { alarmsOf } from "#devices/furniture/alarms.ts";
import {
  type Furniture,
  loadsSupplied,
  type RecordClass,
  sourcesOf,
  storageFailing,
} from "#devices/furniture/vocabulary.ts";
import type { Ports } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import type { Store } from "#devices/ports/store.ts";
import type { Quality } from "#devices/sample.ts";
import type { Health, PartHealth, RecordBody, ReportedSettings } from "#devices/wire.ts";
import type { UnitConfig } from "../config.ts";
import { Estimation } from "../edge/estimation.ts";
import { Samples } from "../edge/samples.ts";
import type { Journal } from "../journal.ts";
import type { FlightPort } from "../recorder/flight-port.ts";
import { Sharing } from "../sharing.ts";
import { localStreams } from "../stream/local.ts";
import type { StreamPort } from "../stream/port.ts";
import { Telemetry } from "../telemetry.ts";
import { Actuators } from "./actuators.ts";
import { Alarms } from "./alarms.ts";
import { CityLink } from "./city-link.ts";
import { DeadMan } from "./dead-man.ts";
import { Events } from "./events.ts";
import { flightCommands } from "./flight-commands.ts";
import { beginLife, type Life } from "./life.ts";
import { PartRunner } from "./part-runner.ts";
import { Streams } from "./streams.ts";
import { UnitView } from "./view.ts";

export interface UnitPorts extends Ports {
  readonly link: LinkPort;
  readonly store: Store;
  /** Where streams run; in this thread when not given. */
  readonly streams?: StreamPort;
  /** Absent where no flight recorder is. */
  readonly flight?: FlightPort;
}

export interface UnitOptions {
  readonly version: string;
  readonly journal: Journal;
  /** 64 random bits in hexadecimal: names a new life of the outbox. */
  readonly newEpoch: () => string;
}

/**
 * How often estimator state is kept when no counter was reported meanwhile: what was counted since is lost with the
 * power. At two files a minute, and none where nothing was counted, a memory card of 8 GB lasts for decades.
 */
const keepPeriod = minutes(1);
/** Health is told at most this often. */
const healthPause = seconds(1);
/** One piece of street furniture, running. It knows no kind: what it does is what the declaration says. */
export class Unit {
  readonly #declaration: Furniture;
  readonly #config: UnitConfig;
  readonly #ports: UnitPorts;
  readonly #options: UnitOptions;
  readonly #life: Life;
  readonly #samples: Samples;
  readonly #events: Events;
  readonly #estimations: readonly Estimation[];
  readonly #runners = new Map<string, PartRunner>();
  readonly #streams: Streams;
  readonly #actuators: Actuators;
  readonly #deadMan: DeadMan | undefined;
  readonly #alarms: Alarms;
  readonly #telemetry: Telemetry;
  readonly #city: CityLink;
  readonly #sharing: Sharing;
  #keepTimer: Cancel = () => {};
  #healthTimer: Cancel | undefined;
  #lastCounter: Promise<void> = Promise.resolve();
  /** Whether the last state of the estimators could be kept; undefined before the first. */
  #isStoring: boolean | undefined;

  /**
   * Starts a unit: what was kept first, then the parts that drive something, to their fail-safe values; then the
   * clock, then the other parts. Resolves when every part was tried once, whether or not there is a link.
   */
  static async start(
    declaration: Furniture,
    config: UnitConfig,
    ports: UnitPorts,
    options: UnitOptions,
  ): Promise<Unit> {
    let unit: Unit | undefined;
    const life = await beginLife(declaration, config, ports, options, {
      onTaken: (command, args) => {
        options.journal({ type: "taken", command, args });
        if (unit) unit.#commanded(command);
      },
      onAcknowledge: (alarm) => (unit ? unit.#alarms.acknowledge(alarm) : false),
      onFlight: flightCommands(ports.flight, (piece) => unit!.#city.flight(piece)),
    });
    unit = new Unit(declaration, config, ports, options, life);
    await unit.#startParts();
    return unit;
  }

  private constructor(
    declaration: Furniture,
    config: UnitConfig,
    ports: UnitPorts,
    options: UnitOptions,
    life: Life,
  ) {
    this.#declaration = declaration;
    this.#config = config;
    this.#ports = ports;
    this.#options = options;
    this.#life = life;
    const { clock } = ports;
    const { settings, commands, estimates, alarms } = life;
    this.#samples = new Samples(clock, life.boot, sourcesOf(declaration));
    this.#streams = new Streams(ports.streams ?? localStreams(ports), this.#samples);
    const view = new UnitView(config, clock, this.#samples, settings, commands);
    this.#actuators = this.#makeActuators(view);
    this.#deadMan = this.#makeDeadMan();
    this.#events = new Events(declaration.events, `${config.site}/${config.unit}`, estimates.loaded.chains, {
      keep: () => this.#keep(),
      tell: (...record) => life.records.add(...record),
      onTrouble: (what) => this.#trouble(what),
    });
    this.#estimations = declaration.estimators.map(
      (estimator) =>
        new Estimation(estimator, this.#samples, clock, view, estimates.loaded.states[estimator.name], {
          onEvent: (happening) => this.#events.happened(happening),
          onTrouble: (what) => this.#trouble(what),
        }),
    );
    this.#makeRunners();
    this.#alarms = new Alarms(
      alarmsOf(declaration),
      this.#samples,
      clock,
      (name, state, value) => this.#alarmed(name, state, value),
      alarms.loaded,
    );
    this.#telemetry = new Telemetry(declaration.telemetry, this.#samples, clock, (...record) =>
      this.#record(...record),
    );
    this.#city = this.#makeCity();
    this.#sharing = new Sharing(declaration.shared, this.#samples, clock, this.#city.link, config);
    this.#listenToNeighbours();
    life.records.drainInto(this.#city.link);
  }

  get address(): { readonly site: string; readonly unit: string } {
    return this.#config;
  }

  /** What the unit knows and does at this moment, for whoever shows it. */
  snapshot() {
    return {
      boot: this.#life.boot,
      samples: this.#samples.all(),
      targets: this.#actuators.targets,
      parts: this.#partHealth(),
      alarms: this.#alarms.raised,
      settings: this.#life.settings.reported,
      records: this.#life.records.stats(),
      connected: this.#city.link.connected,
    };
  }

  /** An orderly end: actuators to fail-safe, counters recorded, state kept, a goodbye to the broker. */
  async stop(): Promise<void> {
    this.#keepTimer();
    this.#healthTimer?.();
    this.#telemetry.stop();
    this.#alarms.stop();
    this.#sharing.stop();
    await this.#actuators.stop();
    this.#deadMan?.stop();
    for (const estimation of this.#estimations) estimation.stop();
    for (const runner of this.#runners.values()) await runner.stop();
    await this.#streams.close();
    this.#ports.flight?.close();
    await this.#keep();
    this.#telemetry.reportCounters();
    await this.#lastCounter;
    await this.#events.settled();
    await this.#life.records.close();
    await this.#city.close();
    this.#options.journal({ type: "stopped" });
  }

  async #startParts(): Promise<void> {
    const { actuators, deadMan } = this.#declaration;
    const driven = new Set(
      [...Object.values(actuators), ...(deadMan ? [deadMan] : [])].map(({ role }) => role),
    );
    const isClock = (role: string) => "time" in this.#runners.get(role)!.part.channels;
    const roles = [...this.#runners.keys()];
    const rank = (role: string) => (driven.has(role) ? 0 : isClock(role) ? 1 : 2);
    for (const turn of [0, 1, 2])
      await Promise.all(
        roles.filter((role) => rank(role) === turn).map((role) => this.#runners.get(role)!.start()),
      );
    for (const estimation of this.#estimations) estimation.start();
    this.#actuators.decideAll();
    this.#deadMan?.start();
    this.#telemetry.start();
    this.#events.resume();
    // What the first samples fixed for good, such as the plumb of a new pole, must not wait.
    void this.#keep();
    this.#keepTimer = this.#ports.clock.every(keepPeriod, () => {
      this.#events.resume();
      void this.#keep();
    });
  }

  #makeRunners(): void {
    for (const [name, { part: placed, place }] of Object.entries(this.#config.parts)) {
      const { role, part } = this.#streams.supervised(name, this.#declaration.roles[name]!, placed);
      const urgency = role.sampling?.faster?.while;
      const isUrgent = () => urgency !== undefined && this.#samples.latest(urgency)?.value !== 0;
      const listener = {
        onValue: (channel: string, value: number, quality: Quality) =>
          this.#heard(name, channel, value, quality),
        onReady: () => this.#actuators.ready(name),
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

  #makeActuators(view: UnitView): Actuators {
    const { actuators } = this.#declaration;
    return new Actuators(actuators, this.#samples, this.#ports.clock, view, {
      apply: async (role, outputs) => {
        const part = this.#runners.get(role);
        if (!part) throw new Error(`role ${role} has no part on this unit`);
        await part.apply(outputs);
      },
      onMoved: (name, { value, reason }) => this.#options.journal({ type: "actuator", name, value, reason }),
      onSettled: (name, { value, reason }) => {
        const { quantity, untold } = actuators[name]!;
        if (untold) return;
        const { unit } = quantity;
        this.#record("state", { type: "actuator", name, value, unit, ...reason }, `actuator ${name}`);
      },
      onTrouble: (what) => this.#trouble(what),
    });
  }

  #makeDeadMan(): DeadMan | undefined {
    const { deadMan, actuators } = this.#declaration;
    if (!deadMan) return undefined;
    const isOff = () => (deadMan.unless ?? []).some((source) => this.#samples.latest(source)?.value === 1);
    const isUnderControl = (name: string) => {
      if (isOff()) return false;
      const part = this.#runners.get(actuators[name]!.role);
      // An actuator that this unit does not have endangers nobody.
      return part === undefined || (part.health.state === "ok" && this.#actuators.isObeyed(name));
    };
    return new DeadMan(deadMan, this.#ports.clock, isUnderControl, {
      apply: async (role, outputs) => this.#runners.get(role)?.apply(outputs),
      onFed: (isFed) => this.#samples.put(loadsSupplied, isFed ? 1 : 0, "good"),
    });
  }

  #makeCity(): CityLink {
    const { version, journal } = this.#options;
    const wall = () => this.#ports.clock.wall();
    const city = new CityLink(
      this.#ports.link,
      this.#declaration,
      this.#config,
      { version, boot: this.#life.boot, wall },
      {
        onDesired: ({ payload }) => this.#desired(payload),
        onCommand: async ({ payload, retain }) => {
          const result = await this.#life.commands.take(payload, retain);
          journal({ type: "command", result });
          return result;
        },
        onReceipt: ({ payload }) => this.#life.records.receipt(payload),
        onConnected: (connected) => journal({ type: "link", connected }),
      },
    );
    city.report(this.#life.settings.reported);
    return city;
  }

  async #desired(payload: Uint8Array): Promise<ReportedSettings> {
    const before = this.#life.settings.reported.inForce.revision;
    const reported = await this.#life.settings.desire(payload);
    if (reported.inForce.revision !== before || reported.state === "refused")
      this.#options.journal({ type: "settings", revision: reported.revision, refusals: reported.refusals });
    if (reported.inForce.revision !== before) {
      this.#listenToNeighbours();
      for (const estimation of this.#estimations) estimation.reconsider();
      this.#actuators.decideAll();
    }
    return reported;
  }

  #commanded(command: string): void {
    this.#samples.put(`command.${command}`, 1, "good");
    this.#actuators.decideAll();
  }

  #listenToNeighbours(): void {
    const { neighbours } = this.#life.settings.current;
    if (Array.isArray(neighbours))
      this.#sharing.listen(neighbours.filter((unit) => unit !== this.#config.unit));
  }

  #heard(role: string, channel: string, value: number, quality: Quality): void {
    if (quality === "good" && channel === "time") this.#timeHeard(role, value);
    if (quality === "good") this.#actuators.readBack(role, channel, value);
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
      .catch((error: Error) => this.#trouble(error.message));
  }

  #partMoved(role: string, state: PartHealth["state"], fault: string | undefined): void {
    const event = { type: "part", role, state, ...(fault === undefined ? {} : { fault }) } as const;
    this.#options.journal(event);
    this.#record("event", event, `part ${role}`);
    this.#tellHealth();
  }

  #tellHealth(): void {
    this.#healthTimer ??= this.#ports.clock.after(healthPause, () => {
      this.#healthTimer = undefined;
      this.#city.health(this.#health());
    });
  }

  #alarmed(name: string, state: "raised" | "cleared", value: number): void {
    const { severity } = alarmsOf(this.#declaration)[name]!;
    this.#options.journal({ type: "alarm", name, state, severity });
    const body = { type: "alarm", name, state, severity, value } as const;
    // Told first: an alarm that is only kept would never be told.
    void this.#life.records
      .add("alarm", body)
      .then(() => this.#life.alarms.kept.save(this.#alarms.raised))
      .catch((error: Error) => this.#trouble(`alarms are not kept: ${error.message}`));
  }

  /** A counter is told only after the state behind it was kept: what was told never goes back. */
  #record(recordClass: RecordClass, body: RecordBody, key?: string): void {
    if (recordClass !== "meter") return void this.#life.records.add(recordClass, body, key);
    this.#lastCounter = this.#keep().then((isKept) => {
      if (isKept) void this.#life.records.add(recordClass, body, key);
    });
  }

  async #keep(): Promise<boolean> {
    const chains = this.#events.saveChains();
    const states = Object.fromEntries(
      this.#estimations.flatMap((estimation) => {
        const state = estimation.save();
        return state === undefined ? [] : [[estimation.name, state]];
      }),
    );
    return this.#life.estimates.kept.save({ states, chains }).then(
      () => {
        this.#stored(true);
        return true;
      },
      (error: Error) => {
        this.#trouble(`estimates are not kept: ${error.message}`);
        this.#stored(false);
        return false;
      },
    );
  }

  /** What could not be kept may be now: then what was held back for that can be told. */
  #stored(isKept: boolean): void {
    if (isKept === this.#isStoring) return;
    const isMended = this.#isStoring === false;
    this.#isStoring = isKept;
    this.#samples.put(storageFailing, isKept ? 0 : 1, "good");
    this.#tellHealth();
    if (isMended) this.#events.resume();
  }

  #trouble(what: string): void {
    this.#options.journal({ type: "trouble", what });
  }

  #partHealth(): Record<string, PartHealth> {
    return Object.fromEntries([...this.#runners].map(([role, runner]) => [role, runner.health]));
  }

  #health(): Health {
    const { waiting, dropped } = this.#life.records.stats();
    const storage = this.#isStoring === false ? "failing" : "ok";
    return { parts: this.#partHealth(), outbox: { waiting, dropped }, storage };
  }
}

export type Snapshot = ReturnType<Unit["snapshot"]>;
