import type { UnitEvent } from "#firmware/journal.ts";
import type { EventLoop } from "../../loop.ts";
import { Zone } from "../../street/zone.ts";
import { dewPointC } from "../../world/humidity.ts";
import type { Site, Spot, Surroundings, Truth } from "../model.ts";
import { Luminaire, luminaire as lampOfCatalogue } from "./luminaire.ts";
import { litBelowLux, type NightWatch, unlitAboveLux } from "./night-watch.ts";
import { PresenceJudge } from "./presence-judge.ts";
import { surroundings, upright, zones } from "./surroundings.ts";

/** One pole: its lamp, what its parts sense, and how well its unit tells who passes and what the lamp takes. */
export class StreetlightSite implements Site {
  readonly luminaire: Luminaire;
  readonly motionZone: Zone;
  readonly #street: Surroundings;
  readonly #spot: Spot;
  readonly #watch: NightWatch;
  readonly #judge = new PresenceJudge();
  readonly #sources: ReturnType<typeof surroundings>;
  readonly #startMs: number;
  /** As the unit reported it last, and as it was at that moment. */
  #energyReport = { reportedWh: 0, trueWh: 0 };

  constructor(street: Surroundings, spot: Spot, watch: NightWatch) {
    const { loop, world } = street;
    const { xM, twins } = spot;
    this.#street = street;
    this.#spot = spot;
    this.#watch = watch;
    this.#startMs = loop.now;
    this.luminaire = new Luminaire(loop, twins.get("lamp")!, () => world.mains.isOn(loop.now));
    this.motionZone = new Zone(world, xM, zones.motionM);
    this.#sources = surroundings(world, { xM, luminaire: this.luminaire });
    this.#wire({ ...this.#sources, ...upright(spot.random("pole")) }, loop);
    watch.add(this.luminaire);
  }

  #wire(sources: ReturnType<typeof surroundings>, loop: EventLoop): void {
    for (const [role, twin] of this.#spot.twins)
      for (const channel of Object.keys(twin.part.channels)) {
        const source = sources[`${role}.${channel}`];
        if (source) twin.set(channel, source);
      }
    // A meter counts what it is asked for later by the power of that moment: it is asked before each change.
    for (const twin of this.#spot.twins.values())
      if ("activeEnergy" in twin.part.channels) this.luminaire.onChange(() => twin.sensed("activeEnergy"));
    const motion = this.#spot.twins.get("motion");
    if (motion) this.motionZone.follow(loop, (occupied) => motion.set("presence", occupied ? 1 : 0));
  }

  truth(): Truth {
    const { loop, world } = this.#street;
    const { levelPercent, powerW, energyWh, burningHours } = this.luminaire;
    const { temperatureC, relativeHumidityPercent } = world.weather(loop.now);
    const isNear = this.motionZone.isOccupied(loop.now);
    return {
      ...Object.fromEntries(Object.entries(this.#sources).map(([name, source]) => [name, source(loop.now)])),
      "motion.presence": isNear,
      "presence.occupied": isNear,
      "lamp.target": levelPercent,
      "daylight.dark": darkness(world.daylightLux(loop.now)),
      "microclimate.dewPoint": dewPointC(temperatureC, relativeHumidityPercent),
      "energy.total": energyWh,
      "lampMonitor.burningHours": burningHours,
      levelPercent,
      powerW,
      energyWh,
      heightM: lampOfCatalogue.heightM,
      motionHalfWidthM: zones.motionM,
    };
  }

  hear(event: UnitEvent): void {
    if (event.type !== "record" || event.body.type !== "measurement") return;
    const { name, value, quality } = event.body;
    if (name === "presence") this.#judge.reported(this.#street.loop.now, value === 1, quality === "good");
    if (name === "energy" && value !== null)
      this.#energyReport = { reportedWh: value, trueWh: this.luminaire.energyWh };
  }

  ended(): void {
    this.#judge.ended(this.#street.loop.now);
  }

  mains(): void {
    const { loop, world } = this.#street;
    this.luminaire.update();
    this.#spot.power(world.mains.isOn(loop.now));
  }

  figures(): Readonly<Record<string, number>> {
    const { now } = this.#street.loop;
    const { darkSeconds, longestDarkSeconds, minutesAtLevel } = this.#watch.of(this.luminaire);
    const presence = this.#judge.score(this.motionZone.between(this.#startMs, now), now);
    return {
      energyWh: this.luminaire.energyWh,
      energyAlwaysFullWh: this.#watch.energyAlwaysFullWh,
      "energyReport.trueWh": this.#energyReport.trueWh,
      "energyReport.reportedWh": this.#energyReport.reportedWh,
      darkSeconds,
      longestDarkSeconds,
      ...under("minutesAtLevel", minutesAtLevel),
      ...under("presence", { ...presence }),
    };
  }
}

/** Between the thresholds of photocells either answer is right, and neither is the truth. */
function darkness(lux: number): boolean | number {
  return lux < litBelowLux ? true : lux > unlitAboveLux ? false : Number.NaN;
}

const under = (path: string, numbers: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`${path}.${name}`, value]));
