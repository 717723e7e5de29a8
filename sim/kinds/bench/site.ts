import { type PortName, portMakes, portNames } from "#devices/furniture/bench/ports.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { Twin } from "../../chips/twin.ts";
import type { Site, Spot, Surroundings, Truth } from "../model.ts";
import { EnergyPlant } from "./energy-plant.ts";
import { Guests } from "./guests.ts";
import { HazardWatch } from "./hazard-watch.ts";
import { PortHardware } from "./port-hardware.ts";
import { RecordsJudge } from "./records-judge.ts";
import { SessionWatch } from "./session-watch.ts";
import { surroundings } from "./surroundings.ts";

/** Sun, load and temperatures are looked at so often; switches and plugs at once. */
const tickMs = 10_000;
/** With less natural light than this the safety light must burn: below all thresholds of photocells. */
const litBelowLux = 10;
/** Charge below which the light may be off, with a gauge that reads once a minute. */
const lightLevel = 0.055;
/** What a thermometer of ±1 K and a reading a minute leave. */
const frozenC = -1;
/** An ember heats what the thermometer sees with this time constant, and it cools with that. ms. */
const ember = { risesMs: 25_000, coolsMs: 60_000 } as const;
/** Ash and paper that smoulder warm it evenly, K/min. */
const smoulderRate = 4;

const byPort = <T>(make: (name: PortName) => T) =>
  Object.fromEntries(portNames.map((name) => [name, make(name)])) as Readonly<Record<PortName, T>>;

interface Report {
  readonly said: number;
  readonly true: number;
}

/** One bench: ports, battery and sun, who sits on it, and how well its unit meters, tells and protects all that. */
export class BenchSite implements Site {
  readonly ports: Readonly<Record<PortName, PortHardware>>;
  readonly plant: EnergyPlant;
  readonly guests: Guests;
  readonly #street: Surroundings;
  readonly #spot: Spot;
  readonly #switches: Twin;
  readonly #outputs: readonly string[];
  /** How the dead man's latch and the outputs of the load switches stood when they were last looked at. */
  #isHeld = false;
  #stand = "";
  readonly #hazards: Readonly<Record<PortName, HazardWatch>>;
  readonly #sessions: Readonly<Record<PortName, SessionWatch>>;
  readonly #records: RecordsJudge;
  readonly #sources: ReturnType<typeof surroundings>;
  readonly #reports = new Map<string, Report>();
  readonly #sitting = new Map<number, number>();
  #bagKg = 0;
  #emberSinceMs: number | undefined;
  #emberEndedMs = Number.NEGATIVE_INFINITY;
  #emberK = 0;
  #isSmouldering = false;
  #harvestWh = 0;
  #tickedMs: number;
  #darkS = 0;
  #modemOffS = 0;
  #frozenChargeS = 0;
  #deadS = 0;
  #lowestCharge = 1;
  #embers = { actual: 0, alarmed: 0, false: 0, slowestS: 0, smoulderS: 0 };
  #isEmberTold = false;

