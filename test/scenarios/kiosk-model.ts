import type { UnitEvent } from "#firmware/journal.ts";
import { kiosk } from "#firmware/unit/testdata/kiosk.ts";
import type { KindModel, Site, Spot, Surroundings } from "#sim/kinds/model.ts";
import { Zone } from "#sim/street/zone.ts";

/** The smallest kind, in sizes: so many windows. */
export const kiosks = {
  ...kiosk,
  size: {
    name: "windows",
    title: "Windows",
    min: 1,
    max: 4,
    preset: 2,
    of: (count: number) => ({ ...kiosk, title: `Kiosk with ${count} windows` }),
  },
};

/** Its window: somebody is near, the shutter closes. */
export class KioskSite implements Site {
  readonly spot: Spot;
  readonly zone: Zone;
  /** What was done to it, in order. */
  readonly done: string[] = [];
  readonly #street: Surroundings;
  #closings = 0;
  #ends = 0;

  constructor(street: Surroundings, spot: Spot) {
    this.#street = street;
    this.spot = spot;
    this.zone = new Zone(street.world, spot.xM, 3);
    const visitor = spot.twins.get("visitor")!;
    this.zone.follow(street.loop, (isNear) => visitor.set("presence", isNear ? 1 : 0));
  }

  truth() {
    return { "visitor.presence": this.zone.isOccupied(this.#street.loop.now) };
  }

  hear(event: UnitEvent): void {
    if (event.type === "actuator" && event.name === "shutter" && event.reason.code === "visitor")
      this.#closings++;
  }

  ended(): void {
    this.#ends++;
  }

  figures() {
    const { loop, world } = this.#street;
    const visits = this.zone.between(world.startUnixMs, loop.now).length;
    return { visits, closings: this.#closings, ends: this.#ends };
  }

  begin(verb: string, by: number): void {
    this.done.push(`${verb} ${by}`);
  }

  end(verb: string): void {
    this.done.push(`${verb} ends`);
  }
}

export const model: KindModel = {
  kind: kiosk.kind,
  prefix: "kiosk",
  noun: { one: "kiosk", many: "kiosks" },
  lengthM: (windows) => windows * 2,
  stopPlacesM: (xM) => [xM],
  figures: {
    visits: { title: "times somebody came", unit: "1", decimals: 0, across: "sum" },
    closings: { title: "times it closed", unit: "1", decimals: 0, across: "sum", truth: "visits" },
    ends: { title: "ends of its process", unit: "1", decimals: 0, across: "max" },
  },
  report: (told) => [["visits", `${told("visits")} visits, ${told("closings")} times closed`]],
  verbs: {
    rattle: { title: "Somebody rattles at the shutter", lasts: false },
    jam: {
      title: "A coin jams the slot",
      lasts: true,
      by: { title: "coins", unit: "1", min: 1, max: 9, preset: 2 },
    },
    pay: { title: "Somebody pays", lasts: false, by: { title: "amount", unit: "€", min: 0.1, max: 50 } },
  },
  on: (street) => (spot) => new KioskSite(street, spot),
};
