/** What each charging port of a bench has: sensors, estimators, an actuator, telemetry and alarms. */
import { hours, minutes, seconds } from "../../duration.ts";
import { port } from "../../estimators/charging/port.ts";
import { type PortLimits, portGuard, portLimits, tripCauses } from "../../estimators/charging/port-guard.ts";
import { portPermit } from "../../estimators/charging/port-permit.ts";
import { standings } from "../../estimators/charging/port-standing.ts";
import { portSwitch } from "../../estimators/charging/port-switch.ts";
import { energy } from "../../estimators/energy.ts";
import type { Estimator } from "../../estimators/estimator.ts";
import { truth } from "../../quantities.ts";
import { type Actuator, type Alarm, loadsSupplied, type TelemetryPoint } from "../vocabulary.ts";

export const portNames = ["outlet", "usb1", "usb2", "pad"] as const;
export type PortName = (typeof portNames)[number];

interface PortMake {
  readonly title: string;
  readonly ratedCurrentA: number;
  /** Less than this is nobody's device, W. */
  readonly loadW: number;
  readonly voltage: string;
  readonly current: string;
  readonly power: string;
  /** Where the meter has a counter of its own. */
  readonly register?: string;
  /** Most that can flow, W. */
  readonly maxPowerW: number;
  /** Counts of the meter's resolution in a watt-hour. */
  readonly countsPerWh: number;
}

/** A channel of the INA3221, in the 12 V supply of a USB or wireless charger. */
const direct = (title: string, channel: 1 | 2 | 3, ratedCurrentA: number): PortMake => ({
  title,
  ratedCurrentA,
  loadW: 0.5,
  voltage: `portMeter.busVoltage${channel}`,
  current: `portMeter.current${channel}`,
  power: `portMeter.power${channel}`,
  maxPowerW: 90,
  countsPerWh: 100,
});

export const portMakes: Readonly<Record<PortName, PortMake>> = {
  outlet: {
    title: "AC outlet",
    // Of an inverter of 500 VA.
    ratedCurrentA: 2,
    loadW: 2,
    voltage: "outletMeter.voltage",
    current: "outletMeter.current",
    power: "outletMeter.activePower",
    register: "outletMeter.activeEnergy",
    maxPowerW: 2_500,
    countsPerWh: 1,
  },
  usb1: direct("USB-C port 1", 1, 1.8),
  usb2: direct("USB-C port 2", 2, 1.8),
  pad: direct("Wireless pad", 3, 1.5),
};

/** The same for every port: an entry for each, under names that begin with the port's. */
const forPorts = <T>(entries: (name: PortName, make: PortMake) => Record<string, T>): Record<string, T> =>
  Object.assign({}, ...portNames.map((name) => entries(name, portMakes[name])));

const sensorsOf = (name: PortName) => ({
  voltage: portMakes[name].voltage,
  current: portMakes[name].current,
  temperature: `contacts.${name}`,
  fault: `switches.${name}Fault`,
});

const limitsOf = (name: PortName): PortLimits => ({
  ...portLimits,
  ratedCurrentA: portMakes[name].ratedCurrentA,
});

/** In the order in which they must hear: what a port has taken, whether it tripped, what it should do. */
export const portEstimators: readonly Estimator<unknown>[] = portNames.flatMap((name) => {
  const { power, register, maxPowerW, loadW, countsPerWh } = portMakes[name];
  return [
    energy({ power, ...(register !== undefined && { register }) }, { name: `${name}Energy`, maxPowerW }),
    portGuard(
      {
        port: name,
        ...sensorsOf(name),
        target: `${name}.target`,
        wanted: `${name}Port.wanted`,
        reset: "command.resetPort",
      },
      limitsOf(name),
    ),
    port(
      name,
      {
        power,
        energy: `${name}Energy.total`,
        trip: `${name}Guard.trip`,
        shed: `shedding.${name}`,
        frost: "frost.ports",
        admitted: "access.admitted",
        target: `${name}.target`,
        supply: loadsSupplied,
        commands: ["command.setPort", "command.resumePort", "command.startSession"],
      },
      { loadW, countsPerWh },
    ),
  ] as Estimator<unknown>[];
});

