import { createHash } from "node:crypto";
import type { Link, LinkPort } from "#devices/ports/link.ts";
import type { WireRecord } from "#devices/wire.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { TwinDefinition } from "../chips/twin.ts";
import { Ingest } from "../ingest.ts";
import type { EventLoop } from "../loop.ts";
import type { World } from "../world/street.ts";
import { NightWatch } from "./night-watch.ts";
import { PresenceJudge, type PresenceScore } from "./presence-judge.ts";
import { RecordJudge, type RecordScore } from "./record-judge.ts";
import { type Network, SimulatedUnit, type UnitSetting } from "./simulated-unit.ts";

export interface StreetOptions {
  readonly loop: EventLoop;
  readonly world: World;
  readonly units: readonly UnitSetting[];
  readonly twins: ReadonlyMap<string, TwinDefinition>;
  readonly network: Network;
  /** Where the city's own store listens. */
  readonly cityLink: LinkPort;
  readonly version: string;
}

/** Several units in one world with one broker, the city that stores their records, and judges of what they did. */
export class Street {
  readonly loop: EventLoop;
  readonly world: World;
  readonly network: Network;
  readonly units: readonly SimulatedUnit[];
  readonly ingest: Ingest;
  readonly #cityLink: Link;
  readonly watch: NightWatch;
  readonly #judges = new Map<string, PresenceJudge>();
  /** By unit id. */
  readonly #records = new Map<string, RecordJudge>();
  readonly #digest = createHash("sha256");
  readonly #faults: string[] = [];
  readonly #startMs: number;
  readonly #troubles: string[] = [];

  constructor(options: StreetOptions) {
    const { loop, world, network, twins, version } = options;
    this.loop = loop;
    this.world = world;
    this.network = network;
    this.#startMs = loop.now;
    const cityId = "plinth-city";
    this.#cityLink = options.cityLink.open(cityId, { topic: "plinth/city/status", payload: "offline" });
    this.ingest = new Ingest(this.#cityLink, (record) => this.#stored(record));
    const journal = (unit: string, event: UnitEvent) => this.#heard(unit, event);
    const ended = (unit: string) => this.#judges.get(unit)!.ended(loop.now);
    this.units = options.units.map(
      (setting) => new SimulatedUnit(setting, { loop, world, twins, network, version, journal, ended }),
    );
    for (const { id, declaration } of this.units) {
      this.#judges.set(id, new PresenceJudge());
      this.#records.set(id, new RecordJudge(declaration));
    }
    this.watch = new NightWatch(
      loop,
      world,
      this.units.map(({ luminaire }) => luminaire),
    );
  }

  /** Starts every unit; resolves when each has tried each of its parts. Needs the loop to run. */
  async start(): Promise<void> {
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

  /** What units complained of, as `unit: text`, in order. */
  get troubles(): readonly string[] {
    return this.#troubles;
  }

  /** Over every logged event so far: equal for equal seeds. */
  get digest(): string {
    return this.#digest.copy().digest("hex");
  }

  presence(unit: SimulatedUnit): PresenceScore {
    const stays = unit.motionZone.between(this.#startMs, this.loop.now);
    return this.#judges.get(unit.id)!.score(stays, this.loop.now);
  }

  /** Where the unit's records are now. */
  async records(unit: SimulatedUnit): Promise<RecordScore> {
    return this.#records.get(unit.id)!.score(await unit.held());
  }

  #heard(unit: string, event: UnitEvent): void {
    this.#digest.update(`${this.loop.now} ${unit} ${JSON.stringify(event)}\n`);
    if (event.type === "trouble") this.#troubles.push(`${unit}: ${event.what}`);
    if (event.type !== "record") return;
    const { epoch, sequence, body } = event;
    this.#records.get(unit)!.durable(epoch, sequence, body);
    if (body.type === "measurement" && body.name === "presence")
      this.#judges.get(unit)!.reported(this.loop.now, body.value === 1, body.quality === "good");
  }

  #stored({ device, epoch, sequence }: WireRecord): void {
    this.#digest.update(`${this.loop.now} stored ${device} ${epoch} ${sequence}\n`);
    this.#records.get(device.slice(device.indexOf("/") + 1))?.stored(epoch, sequence);
  }
}
