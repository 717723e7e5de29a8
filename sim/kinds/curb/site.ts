import { type Activity, activityCode } from "#devices/estimators/curb/activity.ts";
import { colourOf } from "#devices/estimators/curb/kerb-light.ts";
import { servedSpace, spaceNumbers } from "#devices/furniture/curb/roles.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { Source, Twin } from "../../chips/twin.ts";
import { localClock } from "../../world/local-time.ts";
import { fnv1a32 } from "../../world/random.ts";
import { makeVehicle, positionM, type Traffic } from "../../world/vehicles.ts";
import type { Site, Spot, Surroundings, Truth, VehicleInView } from "../model.ts";
import { ChargingBay } from "./charging-bay.ts";
import { SpaceJudge, type SpacesScore } from "./judge.ts";
import { LockMechanics } from "./lock-mechanics.ts";
import { type Stay, staysAt } from "./parking.ts";
import { OverstayWatch, ruleAt } from "./rules.ts";
import { groundDistanceM, Scene } from "./scene.ts";

/** A kerb is laid out empty: nobody parks before the unit has seen its spaces so. */
const layOutMs = 90_000;
/** How often lights and stays are looked at. */
const lookMs = 10_000;
const hourMs = 3_600_000;
const motorV = 12.6;

/** What is kept of one space. */
interface Place {
  readonly number: number;
  readonly stays: Iterator<Stay>;
  readonly judge: SpaceJudge;
  readonly overstay: OverstayWatch;
  isOccupied: boolean;
  /** The activity that held at the last look. */
  activity: string | undefined;
}

/** One kerb: its spaces and who parks there, its lock and charging point, and how well its unit tells of them. */
export class CurbSite implements Site {
  readonly #street: Surroundings;
  readonly #spot: Spot;
  readonly #traffic: Traffic;
  readonly #scene: Scene;
  readonly #places: readonly Place[];
  readonly #lock: LockMechanics;
  readonly #bay: ChargingBay;
  readonly #local: (unixMs: number) => number;
  readonly #sources: Readonly<Record<string, Source>>;
  #overstaysTold = 0;
  #recordedWh = 0;
  /** Into cars until the last session record was told. */
  #trueAtRecordWh = 0;
  #wrongLightSeconds = 0;
  #turnedAway = 0;
  /** Vehicles that came to stand, and when those that went within the last hour did. */
  #stays = 0;
  #wentMs: readonly number[] = [];
  #dirtySpace = 0;
  #hadSupply = false;

