import * as Type from "@sinclair/typebox";
import { ads1115 } from "../chips/ads1115.ts";
import { bme280 } from "../chips/bme280.ts";
import { ds3231 } from "../chips/ds3231.ts";
import { ina3221 } from "../chips/ina3221.ts";
import { ltr390 } from "../chips/ltr390.ts";
import { max6369 } from "../chips/max6369.ts";
import { max17048 } from "../chips/max17048.ts";
import { mcp23017 } from "../chips/mcp23017.ts";
import { mlx90614 } from "../chips/mlx90614.ts";
import { nau7802 } from "../chips/nau7802.ts";
import { pn532 } from "../chips/pn532.ts";
import { pzem004t } from "../chips/pzem004t.ts";
import { vedirectMppt } from "../chips/vedirect-mppt.ts";
import { hours, milliseconds, minutes, seconds } from "../duration.ts";
import { anyOf } from "../estimators/any-of.ts";
import { access } from "../estimators/charging/access.ts";
import { frost } from "../estimators/charging/frost.ts";
import { tripCauses } from "../estimators/charging/port-guard.ts";
import { endReasons } from "../estimators/charging/port-standing.ts";
import {
  chargePath,
  chargePermit,
  reserveLoad,
  reserveLoadPermit,
} from "../estimators/charging/reserve-load.ts";
import { shedding } from "../estimators/charging/shedding.ts";
import { ember } from "../estimators/ember.ts";
import { energy } from "../estimators/energy.ts";
import { microclimate } from "../estimators/microclimate.ts";
import { radiant } from "../estimators/radiant.ts";
import { seat } from "../estimators/seat.ts";
import { solarBalance } from "../estimators/solar-balance.ts";
import { daylight } from "../estimators/sun.ts";
import { thermistors } from "../estimators/thermistor.ts";
import { truth } from "../quantities.ts";
import { portActuators, portAlarms, portEstimators, portNames, portTelemetry } from "./bench/ports.ts";
import { battery, charging, comfort, lastLoads } from "./bench/settings.ts";
import { benchTelemetry } from "./bench/telemetry.ts";
import { furniture } from "./vocabulary.ts";

const i2c = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;
const gpio = (offset: number) => ({ kind: "gpio", chip: "pinctrl-bcm2711", offset }) as const;
const serial = (path: string) => ({ kind: "serial", path }) as const;

const portArgument = Type.Union(portNames.map((name) => Type.Literal(name)));
const text = Type.String();
const wattHours = Type.Number({ minimum: 0, description: "Wh" });
const time = Type.Union([Type.String({ description: "ISO 8601, UTC" }), Type.Null()]);
const oneOf = (options: readonly string[]) => Type.Union(options.map((option) => Type.Literal(option)));