  constructor(street: Surroundings, spot: Spot) {
    const { loop, world } = street;
    this.#street = street;
    this.#spot = spot;
    this.#tickedMs = loop.now;
    this.#switches = spot.twins.get("switches")!;
    this.#outputs = Object.keys(this.#switches.part.outputs ?? {});
    this.plant = new EnergyPlant(
      loop,
      world,
      () => this.#load(),
      (isOn) => this.#power(isOn),
    );
    this.ports = byPort((name) => {
      const volts = name === "outlet" ? () => (this.plant.isOn ? 230 : 0) : () => this.plant.battery.volts;
      const powerFactor = name === "outlet" ? 0.95 : 1;
      return new PortHardware(loop, {
        name,
        ratedCurrentA: portMakes[name].ratedCurrentA,
        volts,
        powerFactor,
      });
    });
    for (const port of Object.values(this.ports)) {
      port.onBefore(() => this.#before());
      port.onAfter(() => this.plant.settle());
    }
    this.#hazards = byPort(
      (name) => new HazardWatch(loop, this.ports[name], name === "outlet" ? 1_000 : 500),
    );
    this.#sessions = byPort((name) => new SessionWatch(loop, this.ports[name], portMakes[name].loadW));
    const { site, unit } = spot.config;
    const { telemetry } = spot.declaration;
    const counters = Object.keys(telemetry).filter((name) => telemetry[name]!.recordClass === "meter");
    this.#records = new RecordsJudge(`${site}/${unit}`, counters);
    const truth = {
      seatKg: (atMs: number) => this.#seatKg(atMs),
      emberK: (atMs: number) => this.#emberAt(atMs),
    };
    this.#sources = surroundings(world, this.plant, this.ports, truth, () => this.#isLightOn);
    for (const [role, twin] of spot.twins)
      for (const channel of Object.keys(twin.part.channels)) {
        const source = this.#sources[`${role}.${channel}`];
        if (source) twin.set(channel, source);
      }
    for (const role of ["switches", "watchdog"]) spot.twins.get(role)!.onOutput!(() => this.#switched());
    this.guests = this.#invite();
    this.#tick();
  }

  #invite(): Guests {
    const { loop, world } = this.#street;
    return new Guests(
      loop,
      world,
      { xM: this.#spot.xM, name: this.#spot.id },
      {
        onSeated: ({ id, kg }) => this.#sitting.set(id, kg),
        onLeft: ({ id }) => this.#sitting.delete(id),
        isFree: (socket) => this.ports[socket].device === undefined,
        onPlugged: (socket, device) => this.ports[socket].plug(device),
        onUnplugged: (socket) => this.ports[socket].plug(undefined),
      },
    );
  }

  /** A cell that drifts with the day's warmth, and people who do not sit still. */
  #seatKg(atMs: number): number {
    const { weather } = this.#street.world;
    let kg = 0.03 * (weather(atMs).temperatureC - 15) + this.#bagKg;
    for (const [id, body] of this.#sitting) kg += body + 1.5 * Math.sin(atMs / 900 + id);
    return kg;
  }

  #emberAt(atMs: number): number {
    if (this.#emberSinceMs !== undefined) {
      const sinceMs = atMs - this.#emberSinceMs;
      return this.#isSmouldering
        ? Math.min(this.#emberK, (sinceMs / 60_000) * smoulderRate)
        : this.#emberK * (1 - Math.exp(-sinceMs / ember.risesMs));
    }
    return this.#emberK * Math.exp(-(atMs - this.#emberEndedMs) / ember.coolsMs);
  }

  get #isLightOn(): boolean {
    return this.plant.isOn && this.#switches.output!("lightOff") !== 1;
  }

