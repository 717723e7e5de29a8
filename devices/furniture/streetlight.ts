import * as Type from "@sinclair/typebox";
import { bme280 } from "../chips/bme280.ts";
import { doorSwitch } from "../chips/door-switch.ts";
import { ds3231 } from "../chips/ds3231.ts";
import { hcSr501 } from "../chips/hc-sr501.ts";
import { ina226 } from "../chips/ina226.ts";
import { ld2410 } from "../chips/ld2410.ts";
import { lis3dh } from "../chips/lis3dh.ts";
import { pca9685 } from "../chips/pca9685.ts";
import { pzem004t } from "../chips/pzem004t.ts";
import { veml7700 } from "../chips/veml7700.ts";
import { hours, minutes, seconds } from "../duration.ts";
import { dimming, dimmingPermit } from "../estimators/dimming.ts";
import { energy } from "../estimators/energy.ts";
import { lampMonitor } from "../estimators/lamp-monitor.ts";
import { microclimate } from "../estimators/microclimate.ts";
import { presence } from "../estimators/presence.ts";
import { roadClasses } from "../estimators/road-class.ts";
import { daylight } from "../estimators/sun.ts";
import { tilt } from "../estimators/tilt.ts";
import { level } from "../quantities.ts";
import { choice, number, percent, profile, timeSpan, units } from "./settings.ts";
import { furniture } from "./vocabulary.ts";

const i2c = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;
const gpio = (offset: number) => ({ kind: "gpio", chip: "pinctrl-bcm2711", offset }) as const;
const serial = (path: string) => ({ kind: "serial", path }) as const;