  constructor(street: Surroundings, spot: Spot, traffic: Traffic) {
    const { loop, world } = street;
    const spaces = spot.size ?? 1;
    this.#street = street;
    this.#spot = spot;
    this.#traffic = traffic;
    this.#local = localClock(world.location.timeZone);
    this.#scene = new Scene(world, traffic, spot.xM, spaces);
    const beginMs = loop.now + layOutMs;
    this.#places = spaceNumbers(spaces).map((number) => ({
      number,
      stays: staysAt(world.seed, `${spot.id} ${number}`, beginMs, this.#local, number === servedSpace),
      judge: new SpaceJudge(loop.now),
      overstay: new OverstayWatch(),
      isOccupied: false,
      activity: undefined,
    }));
    const isCovered = (atMs: number) => this.#scene.isCovered(servedSpace, atMs);
    this.#lock = new LockMechanics(loop, isCovered, () => this.#limits());
    this.#bay = new ChargingBay(
      loop,
      {
        offeredA: () => this.#twin("evse").sensed("offeredCurrent"),
        isLive: () => this.#isChargerLive,
        volts: () => world.mains.voltageV(loop.now),
      },
      () => void this.#twin("meter").sensed("activeEnergy"),
    );
    this.#sources = this.#surroundings();
    this.#wire();
    this.#limits();
    for (const place of this.#places) this.#await(place);
    this.#look();
  }

  truth(): Truth {
    const { now } = this.#street.loop;
    const numbers = Object.entries({ ...this.#sources, ...this.#unblurred() }).map(([name, source]) => [
      name,
      typeof source === "number" ? source : source(now),
    ]);
    return {
      ...Object.fromEntries(numbers),
      ...Object.assign({}, ...this.#places.map(ofSpace)),
      "kerb.occupied": this.#places.filter(({ isOccupied }) => isOccupied).length,
      "kerb.free": this.#places.filter(({ isOccupied }) => !isOccupied).length,
      "kerb.sessions": this.#stays,
      "kerb.turnover": this.#wentMs.filter((atMs) => atMs > now - hourMs).length,
      "lockMonitor.raised": this.#lock.isUp,
      "lockMonitor.lowered": this.#lock.isDown,
      lockPosition: this.#lock.position,
      "charging.charging": this.#bay.powerW > 0,
      "meter.activeEnergy": this.#bay.energyWh,
      "sign.target": this.#hasSupply ? this.#twin("sign").output!("page") : 0,
    };
  }

  vehicles(): readonly VehicleInView[] {
    const { loop, world } = this.#street;
    const passing = this.#traffic.near(world.lengthM / 2, world.lengthM / 2 + 20, loop.now);
    return [
      ...this.#scene.vehiclesAt(loop.now),
      ...passing.map((passage): VehicleInView => {
        const { vehicle, velocityMps, yM } = passage;
        const { id, type, lengthM } = vehicle;
        const heading = velocityMps > 0 ? 1 : -1;
        return { id: String(id), type, lengthM, xM: positionM(passage, loop.now), yM, heading };
      }),
    ];
  }

  hear(event: UnitEvent): void {
    const { now } = this.#street.loop;
    if (event.type === "alarm" && event.state === "raised" && /^overstay\d/.test(event.name))
      this.#overstaysTold++;
    if (event.type !== "record") return;
    const { body } = event;
    if (body.type === "event" && body.name === "chargingSession") {
      this.#recordedWh += Number(body.fields.energy);
      this.#trueAtRecordWh = this.#bay.energyWh;
    }
    if (body.type !== "measurement") return;
    const space = /^occupied(\d+)$/.exec(body.name)?.[1];
    if (space === undefined) return;
    const isKnown = body.value !== null && body.quality !== "bad";
    this.#places[Number(space) - 1]!.judge.says(isKnown ? body.value === 1 : undefined, now);
  }

  ended(): void {
    for (const { judge } of this.#places) judge.says(undefined, this.#street.loop.now);
  }

  mains(): void {
    const { loop, world } = this.#street;
    this.#bay.update();
    this.#spot.power(world.mains.isOn(loop.now));
  }

  begin(verb: string, by: number): void {
    if (verb === "lorry") {
      const lorry = makeVehicle(
        -fnv1a32(this.#spot.id) * 65_536 - 1,
        "lorry",
        this.#spot.random(`lorry at ${this.#street.loop.now}`),
      );
      this.#scene.doublePark(lorry, Math.min(by, this.#places.length));
    }
    if (verb === "obstruct-lock") this.#lock.hold();
    if (verb === "dirty-lens") this.#dirtySpace = by;
  }

  end(verb: string): void {
    if (verb === "lorry") this.#scene.doublePark(undefined, 1);
    if (verb === "obstruct-lock") this.#lock.release();
    if (verb === "dirty-lens") this.#dirtySpace = 0;
  }

  figures(): Readonly<Record<string, number>> {
    const { now } = this.#street.loop;
    this.#bay.update();
    const scores = this.#places.map(({ judge }) => judge.score(now));
    const sum = (of: (score: SpacesScore) => number) => scores.reduce((all, score) => all + of(score), 0);
    const delays = scores.flatMap((score) => score.delays).sort((a, b) => a - b);
    return {
      "spaces.seconds": sum(({ seconds }) => seconds),
      "spaces.rightSeconds": sum(({ rightSeconds }) => rightSeconds),
      "stays.actual": sum(({ stays }) => stays),
      "stays.told": sum(({ stays, missed, phantom }) => stays - missed + phantom),
      "stays.missed": sum(({ missed }) => missed),
      "stays.phantom": sum(({ phantom }) => phantom),
      "stays.turnedAway": this.#turnedAway,
      "delay.maxSeconds": delays.at(-1) ?? 0,
      "delay.p95Seconds": delays[Math.floor(delays.length * 0.95)] ?? 0,
      "overstays.actual": this.#places.reduce((all, { overstay }) => all + overstay.count, 0),
      "overstays.told": this.#overstaysTold,
      "charging.trueWh": this.#bay.energyWh,
      "charging.trueAtRecordWh": this.#trueAtRecordWh,
      "charging.recordedWh": this.#recordedWh,
      "charging.sessions": this.#bay.sessions,
      "charging.wrongSeconds": this.#bay.wrongSeconds,
      "lock.rises": this.#lock.rises,
      "lock.reversals": this.#lock.reversals,
      "lock.riseUnderVehicleSeconds": this.#lock.riseUnderVehicleSeconds,
      wrongLightSeconds: this.#wrongLightSeconds,
    };
  }

  #twin(role: string): Twin {
    return this.#spot.twins.get(role)!;
  }

  /** The dead man's switch holds the supply of the coils, of the lights' LEDs and of the sign. */
  get #hasSupply(): boolean {
    return this.#twin("watchdog").output!("alive") === 1;
  }

  #relay(name: string): boolean {
    return this.#hasSupply && this.#twin("relays").output!(name) === 1;
  }

  get #isChargerLive(): boolean {
    const { loop, world } = this.#street;
    return (
      world.mains.isOn(loop.now) && this.#relay("contactor") && this.#twin("evse").sensed("contactor") === 1
    );
  }

  #surroundings(): Readonly<Record<string, Source>> {
    const { world } = this.#street;
    const volts = (atMs: number) => world.mains.voltageV(atMs);
    const watts = () => this.#bay.powerW;
    return {
      ...Object.assign({}, ...this.#places.map(({ number }) => this.#spaceSources(number))),
      "clock.temperature": (atMs) => world.weather(atMs).temperatureC + 4,
      "motor.busVoltage": motorV,
      "motor.current": () => this.#lock.motorA,
      "meter.voltage": volts,
      "meter.frequency": (atMs) => world.mains.frequencyHz(atMs),
      "meter.activePower": watts,
      "meter.current": (atMs) => (volts(atMs) > 0 ? watts() / volts(atMs) / 0.99 : 0),
      "meter.powerFactor": 0.99,
      "evse.vehicleState": () => this.#bay.vehicleState,
    };
  }

  /** What sensors would say without their noise: to ask for it draws nothing, and changes no run. */
  #unblurred(): Readonly<Record<string, Source>> {
    const ofPlaces = this.#places.map(({ number }) => {
      const field = (axis: number) => (atMs: number) => this.#scene.fieldAt(number, atMs)[axis]!;
      return {
        [`magnetometer${number}.magneticFluxDensityX`]: field(0),
        [`magnetometer${number}.magneticFluxDensityY`]: field(1),
        [`magnetometer${number}.magneticFluxDensityZ`]: field(2),
        [`lidar${number}.distance`]: (atMs: number) => this.#scene.freeDistanceM(number, atMs),
      };
    });
    return {
      ...Object.assign({}, ...ofPlaces),
      "upperLimit.closed": Number(this.#lock.isUp),
      "lowerLimit.closed": Number(this.#lock.isDown),
    };
  }

  #spaceSources(number: number): Readonly<Record<string, Source>> {
    const { world } = this.#street;
    const field = this.#scene.magnetometer(number, this.#spot.random(`magnetometer ${number}`));
    const walkers = this.#spot.random(`walkers at lidar ${number}`);
    const beam = this.#scene.lidar(number, this.#spot.random(`lidar ${number}`), walkers);
    return {
      [`magnetometer${number}.magneticFluxDensityX`]: (atMs) => field(atMs)[0],
      [`magnetometer${number}.magneticFluxDensityY`]: (atMs) => field(atMs)[1],
      [`magnetometer${number}.magneticFluxDensityZ`]: (atMs) => field(atMs)[2],
      [`magnetometer${number}.dieTemperature`]: (atMs) => world.weather(atMs).temperatureC,
      [`lidar${number}.distance`]: beam,
      // Asphalt gives a strong echo from so near; a dirty lens nearly none.
      [`lidar${number}.strength`]: () => (this.#dirtySpace === number ? 40 : 900),
    };
  }

  #wire(): void {
    for (const [role, twin] of this.#spot.twins)
      for (const channel of Object.keys(twin.part.channels)) {
        const source = this.#sources[`${role}.${channel}`];
        if (source !== undefined) twin.set(channel, source);
      }
    for (const role of ["relays", "watchdog", "evse"]) this.#twin(role).onOutput!(() => this.#switched());
  }

  #switched(): void {
    // A sign without supply forgets its page.
    if (this.#hadSupply && !this.#hasSupply) this.#twin("sign").brownOut();
    this.#hadSupply = this.#hasSupply;
    this.#lock.drive(this.#relay("raise"), this.#relay("lower"));
    this.#bay.update();
  }

  #limits(): void {
    this.#spot.twins.get("upperLimit")?.set("closed", Number(this.#lock.isUp));
    this.#spot.twins.get("lowerLimit")?.set("closed", Number(this.#lock.isDown));
  }

  /** The next driver who would like this space. */
  #await(place: Place): void {
    const stay: Stay = place.stays.next().value;
    const { loop } = this.#street;
    if (stay.stopMs - stay.inMs < loop.now) {
      this.#await(place);
      return;
    }
    loop.at(stay.stopMs - stay.inMs, () => this.#turnIn(place, stay));
  }

  #turnIn(place: Place, stay: Stay): void {
    const { loop } = this.#street;
    if (place.number === servedSpace && !this.#lock.isDown) {
      this.#turnedAway++;
      this.#await(place);
      return;
    }
    this.#scene.enter(place.number, stay);
    loop.at(stay.stopMs, () => {
      this.#occupied(place, true);
      if (stay.wantsWh > 0) this.#bay.arrive(stay);
    });
    loop.at(stay.goMs, () => this.#occupied(place, false));
    loop.at(stay.goMs + stay.outMs, () => {
      this.#scene.leave(place.number);
      this.#await(place);
    });
  }

  #occupied(place: Place, isOccupied: boolean): void {
    const { now } = this.#street.loop;
    if (isOccupied) this.#stays++;
    else this.#wentMs = [...this.#wentMs.filter((atMs) => atMs > now - hourMs), now];
    place.isOccupied = isOccupied;
    place.judge.is(isOccupied, now);
    place.overstay.change(isOccupied, now);
  }

  /** As the city set them, and the unit said last that it took them. */
  get #settings(): Readonly<Record<string, unknown>> {
    return this.#spot.snapshot()?.settings?.inForce.settings ?? this.#spot.config.settings;
  }

  /** Every few seconds: what the rules say of whoever stands there, and whether a light says otherwise. */
  #look(): void {
    const { loop } = this.#street;
    const { policy, grace } = this.#settings;
    for (const place of this.#places) {
      const rule = ruleAt(policy, place.number, this.#local(loop.now));
      place.overstay.look(rule, Number(grace) * 1_000, loop.now);
      const isSettled = rule?.activity === place.activity;
      place.activity = rule?.activity;
      if (isSettled && this.#isLightWrong(place.number, rule?.activity)) this.#wrongLightSeconds += 10;
    }
    loop.at(loop.now + lookMs, () => this.#look());
  }

  /** A light may be dark, say what the rule says, or that the space is reserved. */
  #isLightWrong(number: number, activity: string | undefined): boolean {
    const twin = this.#spot.twins.get(number <= 8 ? "light" : "light2");
    if (!twin || !this.#hasSupply) return false;
    const module = ((number - 1) % 8) + 1;
    const shown = ["red", "green", "blue"].map((colour) => twin.output!(`${colour}${module}`) ?? 0);
    const isLike = (aspect: number) =>
      colourOf(aspect).every((percent, index) => Math.abs(percent - shown[index]!) < 1);
    const expected =
      { parking: 1, loading: 2, unloading: 2, stopping: 3 }[activity as "parking"] ??
      (activity === undefined ? 0 : 5);
    return ![0, 4, expected].some(isLike);
  }
}

/** Where no rule of the table holds, what a unit makes of that is its own affair. */
const ofSpace = ({ number, isOccupied, overstay, activity }: Place) => ({
  [`space${number}.occupied`]: isOccupied,
  [`kerb.overstay${number}`]: overstay.isOver,
  [`policy.activity${number}`]: activity === undefined ? Number.NaN : activityCode(activity as Activity),
});

/** What an installer sets: the lidar's distance to the ground of the empty space. */
export const installed = { groundDistance: Math.round(groundDistanceM * 100) / 100 } as const;
