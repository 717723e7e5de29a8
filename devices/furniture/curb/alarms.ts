import { minutes, seconds } from "../../duration.ts";
import type { Alarm } from "../vocabulary.ts";
import { spaceNumbers } from "./roles.ts";

const is = (source: string) => ({ source, when: "is", limit: 1 }) as const;

/** The alarms of each space: an overstay, and sensors that contradict each other. */
const ofSpace = (space: number): Readonly<Record<string, Alarm>> => ({
  [`overstay${space}`]: {
    title: `Overstay in space ${space}`,
    severity: "notice",
    advice: "Somebody stands there longer than the policy allows: have it seen to at the next round.",
    ...is(`kerb.overstay${space}`),
    for: seconds(0),
  },
  [`disagreement${space}`]: {
    title: `Sensors of space ${space} disagree`,
    severity: "warning",
    advice: "Wipe the lidar's lens and look for iron on the ground; then calibrate the empty space.",
    ...is(`space${space}.disagreement`),
    for: minutes(1),
  },
  [`blind${space}`]: {
    title: `Space ${space} cannot be seen`,
    severity: "warning",
    advice: "No sensor of the space answers: check the cable to its magnetometer and the multiplexer.",
    ...is(`loss.space${space}`),
    for: minutes(1),
  },
});

export const curbAlarms = (spaces: number): Readonly<Record<string, Alarm>> => ({
  ...Object.assign({}, ...spaceNumbers(spaces).map(ofSpace)),
  lockStalled: {
    title: "Ground lock stalled",
    severity: "warning",
    advice: "Clear stones or ice from the lock's hinge; check motor, relays and limit switches.",
    ...is("lockMonitor.stalled"),
    for: seconds(0),
    latched: true,
  },
  lockObstructed: {
    title: "Ground lock obstructed",
    severity: "warning",
    advice: "The lock met something on its way up and went down: see what stands or lies over it.",
    ...is("lockMonitor.obstructed"),
    for: seconds(0),
    latched: true,
  },
  lockRunaway: {
    title: "Ground lock runs by itself",
    severity: "critical",
    advice:
      "Its motor ran though it was told to rest; lock, contactor, lights and sign have no supply until the unit is started anew: replace the relays.",
    ...is("lockMonitor.runaway"),
    for: seconds(0),
    latched: true,
  },
  lockLimits: {
    title: "Limit switches of the ground lock contradict each other",
    severity: "warning",
    advice:
      "Both say that they are closed: see where the lock really is, and replace the switch that sticks.",
    ...is("lockMonitor.contradictory"),
    for: seconds(2),
  },
  lockNotUp: {
    title: "Ground lock is not up",
    severity: "notice",
    advice: "A space that is reserved stands open: wipe the lidar's lens, then calibrate the empty space.",
    ...is("lockMonitor.wanting"),
    for: minutes(5),
  },
  contactorStuck: {
    title: "Contactor is stuck",
    severity: "critical",
    advice:
      "Power flows though nothing is sold: have an electrician cut the supply and replace the contactor.",
    ...is("contactorMonitor.stuck"),
    for: seconds(5),
  },
  chargerFault: {
    title: "Charging controller fault",
    severity: "warning",
    advice: "Do not touch the plug: have an electrician check the residual-current device and the cable.",
    ...is("evse.fault"),
    for: seconds(10),
  },
  meterLost: {
    title: "Charging meter lost",
    severity: "warning",
    advice: "Nothing is charged meanwhile: check the meter's supply and the RS-485 line.",
    ...is("loss.meter"),
    for: minutes(1),
  },
  signLost: {
    title: "Sign lost",
    severity: "warning",
    advice: "The static sign holds: check the sign's supply and the RS-485 line.",
    ...is("loss.sign"),
    for: minutes(1),
  },
  relaysLost: {
    title: "Relay board lost",
    severity: "critical",
    advice: "Lock, contactor, lights and sign have no supply now: check the relay board and its cable.",
    ...is("loss.relays"),
    for: minutes(1),
  },
});
