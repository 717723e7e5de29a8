import { tile } from "#devices/estimators/footfall/tile.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import { dewPointC } from "../../world/humidity.ts";
import { startOf } from "../../world/trajectory.ts";
import type { Site, Spot, Surroundings, Truth } from "../model.ts";
import { FlashWatch } from "./flash-watch.ts";
import { FrontEnd } from "./front-end.ts";
import { HazardWatch } from "./hazard-watch.ts";
import { Passers } from "./passers.ts";
import type { PlateCondition } from "./plate.ts";
import { StepJudge } from "./step-judge.ts";
import { CapacitorStore } from "./store.ts";
import { Strip, type StripPlace } from "./strip.ts";
import { surroundings } from "./surroundings.ts";
import { Tally } from "./tally.ts";

/** From the middle of the carriageway to the right edge of the strip, m: the lane of the pavement next to it. */
export const rightM = 3.6;
/** Capacitor and weather are lived through so often; the counters of the unit are looked at twice as often. */
const tickMs = 1_000;
const lookMs = 500;
/** People are called for so far ahead: they enter the street before they reach the strip. */
const aheadMs = 60_000;
/** Nobody is longer on the way to the strip. */
const backMs = 3_600_000;

/** One strip: what walks and rolls over it, what that does to its tiles and its capacitor, and how well it is told. */
export class FloorSite implements Site {
  readonly strip: Strip;
  readonly store: CapacitorStore;
  readonly judge: StepJudge;
  readonly flashes = new FlashWatch();
  readonly #hazards: HazardWatch;
  readonly #street: Surroundings;
  readonly #spot: Spot;
  readonly #tally: Tally;
  readonly #conditions: readonly PlateCondition[];
  readonly #ends: readonly FrontEnd[];
  readonly #passers: Passers;
  readonly #sources: Readonly<Record<string, (atMs: number) => number>>;
  /** Counters of the unit as last seen, by source. */
  readonly #seen = new Map<string, number>();
  #calledMs: number;
  /** Temperature of the tiles as of the last tick. */
  #tileC = 20;
  #servicedW = 0;
  #isFlooded = false;

