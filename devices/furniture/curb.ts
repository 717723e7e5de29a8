import * as Type from "@sinclair/typebox";
import { milliseconds, seconds } from "../duration.ts";
import { endReasons } from "../estimators/charging/port-standing.ts";
import { access } from "../estimators/curb/access.ts";
import {
  type ChargingSources,
  chargingContactor,
  chargingCurrent,
  chargingPermit,
  contactorPermit,
} from "../estimators/curb/charging-point.ts";
import { chargingSessions } from "../estimators/curb/charging-sessions.ts";
import { contactorMonitor } from "../estimators/curb/contactor-monitor.ts";
import { curbEventFields, curbPolicyFields } from "../estimators/curb/curb-data.ts";
import { kerb } from "../estimators/curb/kerb.ts";
import { colourOf, kerbLight, kerbLightPermit, lightAspect } from "../estimators/curb/kerb-light.ts";
import { kerbSign, kerbSignPermit, signPage, strictestPage } from "../estimators/curb/kerb-sign.ts";
import { type LockSources, lock } from "../estimators/curb/lock.ts";
import { lockMotion, lockPermit } from "../estimators/curb/lock-clearance.ts";
import { lockMonitor } from "../estimators/curb/lock-monitor.ts";
import { loss } from "../estimators/curb/loss.ts";
import { policyOfTheHour } from "../estimators/curb/policy-of-the-hour.ts";
import { lockedSpace, space } from "../estimators/curb/space.ts";
import type { Estimator } from "../estimators/estimator.ts";
import { current, truth } from "../quantities.ts";
import { curbAlarms } from "./curb/alarms.ts";
import { curbRoles, lightRole, modulesPerLight, servedSpace, spaceNumbers } from "./curb/roles.ts";
import { curbSettings } from "./curb/settings.ts";
import { curbTelemetry } from "./curb/telemetry.ts";
import { type Actuator, type Command, type Furniture, furniture } from "./vocabulary.ts";

const spacesMax = 12;
const spacesPreset = 4;

const lockSources: LockSources = {
  kept: "access.kept",
  deviation: `space${servedSpace}.deviation`,
  distance: `lidar${servedSpace}.distance`,
  upperLimit: "upperLimit.closed",
  lowerLimit: "lowerLimit.closed",
  motorCurrent: "motor.current",
  stalled: "lockMonitor.stalled",
};

const chargingSources: ChargingSources = {
  rightful: "access.rightful",
  activity: `policy.activity${servedSpace}`,
  power: "meter.activePower",
  energy: "meter.activeEnergy",
  vehicleState: "evse.vehicleState",
  fault: "evse.fault",
};

function estimators(spaces: number): readonly Estimator<unknown>[] {
  const numbers = spaceNumbers(spaces);
  const silentMs = 60_000;
  return [
    policyOfTheHour(spaces, "clock.time"),
    lockMonitor({
      target: "lock.target",
      upperLimit: lockSources.upperLimit,
      lowerLimit: lockSources.lowerLimit,
      motorCurrent: lockSources.motorCurrent,
      kept: lockSources.kept,
    }),
    ...numbers.map((number) =>
      space(
        number,
        {
          x: `magnetometer${number}.magneticFluxDensityX`,
          y: `magnetometer${number}.magneticFluxDensityY`,
          z: `magnetometer${number}.magneticFluxDensityZ`,
          distance: `lidar${number}.distance`,
          calibrate: "command.calibrate",
          ...(number === servedSpace && { attention: "lockMonitor.attention" }),
        },
        number === servedSpace ? lockedSpace : {},
      ),
    ),
    access(servedSpace, {
      credential: "card.credential",
      occupied: `space${servedSpace}.occupied`,
      reserve: "command.reserve",
      release: "command.release",
      admit: "command.admit",
    }),
    kerb(spaces, {
      occupied: (number) => `space${number}.occupied`,
      latency: (number) => `space${number}.latency`,
      decommission: "command.decommission",
      commission: "command.commission",
    }),
    chargingSessions(`space${servedSpace}`, {
      register: chargingSources.energy,
      contactor: "contactor.target",
      vehicleState: chargingSources.vehicleState,
      activity: chargingSources.activity,
      proven: "access.proven",
    }),
    contactorMonitor({ contactor: "contactor.target", power: chargingSources.power }),
    loss({
      ...Object.fromEntries(
        numbers.map((number) => [`space${number}`, { source: `space${number}.deviation`, silentMs }]),
      ),
      meter: { source: chargingSources.power, silentMs: 2 * silentMs },
      sign: { source: "sign.page", silentMs: 2 * silentMs },
      relays: { source: "relays.contactor", silentMs },
    }),
  ];
}