  get #isModemOn(): boolean {
    return this.plant.isOn && this.#switches.output!("modemOff") !== 1;
  }

  #load() {
    const { now } = this.#street.loop;
    const { outlet, usb1, usb2, pad } = this.ports;
    return {
      directW: usb1.wattsAt(now) + usb2.wattsAt(now) + pad.wattsAt(now),
      outletW: outlet.wattsAt(now),
      isLightOn: this.#isLightOn,
      isModemOn: this.#isModemOn,
      isChargePathClosed: this.#switches.output!("charge") === 1,
    };
  }

  /** Meters with counters of their own, and the battery, count what has flowed so far. */
  #before(): void {
    this.#spot.twins.get("outletMeter")!.sensed("activeEnergy");
    this.#spot.twins.get("solar")!.sensed("yieldTotal");
    const { now } = this.#street.loop;
    this.plant.advance();
    this.#harvestWh += (this.plant.harvestW * (now - this.#tickedMs)) / 3_600_000;
    this.#tickedMs = now;
  }

  /** A load switch or the dead man's latch may have moved; a heartbeat alone moves nothing. */
  #switched(): void {
    const isHeld = this.plant.isOn && this.#spot.twins.get("watchdog")!.output!("alive") === 1;
    const stand = this.#outputs.map((name) => this.#switches.output!(name)).join();
    if (isHeld === this.#isHeld && stand === this.#stand) return;
    this.#isHeld = isHeld;
    this.#stand = stand;
    this.#before();
    for (const name of portNames) this.ports[name].switch(this.#switches.output!(name) === 1, isHeld);
    this.plant.settle();
  }

  #power(isOn: boolean): void {
    this.#spot.power(isOn);
    this.#switched();
  }

  #tick(): void {
    const { loop, world } = this.#street;
    this.#before();
    this.plant.settle();
    const { charge } = this.plant.battery;
    const seconds = tickMs / 1_000;
    this.#lowestCharge = Math.min(this.#lowestCharge, charge);
    const { temperatureC } = world.weather(loop.now);
    for (const name of portNames) {
      this.#hazards[name].set("frost", temperatureC < frozenC);
      this.#hazards[name].hot(this.ports[name].celsiusAt(loop.now, temperatureC + 3) > 61);
    }
    if (charge > lightLevel) {
      if (!this.#isLightOn && world.daylightLux(loop.now) < litBelowLux) this.#darkS += seconds;
      if (!this.#isModemOn && charge > 0.3) this.#modemOffS += seconds;
    }
    if (!this.plant.isOn) this.#deadS += seconds;
    else if (this.plant.harvestW > 0 && this.plant.cabinetC < frozenC) this.#frozenChargeS += seconds;
    loop.at(loop.now + tickMs, () => this.#tick());
  }

  truth(): Truth {
    const { now } = this.#street.loop;
    const { battery } = this.plant;
    return {
      ...Object.fromEntries(Object.entries(this.#sources).map(([name, source]) => [name, source(now)])),
      ...Object.fromEntries(
        portNames.flatMap((name) => [
          [`${name}Energy.total`, this.ports[name].energyWh],
          [`${name}Port.session`, this.ports[name].device !== undefined && this.ports[name].isLive],
          [`${name}.target`, this.ports[name].isLive],
          [portMakes[name].power, this.ports[name].wattsAt(now)],
          [
            `contacts.${name}`,
            this.ports[name].celsiusAt(now, this.#street.world.weather(now).temperatureC + 3),
          ],
        ]),
      ),
      "safetyLight.target": this.#isLightOn,
      "modem.target": this.#isModemOn,
      "seat.occupied": this.guests.seated > 0,
      "seat.seated": this.guests.seated,
      "seat.visits": this.guests.sat,
      "seat.turnover": this.guests.cameInHour,
      "seat.dwell": this.guests.dwellS,
      "harvestEnergy.total": this.#harvestWh,
      "balance.netPower": battery.amperes * battery.volts,
      "balance.stored": battery.charge * battery.capacityAh * 12.8,
      "ember.burning": this.#emberSinceMs !== undefined,
    };
  }

  hear(event: UnitEvent): void {
    this.#records.hear(event, ({ name, value }) => this.#measured(name, value));
    // Not by the record of it, which waits until it is durable.
    if (event.type === "taken" && event.command === "resetPort")
      this.#hazards[event.args.port as PortName]?.reset();
    if (event.type === "alarm" && event.name === "ember" && event.state === "raised") this.#emberTold();
  }

  #measured(name: string, said: number): void {
    const port = portNames.find((one) => name === `${one}Energy`);
    if (port) this.#reports.set(name, { said, true: this.ports[port].energyWh });
    if (name === "visits") this.#reports.set(name, { said, true: this.guests.sat });
    if (name === "harvest") {
      this.#before();
      this.#reports.set(name, { said, true: this.#harvestWh });
    }
  }

  #emberTold(): void {
    const { now } = this.#street.loop;
    if (this.#emberSinceMs === undefined) this.#embers.false++;
    else if (!this.#isEmberTold) {
      this.#embers.alarmed++;
      const speed = this.#isSmouldering ? "smoulderS" : "slowestS";
      this.#embers[speed] = Math.max(this.#embers[speed], (now - this.#emberSinceMs) / 1_000);
      this.#isEmberTold = true;
    }
  }

  begin(verb: string, by: number): void {
    const { now } = this.#street.loop;
    if (verb === "overload") this.ports.outlet.load((by / 100) * portMakes.outlet.ratedCurrentA);
    else if (verb === "overload-usb") this.ports.usb1.load((by / 100) * portMakes.usb1.ratedCurrentA);
    else if (verb === "heat-port") this.#heat(by);
    else if (verb === "switch-fault") this.ports.pad.fail(true);
    else if (verb === "silent-meter") this.#silence("portMeter", ["usb1", "usb2", "pad"], true);
    else if (verb === "silent-outlet-meter") this.#silence("outletMeter", ["outlet"], true);
    else if (verb === "flat-battery") this.#exchange(by / 100);
    else if (verb === "cover-panel") this.#cover(by / 100);
    else if (verb === "bag") this.#bagKg = by;
    else if (verb === "ember" || verb === "smoulder") {
      this.#embers.actual++;
      this.#isEmberTold = false;
      this.#isSmouldering = verb === "smoulder";
      this.#emberSinceMs = now;
      this.#emberK = by;
    }
  }

  end(verb: string): void {
    const { now } = this.#street.loop;
    if (verb === "overload") this.ports.outlet.load(0);
    else if (verb === "overload-usb") this.ports.usb1.load(0);
    else if (verb === "heat-port") this.#heat(0);
    else if (verb === "switch-fault") this.ports.pad.fail(false);
    else if (verb === "silent-meter") this.#silence("portMeter", ["usb1", "usb2", "pad"], false);
    else if (verb === "silent-outlet-meter") this.#silence("outletMeter", ["outlet"], false);
    else if (verb === "cover-panel") this.#cover(0);
    else if (verb === "bag") this.#bagKg = 0;
    else if (verb === "ember" || verb === "smoulder") {
      this.#emberK = this.#emberAt(now);
      this.#emberSinceMs = undefined;
      this.#emberEndedMs = now;
    }
  }

  #heat(kelvin: number): void {
    const { usb2 } = this.ports;
    usb2.heat(kelvin);
    const airC = this.#street.world.weather(this.#street.loop.now).temperatureC;
    this.#hazards.usb2.hot(usb2.celsiusAt(this.#street.loop.now, airC + 3) > 61);
  }

  #silence(role: string, names: readonly PortName[], isSilent: boolean): void {
    const meter = this.#spot.twins.get(role)!;
    if (isSilent) meter.unplug();
    else meter.mend();
    for (const name of names) this.#hazards[name].set("meter-stale", isSilent);
  }

  #exchange(charge: number): void {
    this.#before();
    this.plant.battery.put(charge);
    this.plant.settle();
  }

  #cover(share: number): void {
    this.#before();
    this.plant.cover = share;
    this.plant.settle();
  }

  figures(): Readonly<Record<string, number>> {
    const sum = (value: (name: PortName) => number) =>
      portNames.reduce((total, name) => total + value(name), 0);
    const report = (name: string) => this.#reports.get(name) ?? { said: 0, true: 0 };
    return {
      ...Object.fromEntries(
        portNames.flatMap((name) => [
          [`energy.${name}.trueWh`, report(`${name}Energy`).true],
          [`energy.${name}.meteredWh`, report(`${name}Energy`).said],
        ]),
      ),
      "sessions.actual": sum((name) => this.#sessions[name].sessions),
      "sessions.recorded": this.#records.sessions,
      "sessions.trueWh": sum((name) => this.#sessions[name].energyWh),
      "sessions.recordedWh": this.#records.sessionWh,
      "trips.actual": sum((name) => this.#hazards[name].trips),
      "trips.seen": this.#records.trips,
      "trips.slowestSeconds": Math.max(...portNames.map((name) => this.#hazards[name].slowestMs)) / 1_000,
      wrongOnSeconds: sum((name) => this.#hazards[name].wrongSeconds),
      countersBack: this.#records.countersBack,
      chainFlaws: this.#records.chainFlaws,
      "visits.actual": report("visits").true,
      "visits.counted": report("visits").said,
      "harvest.trueWh": report("harvest").true,
      "harvest.meteredWh": report("harvest").said,
      "battery.lowestPercent": this.#lowestCharge * 100,
      "battery.endPercent": this.plant.battery.charge * 100,
      "battery.deadSeconds": this.#deadS,
      "battery.frozenChargeSeconds": this.#frozenChargeS,
      darkSeconds: this.#darkS,
      modemOffSeconds: this.#modemOffS,
      "embers.actual": this.#embers.actual,
      "embers.alarmed": this.#embers.alarmed,
      "embers.false": this.#embers.false,
      "embers.slowestSeconds": this.#embers.slowestS,
      "embers.smoulderSeconds": this.#embers.smoulderS,
    };
  }
}
