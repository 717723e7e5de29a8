import { createHash } from "node:crypto";
import type { Clock } from "#devices/ports/clock.ts";
import type { Link, LinkPort } from "#devices/ports/link.ts";
import { type CommandMessage, type DesiredSettings, unitTopics, type WireRecord } from "#devices/wire.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { TwinDefinition } from "../chips/twin.ts";
import { Ingest } from "../ingest.ts";
import type { KindModel, Site, Spot } from "../kinds/model.ts";
import type { EventLoop } from "../loop.ts";
import type { World } from "../world/street.ts";
import type { Host, Hosted } from "./host.ts";
import { InProcess } from "./in-process.ts";
import { RecordJudge, type RecordScore } from "./record-judge.ts";
import { type Network, SimulatedUnit, type UnitSetting } from "./simulated-unit.ts";

/** A command that comes later than this must not be carried out any more. */
const commandLifeMs = 60_000;

export interface StreetOptions {
  readonly loop: EventLoop;
  readonly world: World;
  readonly units: readonly UnitSetting[];
  readonly twins: ReadonlyMap<string, TwinDefinition>;
  readonly network: Network;
  /** Where the city's own store listens. */
  readonly cityLink: LinkPort;
  readonly version: string;
  /** What each unit's process runs on; in this very process when not given. */
  readonly hostFor?: (hosted: Hosted) => Host;
}

/** Several units in one world with one broker, the city that stores their records, and judges of what they did. */
export class Street {
  readonly loop: EventLoop;
  readonly world: World;
  readonly network: Network;
  readonly units: readonly SimulatedUnit[];
  /** Of the kinds that stand here, in the order of their first units. */
  readonly models: readonly KindModel[];
  readonly ingest: Ingest;
  readonly #cityLink: Link;
  /** By unit id. */
  readonly #records = new Map<string, RecordJudge>();
  readonly #digest = createHash("sha256");
  readonly #faults: string[] = [];
  readonly #troubles: string[] = [];
  readonly #listeners = new Set<(unit: SimulatedUnit, event: UnitEvent) => void>();
  /** Number of the last command. */
  #commands = 0;

  constructor(options: StreetOptions) {
    const { loop, world, network, twins, version } = options;
    const link = (clock: Clock) => network.link(clock);
    const { hostFor = (hosted) => new InProcess(hosted, { loop, link, version }) } = options;
    this.loop = loop;
    this.world = world;
    this.network = network;
    const cityId = "plinth-city";
    this.#cityLink = options.cityLink.open(cityId, { topic: "plinth/city/status", payload: "offline" });
    this.ingest = new Ingest(this.#cityLink, (record) => this.#stored(record));
    const journal = (unit: SimulatedUnit, event: UnitEvent) => this.#heard(unit, event);
    const models = new Map<KindModel, (spot: Spot) => Site>();
    for (const { model } of options.units)
      if (!models.has(model)) models.set(model, model.on({ loop, world }));
    this.units = options.units.map((setting) => {
      const siteAt = models.get(setting.model)!;
      return new SimulatedUnit(setting, { loop, world, twins, network, siteAt, journal, hostFor });
    });
    for (const { id, declaration } of this.units) this.#records.set(id, new RecordJudge(declaration));
    this.models = [...models.keys()];
  }

  /**
   * Starts every unit; resolves when each has tried each of its parts. Needs the loop to run.
   * @param atMs street time at which all begin, or as soon after as what they run on is ready; at once when not given
   */
  async start(atMs?: number): Promise<void> {
    if (atMs !== undefined) {
      const isTime = new Promise<void>((resolve) => void this.loop.at(atMs, resolve));
      await Promise.all([isTime, ...this.units.map(({ host }) => host.prepare?.())]);
    }
    await Promise.all(this.units.map((unit) => unit.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.units.map((unit) => unit.stop()));
    this.ingest.close();
    await this.#cityLink.close();
  }

  unit(id: string): SimulatedUnit {
    const unit = this.units.find((one) => one.id === id);
    if (!unit)
      throw new RangeError(`no unit ${id}: the street has ${this.units.map((one) => one.id).join(", ")}`);
    return unit;
  }

  /** Something was done to the street, in words for the summary. */
  note(fault: string): void {
    this.#faults.push(fault);
    this.#digest.update(`${this.loop.now} fault ${fault}\n`);
  }

  get faults(): readonly string[] {
    return this.#faults;
  }

  /** For a command that somebody gives now: higher than all before, and not ahead of the city's clock. */
  nextCommandId(): number {
    this.#commands = Math.max(this.#commands + 1, Math.floor(this.loop.now));
    return this.#commands;
  }

  /** Asks one unit for something, over the broker. What the unit answers is in its journal. */
  command(id: string, command: string, args: Readonly<Record<string, unknown>>): void {
    const { site, unit } = this.unit(id).config;
    const nowMs = this.loop.now;
    const message: CommandMessage = {
      id: this.nextCommandId(),
      expires: nowMs + commandLifeMs,
      command,
      args,
    };
    const published = this.#cityLink.publish(unitTopics(site, unit).command, JSON.stringify(message));
    published.catch(() => this.note(`${id} ${command} was not sent`));
  }

  /** Hears the journals of all units, as it happens. */
  listen(listener: (unit: SimulatedUnit, event: UnitEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** Deploys settings to one unit, over the broker, as Node-RED does: retained. */
  deploy(id: string, desired: DesiredSettings): void {
    const { site, unit } = this.unit(id).config;
    const { desired: topic } = unitTopics(site, unit);
    const published = this.#cityLink.publish(topic, JSON.stringify(desired), { retain: true });
    published.catch(() => this.note(`${id} settings ${desired.revision} were not sent`));
  }

  /** What units complained of, as `unit: text`, in order. */
  get troubles(): readonly string[] {
    return this.#troubles;
  }

  /** Over every logged event so far: equal for equal seeds. */
  get digest(): string {
    return this.#digest.copy().digest("hex");
  }

  /** The mains went, or came back: the world knows since when, and every unit hears of it. */
  mains(): void {
    for (const { site } of this.units) site.mains?.();
  }

  /** Where the unit's records are now. */
  async records(unit: SimulatedUnit): Promise<RecordScore> {
    return this.#records.get(unit.id)!.score(await unit.held());
  }

  #heard(unit: SimulatedUnit, event: UnitEvent): void {
    this.#digest.update(`${this.loop.now} ${unit.id} ${JSON.stringify(event)}\n`);
    if (event.type === "trouble") this.#troubles.push(`${unit.id}: ${event.what}`);
    if (event.type === "record") this.#records.get(unit.id)!.durable(event.epoch, event.sequence, event.body);
    unit.site.hear?.(event);
    for (const listener of this.#listeners) listener(unit, event);
  }

  #stored({ device, epoch, sequence }: WireRecord): void {
    this.#digest.update(`${this.loop.now} stored ${device} ${epoch} ${sequence}\n`);
    this.#records.get(device.slice(device.indexOf("/") + 1))?.stored(epoch, sequence);
  }
}