export const bench = furniture({
  kind: "bench",
  title: "Energy-meter bench",
  summary: "Charges phones from the sun, meters every port, and goes off rather than wrong.",

  roles: {
    clock: {
      title: "Battery-backed clock",
      accepts: [ds3231],
      place: i2c(0x68),
      sampling: { every: hours(6) },
    },
    switches: {
      title: "Load switches and their fault outputs",
      accepts: [mcp23017],
      place: i2c(0x20),
      sampling: { every: seconds(30), faster: { every: seconds(1), while: "portsWanted.any" } },
    },
    watchdog: { title: "Dead man's switch in the supply of the ports", accepts: [max6369], place: gpio(22) },
    outletMeter: {
      title: "Meter of the AC outlet",
      accepts: [pzem004t],
      place: serial("/dev/ttyAMA3"),
      sampling: { every: seconds(30), faster: { every: seconds(1), while: "outletPort.wanted" } },
    },
    portMeter: {
      title: "Meter of the USB-C ports and the pad",
      accepts: [ina3221],
      place: i2c(0x40),
      sampling: { every: seconds(30), faster: { every: milliseconds(500), while: "chargersWanted.any" } },
    },
    contactVoltage: {
      title: "Thermistors at the contacts of the ports",
      accepts: [ads1115],
      place: i2c(0x48),
      sampling: { every: seconds(30), faster: { every: seconds(3), while: "portsWanted.any" } },
    },
    solar: {
      title: "Solar charge controller",
      accepts: [vedirectMppt],
      place: serial("/dev/ttyAMA0"),
      // It speaks by itself: this is how its silence is heard.
      sampling: { every: seconds(30) },
    },
    gauge: {
      title: "Fuel gauge, on one cell of the battery",
      accepts: [max17048],
      place: i2c(0x36),
      sampling: { every: minutes(1) },
    },
    cabinet: {
      title: "Temperature at the battery",
      accepts: [bme280],
      place: i2c(0x77),
      sampling: { every: minutes(1) },
    },
    climate: {
      title: "Air at the seat",
      accepts: [bme280],
      place: i2c(0x76),
      sampling: { every: minutes(1) },
    },
    light: {
      title: "Daylight and ultraviolet at the seat",
      accepts: [ltr390],
      place: i2c(0x53),
      sampling: { every: seconds(30) },
    },
    seat: {
      title: "Load cell under the seat",
      accepts: [nau7802],
      place: i2c(0x2a),
      sampling: { every: seconds(1) },
    },
    ashtray: {
      title: "Infrared thermometer over the ashtray",
      accepts: [mlx90614],
      place: i2c(0x5a),
      sampling: { every: seconds(2) },
    },
    cards: {
      title: "Card reader",
      accepts: [pn532],
      place: serial("/dev/ttyAMA5"),
      optional: true,
      sampling: { every: seconds(1) },
    },
  },

  estimators: [
    daylight({ illuminance: "light.illuminance" }),
    thermistors("contacts", {
      outlet: "contactVoltage.voltage0",
      usb1: "contactVoltage.voltage1",
      usb2: "contactVoltage.voltage2",
      pad: "contactVoltage.voltage3",
    }),
    frost({ air: "climate.temperature", battery: "cabinet.temperature" }),
    shedding({ stateOfCharge: "gauge.stateOfCharge" }, { early: portNames, last: lastLoads }),
    access({
      card: "cards.card",
      credential: "cards.credential",
      used: portNames.map((name) => `${name}Port.authorised`),
    }),
    ...portEstimators,
    anyOf(
      "portsWanted",
      portNames.map((name) => `${name}Port.wanted`),
    ),
    anyOf("chargersWanted", ["usb1Port.wanted", "usb2Port.wanted", "padPort.wanted"]),
    energy(
      { power: "solar.panelPower", register: "solar.yieldTotal" },
      { name: "harvestEnergy", maxPowerW: 1_000, rolloverWh: 1e9 },
    ),
    solarBalance({
      stateOfCharge: "gauge.stateOfCharge",
      chargeRate: "gauge.chargeRate",
      harvest: "harvestEnergy.total",
    }),
    seat({ mass: "seat.mass" }),
    ember({
      temperature: "ashtray.objectTemperature",
      air: "climate.temperature",
      illuminance: "light.illuminance",
      sunElevation: "daylight.sunElevation",
    }),
    radiant({
      temperature: "climate.temperature",
      illuminance: "light.illuminance",
      sunElevation: "daylight.sunElevation",
    }),
    microclimate({
      temperature: "climate.temperature",
      humidity: "climate.humidity",
      meanRadiantTemperature: "radiant.mean",
    }),
  ],

  actuators: {
    ...portActuators,
    safetyLight: {
      title: "Safety light",
      quantity: truth,
      role: "switches",
      outputs: (isOn) => ({ lightOff: 1 - isOn }),
      controller: reserveLoad({ shed: "shedding.safetyLight", dark: "daylight.dark" }),
      permit: reserveLoadPermit,
      failSafe: { value: 1, because: "a place must not go dark" },
      timeToLive: minutes(5),
    },
    modem: {
      title: "Modem",
      quantity: truth,
      role: "switches",
      outputs: (isOn) => ({ modemOff: 1 - isOn }),
      controller: reserveLoad({ shed: "shedding.modem" }),
      permit: reserveLoadPermit,
      failSafe: { value: 1, because: "somebody must be able to ask what is wrong" },
      timeToLive: minutes(5),
    },
    chargePath: {
      title: "Path that charges the battery",
      quantity: truth,
      role: "switches",
      outputs: (isClosed) => ({ charge: isClosed }),
      controller: chargePath,
      permit: chargePermit({ frost: "frost.battery" }),
      failSafe: { value: 0, because: "a frozen cell must not be charged" },
      timeToLive: minutes(5),
    },
  },

  deadMan: {
    role: "watchdog",
    output: "heartbeat",
    every: milliseconds(400),
    guards: portNames,
    unless: portNames.map((name) => `${name}Guard.defied`),
  },

  telemetry: { ...portTelemetry, ...benchTelemetry },

  glance: ["stateOfCharge", "panelPower", "outletInUse", "usb1InUse", "usb2InUse", "padInUse", "occupied"],

  events: {
    chargingStart: {
      title: "Charging session began",
      recordClass: "event",
      chained: true,
      fields: {
        port: portArgument,
        number: Type.Integer({ minimum: 1 }),
        start: time,
        meterStart: wattHours,
        authorised: Type.Boolean(),
      },
    },
    chargingSession: {
      title: "Charging session",
      recordClass: "meter",
      chained: true,
      fields: {
        port: portArgument,
        number: Type.Integer({ minimum: 1 }),
        start: time,
        end: time,
        reason: oneOf(endReasons),
        meterStart: wattHours,
        meterEnd: wattHours,
        energy: wattHours,
        free: wattHours,
        cost: Type.Number({ minimum: 0 }),
        currency: text,
        authorised: Type.Boolean(),
      },
    },
    portTrip: {
      title: "Port tripped, or reset",
      recordClass: "event",
      chained: true,
      fields: { port: portArgument, cause: oneOf(tripCauses) },
    },
  },

  settings: { ...charging, ...battery, ...comfort },

  commands: {
    resetPort: {
      title: "Reset a port",
      help: "Lets a port that tripped go on, if what tripped it is over.",
      args: { port: portArgument },
      effect: { kind: "signal" },
    },
    setPort: {
      title: "Switch a port",
      help: "On or off, whatever its hours, quotas and cards say; never against its safety or the battery. For the duration, or, where none is given, until it is switched again or resumed: a restart of the unit changes nothing about it. What is taken while it is switched on is nobody's quota.",
      args: {
        port: portArgument,
        on: Type.Boolean(),
        duration: Type.Optional(
          Type.Number({ minimum: 1, maximum: 86_400, description: "s; without it, for good" }),
        ),
      },
      effect: { kind: "timed", per: "port", kept: true },
    },
    resumePort: {
      title: "Resume a port",
      help: "Ends what was commanded of it: its hours, quotas and cards count again.",
      args: { port: portArgument },
      effect: { kind: "cancel", command: "setPort", per: "port" },
    },
    startSession: {
      title: "Start a session",
      help: "As a permitted card does, for this port: the next minute and a half.",
      args: { port: portArgument },
      effect: { kind: "signal" },
    },
  },

  alarms: {
    ember: {
      title: "Embers in the ashtray",
      severity: "critical",
      advice: "Put it out with water at once, and empty the ashtray. Call the fire brigade if it smokes.",
      source: "ember.burning",
      when: "is",
      limit: 1,
      for: seconds(0),
      latched: true,
    },
    ...portAlarms,
    batteryLow: {
      title: "Battery on its reserve",
      severity: "warning",
      advice: "Clean the panel and look for shade; charge or exchange the battery if no sun is forecast.",
      source: "gauge.stateOfCharge",
      when: "below",
      limit: 20,
      for: minutes(5),
      hysteresis: 5,
    },
    lightShed: {
      title: "Safety light off: battery empty",
      severity: "critical",
      advice: "Charge or exchange the battery before it is dark.",
      source: "shedding.safetyLight",
      when: "is",
      limit: 1,
      for: seconds(0),
    },
    chargerFault: {
      title: "Solar charger reports an error",
      severity: "warning",
      advice: "Look the number up in the charger's manual; check panel and battery wiring.",
      source: "solar.errorCode",
      when: "above",
      limit: 0,
      for: minutes(1),
    },
    batteryFrozen: {
      title: "Battery too cold to charge",
      severity: "notice",
      advice: "Nothing to do while it is cold; if it is not, check the sensor in the cabinet.",
      source: "frost.battery",
      when: "is",
      limit: 1,
      for: minutes(10),
    },
  },

  shared: {},

  privacy: {
    senses: [
      {
        says: "Whether somebody sits on the bench, how many at a time, how often and how long on average; never who, and no weight.",
        fields: ["occupied", "seated", "visits", "turnover", "dwell"],
      },
      {
        says: "That something charges at a port, from when to when, how much and at what price; never what or whose.",
        fields: [
          ...["outlet", "usb", "pad"].flatMap((name) => [
            name,
            `${name}Power`,
            `${name}Energy`,
            `${name}InUse`,
          ]),
          ...["port", "number", "start", "end", "reason", "meterStart", "meterEnd"].map(session),
          ...["energy", "free", "cost", "currency"].map(session),
          ...["port", "number", "start", "meterStart"].map(begin),
        ],
      },
      {
        says: "Whether a permitted card opened a session; the card's number stays in the unit.",
        fields: [session("authorised"), begin("authorised")],
      },
    ],
    ofFurniture: [
      ...["outlet", "usb", "pad"].flatMap((name) => [
        ...[`${name}Temperature`, `${name}Standing`, `${name}Trips`],
      ]),
      ...["safetyLight", "modem", "chargePath", "portTrip.port", "portTrip.cause"],
      ...["stateOfCharge", "batteryPower", "batteryTemperature", "panelPower", "harvest"],
      ...["consumptionPerDay", "autonomy", "autonomyWithoutSun", "loadsShed"],
      ...["temperature", "humidity", "feltTemperature", "uvIndex", "illuminance", "ashtrayTemperature"],
    ],
    personalData: "none",
    retention: "Records stay on the unit until the city's store has them, at most 30 days.",
  },
});

function begin(field: string): string {
  return `chargingStart.${field}`;
}

function session(field: string): string {
  return `chargingSession.${field}`;
}