export const portActuators: Readonly<Record<string, Actuator>> = forPorts((name, { title }) => ({
  [name]: {
    title,
    quantity: truth,
    role: "switches",
    outputs: (isOn: number) => ({ [name]: isOn }),
    controller: portSwitch({ wanted: `${name}Port.wanted`, standing: `${name}Port.standing` }),
    permit: portPermit(
      { trip: `${name}Guard.trip`, sure: `${name}Guard.sure`, frost: "frost.ports", ...sensorsOf(name) },
      limitsOf(name),
    ),
    failSafe: { value: 0, because: "a port that nobody watches is off" },
    timeToLive: seconds(30),
  } satisfies Actuator,
}));

export const portTelemetry: Readonly<Record<string, TelemetryPoint>> = forPorts<TelemetryPoint>(
  (name, { title, power }) => ({
    [`${name}Energy`]: {
      title: `${title}: energy`,
      source: `${name}Energy.total`,
      recordClass: "meter",
      every: hours(1),
      // What a power cut can lose of a meter that has no counter of its own.
      deadband: 1,
    },
    [`${name}Power`]: {
      title: `${title}: power`,
      source: power,
      recordClass: "series",
      every: minutes(15),
    },
    [`${name}Temperature`]: {
      title: `${title}: temperature of its contacts`,
      source: `contacts.${name}`,
      recordClass: "series",
      every: hours(1),
    },
    [`${name}Standing`]: {
      title: `${title}: how it stands`,
      source: `${name}Port.standing`,
      recordClass: "event",
      deadband: 1,
      words: standings.map(({ code }) => code.replaceAll("-", " ")),
    },
    [`${name}Trips`]: {
      title: `${title}: how often it tripped`,
      source: `${name}Guard.trips`,
      recordClass: "meter",
      deadband: 1,
    },
    [`${name}InUse`]: {
      title: `${title}: something charges`,
      source: `${name}Port.session`,
      recordClass: "event",
      deadband: 1,
      words: ["free", "in use"],
    },
  }),
);

/** What to do about each cause, for the person who is sent. */
const advice = {
  "over-current": {
    title: "too much current",
    advice: "Unplug what hangs on it, look for damage, then reset the port.",
  },
  "over-temperature": {
    title: "hot contacts",
    advice: "Do not touch: look for melted or loose contacts, replace the socket, then reset the port.",
  },
  "meter-stale": {
    title: "its meter fell silent",
    advice: "Check the meter's wiring and supply; the port stays off until it is reset.",
  },
  "load-switch-fault": {
    title: "its load switch gave up",
    advice: "Look for a short behind the socket; replace the load switch if there is none, then reset.",
  },
  "stuck-on": {
    title: "current flows though it was switched off",
    advice:
      "Its load switch is welded or shorted, so the supply of all ports is cut: replace it, then reset.",
  },
} as const;

const alarmName = (code: string) =>
  code.replace(/(^|-)(\w)/g, (_, _dash: string, letter: string) => letter.toUpperCase());

/** For each port and each cause: `usb1OverCurrent`. */
export const portAlarms: Readonly<Record<string, Alarm>> = forPorts<Alarm>((name, make) =>
  Object.fromEntries(
    tripCauses.flatMap((cause, limit) => {
      if (cause === "none") return [];
      const alarm: Alarm = {
        title: `${make.title} off: ${advice[cause].title}`,
        severity: cause === "over-temperature" || cause === "stuck-on" ? "critical" : "warning",
        advice: advice[cause].advice,
        source: `${name}Guard.trip`,
        when: "is",
        limit,
        for: seconds(0),
      };
      return [[`${name}${alarmName(cause)}`, alarm]];
    }),
  ),
);
