import { evseDin } from "#devices/chips/evse-din.ts";
import { Code } from "./modbus-slave.ts";
import { ModbusTwin } from "./modbus-twin.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

const turnOffCharging = 1 << 0;
const hundredths = 1 << 7;
const disableEvse = 1 << 14;

/** Register 2005 as delivered: button, charging with ventilation, and pilot auto recover delay. */
const configurationDefault = 0x0209;

/** Writable and modelled, as they leave the factory: kept through a power cut from 2000 on. */
const kept = new Map([
  [2000, 32],
  [2005, configurationDefault],
]);

/** Readable: what they are set to, which changes nothing here. Writing them is noted. */
const settings = new Map([
  [2002, { name: "2002 minimum amps value", value: 6 }],
  [2003, { name: "2003 analog input configuration", value: 1 }],
  [2004, { name: "2004 amps settings after power on", value: 0 }],
]);
const slaveAddress = 2001;

const tagged = new Map([
  [1008, "1008 error timeout count"],
  [1009, "1009 selftest timeout count"],
  [2006, "2006 current sharing mode"],
  [2007, "2007 PP detection"],
  [2009, "2009 bootloader firmware revision"],
  ...Array.from({ length: 8 }, (_, index) => [2010 + index, `${2010 + index} amps settings`] as const),
]);

const taggedCodes = new Map<number, string>([[Code.WriteSingle, "0x06 write single register"]]);

/**
 * EVSE DIN with firmware 18 (EVSE Wallbox, DIN, W16 datasheet, Modbus registers). Set `vehicleState` to what the
 * vehicle shows on the control pilot: 1 none, 2 connected, 3 it wants to charge, 5 its diode is missing. The rest
 * follows: pilot, offered current by a cable of 32 A, and the contactor, closed while a vehicle wants what it is
 * offered. Setting one of those instead is a fault: a contactor that is said to be closed. Which functions beside 0x03
 * and 0x10 it knows, and the time that it thinks, are guesses.
 */
class EvseDinTwin extends ModbusTwin {
  readonly part = evseDin;
  readonly #registers = new Map(kept);
  readonly #unit: number;
  #configured = 0;
  #control = 0;

  constructor(environment: TwinEnvironment) {
    super(evseDin, environment, {
      factoryUnit: 1,
      thinkMs: 30,
      codes: [Code.ReadHolding, Code.WriteMultiple],
      taggedCodes,
      honesty: {
        modelled: ["1000 to 1007", "2000 to 2005"],
        tagged: [
          ...[...settings.values()].map(({ name }) => `writing ${name}`),
          ...tagged.values(),
          ...taggedCodes.values(),
          "selftest and RCD test",
        ],
      },
      read: (_code, address) => this.#read(address),
      write: (address, value) => this.#write(address, value),
    });
    this.#unit = environment.place.kind === "serial" ? (environment.place.unit ?? 1) : 1;
    const { senses } = this;
    senses.set("current", () => this.#amps);
    senses.set("vehicleState", 1);
    senses.set("offeredCurrent", () => (this.#isOn ? Math.min(this.#amps, this.#cableAmps) : 0));
    senses.set("pilot", () => (this.#isOn ? (this.#vehicle === 1 ? 1 : 2) : 3));
    senses.set("contactor", () => Number(this.#isOn && (this.#vehicle === 3 || this.#vehicle === 4)));
    senses.set("fault", () => Number(this.#vehicle === 5));
    this.powerOn();
  }

  protected override powerOn(): void {
    this.#configured = this.#registers.get(2000)!;
    this.#control = 0;
  }

  readonly #cableAmps = 32;

  get #vehicle(): number {
    return Math.round(this.sensed("vehicleState"));
  }

  get #amps(): number {
    return this.#configured / (this.#registers.get(2005)! & hundredths ? 100 : 1);
  }

  get #isOn(): boolean {
    const isDisabled = this.#control & turnOffCharging || this.#registers.get(2005)! & disableEvse;
    return !isDisabled && this.sensed("current") >= 6;
  }

  #read(address: number): number | undefined {
    const perAmp = this.#registers.get(2005)! & hundredths ? 100 : 1;
    switch (address) {
      case 1000:
        return this.#configured;
      case 1001:
        return Math.round(this.sensed("offeredCurrent") * perAmp);
      case 1002:
        return this.#vehicle;
      case 1003:
        return this.#cableAmps;
      case 1004:
        return this.#control;
      case 1005:
        return 18;
      case 1006:
        return Math.round(this.sensed("pilot"));
      case 1007:
        return Math.round(this.sensed("contactor")) | (Math.round(this.sensed("fault")) << 1);
      case slaveAddress:
        return this.#unit;
    }
    const name = tagged.get(address);
    if (name) this.untouchable.add(name);
    return this.#registers.get(address) ?? settings.get(address)?.value ?? (name ? 0 : undefined);
  }

  #write(address: number, value: number): boolean {
    if (address === 1000) this.#configured = value;
    else if (address === 1004) this.#control = value;
    else if (this.#registers.has(address)) this.#registers.set(address, value);
    else {
      const name = settings.get(address)?.name ?? tagged.get(address);
      if (name) this.untouchable.add(`writing ${name}`);
      return name !== undefined;
    }
    this.driven();
    return true;
  }
}

export const twin = {
  part: evseDin,
  create: (environment: TwinEnvironment) => new EvseDinTwin(environment),
} satisfies TwinDefinition;