export const streetlight = furniture({
  kind: "streetlight",
  title: "Streetlight",
  summary: "Dims by time, twilight and presence; stays lit whatever fails.",

  roles: {
    clock: {
      title: "Battery-backed clock",
      accepts: [ds3231],
      place: i2c(0x68),
      sampling: { every: hours(6) },
    },
    lamp: {
      title: "LED driver, 0-10 V and enable",
      accepts: [pca9685],
      place: i2c(0x40),
      sampling: { every: minutes(1) },
    },
    light: {
      title: "Ambient light, facing up",
      accepts: [veml7700],
      place: i2c(0x10),
      sampling: { every: seconds(30) },
    },
    motion: { title: "Passive infrared, towards the path", accepts: [hcSr501], place: gpio(17) },
    radar: {
      title: "Presence radar, towards the path",
      accepts: [ld2410],
      place: serial("/dev/ttyAMA0"),
      sampling: { every: minutes(1), faster: { every: seconds(5), while: "daylight.dark" } },
    },
    climate: {
      title: "Air temperature, humidity, pressure",
      accepts: [bme280],
      place: i2c(0x76),
      sampling: { every: minutes(5) },
    },
    supply: {
      title: "Controller supply",
      accepts: [ina226],
      place: i2c(0x45),
      sampling: { every: minutes(1) },
    },
    meter: {
      title: "Mains meter of the lamp",
      accepts: [pzem004t],
      place: serial("/dev/ttyAMA3"),
      sampling: { every: minutes(1) },
    },
    tilt: {
      title: "Tilt and knock of the pole",
      accepts: [lis3dh],
      place: i2c(0x18),
      sampling: { every: minutes(1) },
    },
    door: { title: "Cabinet door", accepts: [doorSwitch], place: gpio(27) },
  },

  estimators: [
    daylight({ illuminance: "light.illuminance" }),
    presence({
      motion: "motion.presence",
      radar: "radar.presence",
      distance: "radar.distance",
      energy: "radar.movingEnergy",
    }),
    microclimate({ temperature: "climate.temperature", humidity: "climate.humidity" }),
    energy({ power: "meter.activePower", register: "meter.activeEnergy" }),
    lampMonitor({ target: "lamp.target", power: "meter.activePower" }),
    tilt({ x: "tilt.accelerationX", y: "tilt.accelerationY", z: "tilt.accelerationZ" }),
  ],

  actuators: {
    lamp: {
      title: "Lamp",
      quantity: level,
      role: "lamp",
      outputs: (percentOfFull) => ({ level: percentOfFull, enable: percentOfFull > 0 ? 1 : 0 }),
      controller: dimming({
        dark: "daylight.dark",
        occupied: "presence.occupied",
        neighbours: "neighbours.presence",
      }),
      permit: dimmingPermit({ dark: "daylight.dark" }),
      failSafe: { value: 100, because: "a street must not go dark" },
      timeToLive: seconds(90),
    },
  },

  telemetry: {
    level: { title: "Dimming level", source: "lamp.target", recordClass: "series", every: minutes(15) },
    illuminance: {
      title: "Illuminance",
      source: "light.illuminance",
      recordClass: "series",
      every: minutes(15),
    },
    dark: {
      title: "It is dark",
      source: "daylight.dark",
      recordClass: "event",
      deadband: 1,
      words: ["day", "dark"],
    },
    presence: {
      title: "Somebody is near",
      source: "presence.occupied",
      recordClass: "event",
      deadband: 1,
      words: ["nobody", "someone"],
    },
    temperature: {
      title: "Air temperature",
      source: "climate.temperature",
      recordClass: "series",
      every: minutes(15),
    },
    humidity: {
      title: "Relative humidity",
      source: "climate.humidity",
      recordClass: "series",
      every: minutes(15),
    },
    pressure: {
      title: "Atmospheric pressure",
      source: "climate.pressure",
      recordClass: "series",
      every: hours(1),
    },
    dewPoint: {
      title: "Dew point",
      source: "microclimate.dewPoint",
      recordClass: "series",
      every: minutes(15),
    },
    activePower: {
      title: "Active power",
      source: "meter.activePower",
      recordClass: "series",
      every: minutes(15),
    },
    energy: { title: "Active energy", source: "energy.total", recordClass: "meter", every: hours(1) },
    mainsVoltage: {
      title: "Mains voltage",
      source: "meter.voltage",
      recordClass: "series",
      every: minutes(15),
    },
    supplyVoltage: {
      title: "Controller supply voltage",
      source: "supply.busVoltage",
      recordClass: "series",
      every: hours(1),
    },
    burningHours: {
      title: "Burning hours",
      source: "lampMonitor.burningHours",
      recordClass: "meter",
      every: hours(6),
    },
  },

  glance: ["level", "activePower", "illuminance", "presence", "temperature"],

  events: {},

  settings: {
    profile: profile(
      {
        title: "Dimming profile",
        group: "Light over the night",
        help: "Level while nobody is near, over the night. Each point holds until the next.",
      },
      [
        { from: "sunset", level: 70 },
        { from: "22:00", level: 50 },
        { from: "00:00", level: 40 },
        { from: "05:30", level: 60 },
      ],
    ),
    presenceLevel: percent(
      {
        title: "Level with presence",
        group: "Presence",
        help: "While somebody is near, and for the hold time after.",
      },
      { default: 80 },
    ),
    holdTime: timeSpan(
      {
        title: "Hold time",
        group: "Presence",
        help: "How long the lamp stays up after the last sign of presence.",
      },
      { default: 45, min: 5, max: 1800 },
    ),
    neighbours: units({
      title: "Neighbours",
      group: "Presence",
      help: "Lamps whose presence brightens this one, so that light walks ahead.",
    }),
    neighbourLevel: percent(
      {
        title: "Level with presence at a neighbour",
        group: "Presence",
        help: "Usually between profile and presence.",
      },
      { default: 50 },
    ),
    minimumLevel: percent(
      { title: "Minimum level", group: "Light over the night", help: "Never below this while it is dark." },
      { default: 10, min: 1 },
    ),
    roadClass: choice(
      {
        title: "Lighting class",
        group: "Light over the night",
        help: "EN 13201-2 class of the road: it bounds how far the lamp may be dimmed.",
        advanced: true,
      },
      roadClasses,
      "P4",
    ),
    defaultLevel: percent(
      {
        title: "Level in doubt",
        group: "Light over the night",
        help: "When the time, the light or presence is not known.",
        advanced: true,
      },
      { default: 100, min: 10 },
    ),
    rampUp: number(
      { title: "Ramp up", group: "Presence", help: "How fast the lamp brightens.", advanced: true },
      "%/s",
      {
        default: 40,
        min: 1,
        max: 100,
      },
    ),
    rampDown: number(
      {
        title: "Ramp down",
        group: "Presence",
        help: "How fast it dims again: slow looks calm.",
        advanced: true,
      },
      "%/s",
      { default: 5, min: 0.5, max: 100 },
    ),
  },

  commands: {
    setLevel: {
      title: "Set level",
      help: "Holds the lamp at a level for a while; never below the minimum while it is dark.",
      args: {
        level: Type.Number({ minimum: 0, maximum: 100, description: "%" }),
        duration: Type.Number({ minimum: 1, maximum: 86_400, description: "s" }),
      },
      effect: { kind: "timed" },
    },
    resume: {
      title: "Resume",
      help: "Ends a level that was set.",
      args: {},
      effect: { kind: "cancel", command: "setLevel" },
    },
  },

  alarms: {
    lampFailure: {
      title: "Lamp failure",
      severity: "critical",
      advice: "The lamp takes no power though it should: check driver, fuse and LED module.",
      source: "lampMonitor.lampFailure",
      when: "is",
      limit: 1,
      for: minutes(2),
    },
    dayburner: {
      title: "Lamp unexpectedly on",
      severity: "warning",
      advice: "The lamp takes power though it should be off: check the driver's enable and dimming lines.",
      source: "lampMonitor.unexpectedlyOn",
      when: "is",
      limit: 1,
      for: minutes(5),
    },
    doorOpen: {
      title: "Cabinet door open",
      severity: "warning",
      advice: "Close and lock the cabinet; if nobody of yours opened it, inspect it.",
      source: "door.open",
      when: "is",
      limit: 1,
      for: seconds(5),
    },
    poleTilted: {
      title: "Pole out of plumb",
      severity: "critical",
      advice: "Fence it off and inspect the foundation: something hit the pole.",
      source: "pole.tilt",
      when: "above",
      limit: 5,
      for: minutes(3),
      hysteresis: 1,
      latched: true,
    },
    knocked: {
      title: "Pole knocked",
      severity: "notice",
      advice: "Look at the pole at the next round.",
      source: "tilt.knock",
      when: "is",
      limit: 1,
      for: seconds(0),
    },
    supplyLow: {
      title: "Controller supply low",
      severity: "warning",
      advice: "Check the 5 V supply and its connector: the controller may restart.",
      source: "supply.busVoltage",
      when: "below",
      limit: 4.75,
      for: minutes(2),
      hysteresis: 0.05,
    },
  },

  shared: { presence: { source: "presence.occupied", timeToLive: seconds(60) } },

  privacy: {
    senses: [
      {
        says: "Whether somebody is near the lamp: yes or no, never who, how many or which way.",
        // A lamp that brightens tells it too.
        fields: ["presence", "level", "lamp"],
      },
    ],
    ofFurniture: [
      "illuminance",
      "dark",
      "temperature",
      "humidity",
      "pressure",
      "dewPoint",
      "activePower",
      "energy",
      "mainsVoltage",
      "supplyVoltage",
      "burningHours",
    ],
    personalData: "none",
    retention: "Presence events stay on the unit until the city's store has them, at most 30 days.",
  },
});