/** One RGB module of the kerb line. */
function light(number: number): Actuator {
  const sources = {
    activity: `policy.activity${number}`,
    occupied: `space${number}.occupied`,
    reserve: "command.reserve",
    release: "command.release",
  };
  const module = ((number - 1) % modulesPerLight) + 1;
  return {
    title: `Kerb line light of space ${number}`,
    quantity: lightAspect,
    role: lightRole(number),
    outputs: (aspect) => {
      const [red, green, blue] = colourOf(aspect);
      return { [`red${module}`]: red, [`green${module}`]: green, [`blue${module}`]: blue };
    },
    controller: kerbLight(number, sources),
    permit: kerbLightPermit(sources),
    failSafe: { value: 0, because: "a dark light promises nothing" },
    timeToLive: seconds(90),
  };
}

function actuators(spaces: number): Readonly<Record<string, Actuator>> {
  const activities = spaceNumbers(spaces).map((number) => `policy.activity${number}`);
  return {
    lock: {
      title: "Ground lock",
      quantity: lockMotion,
      role: "relays",
      outputs: (motion) => ({ raise: motion > 0.5 ? 1 : 0, lower: motion < -0.5 ? 1 : 0 }),
      controller: lock(lockSources),
      permit: lockPermit(lockSources),
      failSafe: { value: 0, because: "nothing rises on doubt" },
      timeToLive: seconds(2),
    },
    contactor: {
      title: "Contactor of the charging point",
      quantity: truth,
      role: "relays",
      outputs: (isClosed) => ({ contactor: isClosed > 0.5 ? 1 : 0 }),
      controller: chargingContactor(chargingSources),
      permit: contactorPermit(chargingSources),
      failSafe: { value: 0, because: "what is not metered is not sold" },
      timeToLive: seconds(10),
    },
    chargingCurrent: {
      title: "Charging current",
      quantity: { ...current, min: 0, max: 32 },
      role: "evse",
      outputs: (amperes) => ({ current: amperes }),
      controller: chargingCurrent(chargingSources),
      permit: chargingPermit(chargingSources),
      failSafe: { value: 0, because: "what is not metered is not sold" },
      timeToLive: seconds(30),
    },
    ...Object.fromEntries(spaceNumbers(spaces).map((number) => [`light${number}`, light(number)])),
    sign: {
      title: "Sign",
      quantity: signPage,
      role: "sign",
      outputs: (page) => ({ page }),
      controller: kerbSign(activities),
      permit: kerbSignPermit(activities),
      failSafe: { value: strictestPage, because: "the strictest rule holds in doubt" },
      timeToLive: seconds(90),
    },
  };
}

function commands(spaces: number): Readonly<Record<string, Command>> {
  const ofSpace = { space: Type.Integer({ minimum: 1, maximum: spaces }) };
  const signal = (title: string, help: string): Command => ({
    title,
    help,
    args: ofSpace,
    effect: { kind: "signal" },
  });
  return {
    reserve: {
      title: "Reserve",
      help: "Keeps a space for somebody: its light says so, and the lock of the served space rises when it is clear. It holds over a restart.",
      args: { ...ofSpace, duration: Type.Number({ minimum: 60, maximum: 86_400, description: "s" }) },
      effect: { kind: "timed", per: "space", kept: true },
    },
    release: {
      title: "Release",
      help: "Ends a reservation.",
      args: ofSpace,
      effect: { kind: "cancel", command: "reserve", per: "space" },
    },
    admit: signal("Admit", "Lets in whom the served space is kept for: the lock goes down."),
    calibrate: signal(
      "Calibrate",
      "Vouches that a space is empty now: its field is that of the empty space.",
    ),
    decommission: signal("Decommission", "Takes the sensors of a space out of service, for good."),
    commission: signal("Commission", "Puts the sensors of a space back into service."),
  };
}