  constructor(street: Surroundings, spot: Spot) {
    const { loop, world } = street;
    const tiles = spot.size!;
    this.#street = street;
    this.#spot = spot;
    const place: StripPlace = { fromM: spot.xM - (tiles * tile.lengthM) / 2, rightM, tiles };
    const makes = spot.random("tiles");
    this.#conditions = Array.from({ length: tiles }, () => ({
      stiffness: makes.normal(1, 0.04),
      generator: makes.normal(1, 0.05),
      isStuck: false,
    }));
    this.#tally = new Tally(place, loop.now);
    const voltsOf = (index: number) => this.strip.generatorVolts(index);
    this.strip = new Strip(place, this.#conditions, loop.now, (nowMs) => this.#tally.live(nowMs, voltsOf));
    this.judge = new StepJudge(place);
    this.#passers = new Passers(world.seed, place);
    this.#ends = this.#conditions.map(
      (_, index) =>
        new FrontEnd(this.strip, index, () => this.#tileC, world.seed, `tile ${index + 1} of ${spot.id}`),
    );
    this.store = new CapacitorStore(loop, spot.random("capacitor").uniform(11, 13), () => ({
      generatedJ: this.#generatedJ,
      servicedW: this.#servicedW,
      isDumping: !this.#isHeldOff,
      levelPercent: this.#levelPercent,
    }));
    this.#sources = surroundings(world, this.store, {
      isFlooded: () => this.#isFlooded,
      levelPercent: () => this.#levelPercent,
    });
    this.#hazards = new HazardWatch(loop, () => this.#sources["ice.risk"]!(loop.now) > 0);
    this.#wire();
    this.#calledMs = loop.now - backMs;
    this.#tick();
    this.#look();
  }

  truth(): Truth {
    const now = this.#street.loop.now;
    const { temperatureC, relativeHumidityPercent } = this.#street.world.weather(now);
    const deflections = this.strip.plates.map((plate, index) => [
      `deflectionMm${index + 1}`,
      1_000 * plate.deflectionM(0, 0),
    ]);
    return {
      ...Object.fromEntries(deflections),
      ...Object.fromEntries(Object.entries(this.#sources).map(([name, source]) => [name, source(now)])),
      ...Object.fromEntries(
        Object.entries(this.#tally.truth(now)).map(([name, value]) => [`footfall.${name}`, value]),
      ),
      "capacitor.harvested": this.store.harvestedWh,
      "capacitor.stored": this.store.storedJ,
      "capacitor.charge": this.store.chargePercent,
      ...this.#unevenness(),
      "surface.stuckTile": 1 + this.#conditions.findIndex(({ isStuck }) => isStuck),
      "microclimate.dewPoint": dewPointC(temperatureC, relativeHumidityPercent),
      "edge.target": this.#levelPercent,
    };
  }

  hear(event: UnitEvent): void {
    if (event.type === "alarm") this.#hazards.heard(event.name, event.state);
  }

  ended(): void {
    this.#seen.clear();
  }

  figures(): Readonly<Record<string, number>> {
    const { now } = this.#street.loop;
    this.#live();
    const steps = this.judge.steps(now);
    const people = this.judge.people(now);
    return {
      "steps.actual": steps.actual,
      "steps.counted": steps.counted,
      "steps.matched": steps.matched,
      "people.actual": people.actual,
      "people.counted": people.counted,
      "people.seen": people.seen,
      "people.rightWay": people.matched,
      "harvest.trueWh": this.store.harvestedWh,
      "harvest.meteredWh": this.#seen.get("capacitor.harvested") ?? 0,
      overVoltageSeconds: this.store.overVoltageSeconds,
      flashesMost: this.flashes.most,
      ...this.#hazards.figures(),
    };
  }

  begin(verb: string, by: number): void {
    this.#hazards.begun(verb);
    this.#set(verb, by);
  }

  end(verb: string): void {
    this.#hazards.over(verb);
    this.#set(verb, undefined);
  }

  #set(verb: string, by: number | undefined): void {
    this.strip.advance(this.#street.loop.now);
    this.#live();
    if (verb === "jam")
      for (const [index, condition] of this.#conditions.entries()) condition.isStuck = index + 1 === by;
    if (verb === "settle") this.#ends[this.#conditions.length >> 1]!.settledM[2] = (by ?? 0) / 1_000;
    if (verb === "flood") this.#isFlooded = by !== undefined;
    if (verb === "charge") this.#servicedW = by ?? 0;
  }

  #wire(): void {
    const { twins } = this.#spot;
    for (const [role, twin] of twins)
      for (const channel of Object.keys(twin.part.channels)) {
        const source = this.#sources[`${role}.${channel}`];
        if (source) twin.set(channel, source);
      }
    for (const [index, end] of this.#ends.entries())
      for (const [channel, source] of Object.entries(end.sources))
        twins.get(`tile${index + 1}`)!.set(channel, source);
    twins.get("edge")!.onOutput!(() => {
      this.#live();
      this.flashes.changed(this.#levelPercent, this.#street.loop.now);
    });
    for (const role of ["dump", "watchdog"]) twins.get(role)!.onOutput!(() => this.#live());
  }

  /** The dump load's relay is energised, and holds its contact open: its supply is on, and so is its output. */
  get #isHeldOff(): boolean {
    const { twins } = this.#spot;
    return twins.get("dump")!.output!("dumpOff") === 1 && twins.get("watchdog")!.output!("alive") === 1;
  }

  /** Of the edge light as it burns, %. */
  get #levelPercent(): number {
    return this.#spot.twins.get("edge")!.output!("red1") ?? 0;
  }

  /** By all generators, since the street began. */
  get #generatedJ(): number {
    return this.#conditions.reduce((sum, _, index) => sum + this.strip.energyJ(index), 0);
  }

  /** How far off its place a corner stands, of four: m; and on which tile, from 1 on, where one does. */
  #unevenness(): Truth {
    const offM = this.#ends.map(({ settledM: [right, endRight, endLeft] }) =>
      Math.max(...[right!, endRight!, endLeft!, right! + endLeft! - endRight!].map(Math.abs)),
    );
    const uneven = Math.max(...offM);
    const tileNumber = uneven > 0 ? offM.indexOf(uneven) + 1 : Number.NaN;
    return { "surface.uneven": uneven, "surface.unevenTile": tileNumber };
  }

  #tick(): void {
    const { loop } = this.#street;
    this.#call();
    this.strip.advance(loop.now);
    this.#tally.generated(this.#generatedJ, loop.now);
    this.#tileC = this.#sources["harvest.dieTemperature"]!(loop.now);
    this.#live();
    this.store.harvest();
    this.#hazards.tick();
    loop.at(loop.now + tickMs, () => this.#tick());
  }

  /** The meter counts what it is asked for by the power of that moment: it is asked before that changes. */
  #live(): void {
    this.#spot.twins.get("harvest")!.sensed("energy");
    this.store.live();
  }

  /** People who enter the street by then. */
  #call(): void {
    const { loop, world } = this.#street;
    if (this.#calledMs > loop.now + aheadMs / 2) return;
    const toMs = loop.now + aheadMs;
    for (const way of world.people.entering(this.#calledMs, toMs)) {
      const passer = this.#passers.pass(way);
      if (!passer) continue;
      const isToCome = (atMs: number) => startOf(way) >= loop.now || atMs > loop.now;
      this.strip.add(passer.contacts.filter(({ fromMs }) => isToCome(fromMs)));
      const strikes = passer.strikes.filter(({ atMs }) => isToCome(atMs));
      this.judge.struck(strikes);
      this.#tally.struck(strikes);
    }
    this.#calledMs = toMs;
  }

  /** Looks at the unit's counters: what rose since was counted. */
  #look(): void {
    const { loop } = this.#street;
    loop.at(loop.now + lookMs, () => this.#look());
    const samples = this.#spot.snapshot()?.samples ?? [];
    for (const { source, value, quality } of samples) {
      if (quality === "bad") continue;
      const before = this.#seen.get(source);
      const counter = /^footfall\.(steps(\d+)|forward|backward)$/.exec(source);
      if (!counter && source !== "capacitor.harvested") continue;
      this.#seen.set(source, value);
      if (!counter || before === undefined) continue;
      for (let told = before; told < value; told++)
        if (counter[2] !== undefined) this.judge.stepCounted(Number(counter[2]) - 1, loop.now);
        else this.judge.passageCounted(counter[1] === "forward" ? 1 : -1, loop.now);
    }
  }
}