/** As the bench tells its own. */
const chargingSessionFields: Readonly<Record<string, Type.TSchema>> = {
  port: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  start: Type.Union([Type.String(), Type.Null()]),
  end: Type.Union([Type.String(), Type.Null()]),
  reason: Type.Union(endReasons.map((reason) => Type.Literal(reason))),
  meterStart: Type.Number({ minimum: 0 }),
  meterEnd: Type.Number({ minimum: 0 }),
  energy: Type.Number({ minimum: 0 }),
  free: Type.Number({ minimum: 0 }),
  cost: Type.Number({ minimum: 0 }),
  currency: Type.String(),
  authorised: Type.Boolean(),
};

const fieldsOf = (event: string, fields: Readonly<Record<string, unknown>>, except: readonly string[] = []) =>
  Object.keys(fields)
    .filter((field) => !except.includes(field))
    .map((field) => `${event}.${field}`);

/** They say where and whose the sensors are. */
const eventFieldsOfFurniture = [
  "curb_zone_id",
  "curb_area_ids",
  "data_source_operator_id",
  "data_source_device_name",
];

const told = new Map<number, Furniture>();

/** The declaration of a kerb of so many spaces. */
function curbOf(spaces: number): Furniture {
  const known = told.get(spaces);
  if (known) return known;
  const declaration = furniture({
    kind: "curb",
    title: "Dynamic curb",
    summary:
      "A stretch of kerb whose use changes by the hour; says who may stand where, and who does. Ground lock and charging point are those of its first space: a unit has one of each.",
    roles: curbRoles(spaces),
    estimators: estimators(spaces),
    actuators: actuators(spaces),
    deadMan: {
      role: "watchdog",
      output: "heartbeat",
      every: milliseconds(400),
      guards: ["lock", "contactor"],
      unless: ["lockMonitor.runaway"],
    },
    telemetry: curbTelemetry(spaces),
    glance: ["freeSpaces", "chargingPower", "activity1", "charging", "lockRaised"],
    events: {
      curbEvent: {
        title: "Event of the Curb Data Specification",
        recordClass: "event",
        fields: curbEventFields,
      },
      curbPolicy: {
        title: "Policy that begins to hold, as CDS has it",
        recordClass: "event",
        fields: curbPolicyFields,
      },
      chargingSession: {
        title: "Charging session that ended",
        recordClass: "meter",
        fields: chargingSessionFields,
        chained: true,
      },
    },
    settings: curbSettings(spaces),
    commands: commands(spaces),
    alarms: curbAlarms(spaces),
    shared: {},
    privacy: {
      senses: [
        {
          says: "Whether a vehicle stands in a space, since when, and whether too long: never which, whose, or what plate it has.",
          fields: [
            "occupied",
            "overstay",
            "freeSpaces",
            "turnover",
            "sessions",
            ...fieldsOf("curbEvent", curbEventFields, eventFieldsOfFurniture),
          ],
        },
        {
          says: "That somebody reserved a space or charges there, how long and how much, and that a card of the list was shown: never which card.",
          fields: [
            "reserved",
            "lockRaised",
            "lock",
            "charging",
            "chargingPower",
            "chargingEnergy",
            "chargingCurrent",
            "contactor",
            // A violet light tells of a reservation.
            "light",
            ...fieldsOf("chargingSession", chargingSessionFields),
          ],
        },
      ],
      ofFurniture: [
        "activity",
        "mainsVoltage",
        "sign",
        ...eventFieldsOfFurniture.map((field) => `curbEvent.${field}`),
        ...fieldsOf("curbPolicy", curbPolicyFields),
      ],
      personalData: "none",
      retention: "Events stay on the unit until the city's store has them, at most 30 days.",
    },
    size: {
      name: "spaces",
      title: "Spaces of the kerb",
      min: 1,
      max: spacesMax,
      preset: spacesPreset,
      of: curbOf,
    },
  });
  told.set(spaces, declaration);
  return declaration;
}

export const curb = curbOf(spacesPreset);
