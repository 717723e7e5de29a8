import { readScenario } from "#sim/scenario/scenario.ts";
import type { SimulatedUnit } from "#sim/street/simulated-unit.ts";

/** A fault at the kernel's edge, and what comes of it in any world. */
export interface EdgeFault {
  readonly title: string;
  readonly unit: "bench-01" | "curb-01";
  /** As a scenario says it. */
  readonly yaml: string;
  /** Roles whose parts are told of within half a minute. */
  readonly fails: readonly string[];
  /** Whether a role must not notice. */
  readonly spares: (role: string, unit: SimulatedUnit) => boolean;
  /** What is told of them. */
  readonly words: RegExp;
  /** A serial line that hears what nobody sent, which nobody is to notice. */
  readonly disturbs?: string;
  /** Met by a process that begins while it lasts. */
  readonly killed?: boolean;
}

/** On its I2C bus, and sampled every second or two; the others there are looked at more seldom, and may be told of. */
const onBus = ["seat", "ashtray"] as const;
const bus = (title: string, yaml: string, words: RegExp): EdgeFault => ({
  title,
  unit: "bench-01",
  yaml: `role: seat, ${yaml}`,
  fails: onBus,
  spares: (role, { config }) => config.parts[role]!.place.kind !== "i2c",
  words,
});
/** A card reader on a serial line of its own (PN532), asked every second. */
const line = (title: string, yaml: string, words: RegExp): EdgeFault => ({
  title,
  unit: "bench-01",
  yaml: `role: cards, ${yaml}`,
  fails: ["cards"],
  spares: (role) => role !== "cards",
  words,
});

const edgeFaults: readonly EdgeFault[] = [
  // Linux, Documentation/i2c/fault-codes.rst.
  bus("EIO of every call", "fault: errno, errno: EIO", /^bus on i2c-1/),
  bus(
    "EREMOTEIO of every ioctl",
    "fault: errno, errno: EREMOTEIO, call: ioctl",
    /^no-acknowledge-address on i2c-1/,
  ),
  bus("ETIMEDOUT of every ioctl", "fault: errno, errno: ETIMEDOUT, call: ioctl", /^timeout on i2c-1/),
  bus(
    "calls that hang",
    "fault: hang",
    /^timeout on i2c-1.*(did not return within|still hangs in the kernel)/,
  ),
  {
    title: "an address that a kernel driver claims",
    unit: "bench-01",
    yaml: "role: seat, fault: bind-driver",
    fails: ["seat"],
    spares: (role) => role !== "seat",
    words: /a kernel driver holds this address/,
    killed: true,
  },
  line(
    "EIO of every read",
    "fault: errno, errno: EIO, call: read",
    /^(not-ready|timeout|bus) on \/dev\/ttyAMA5/,
  ),
  line("EIO of every write", "fault: errno, errno: EIO, call: write", /^(not-ready|bus) on \/dev\/ttyAMA5/),
  line("EACCES of every open", "fault: errno, errno: EACCES", /^(not-ready|bus) on \/dev\/ttyAMA5/),
  line("a line that is held", "fault: hold-line", /^(timeout|not-ready) on \/dev\/ttyAMA5/),
  line("a line that is shorted", "fault: short-line", /^timeout on \/dev\/ttyAMA5/),
  line("a line of half frames", "fault: half-frames", /^(timeout|checksum) on \/dev\/ttyAMA5/),
  line("noise in every byte", "fault: noise, by: 1", /^(timeout|checksum) on \/dev\/ttyAMA5/),
  {
    title: "stray bytes between frames",
    unit: "bench-01",
    yaml: "role: cards, fault: stray-bytes, by: 100",
    disturbs: "/dev/ttyAMA5",
    fails: [],
    spares: () => true,
    words: /^$/,
  },
  {
    title: "EIO of every call of a limit switch's line",
    unit: "curb-01",
    yaml: "role: upperLimit, fault: errno, errno: EIO",
    fails: ["upperLimit"],
    spares: (role) => role !== "upperLimit",
    words: /^bus on pinctrl-bcm2711:22, .*EIO.*is a line shorted/,
  },
  {
    title: "a multiplexer that another process switches to another magnetometer",
    unit: "curb-01",
    yaml: "role: multiplexer, fault: other-process, by: 2",
    fails: ["magnetometer1"],
    spares: (role) => role !== "magnetometer1",
    words: /^arbitration-lost on i2c-1 at 0x70, .*has channel 1 \(0x02\) selected, not channel 0 \(0x01\)/,
  },
];

/** Where they happen: each alone in its street. */
const furniture = {
  "bench-01": "{ kind: bench, units: 1, spacing: 30, with: [cards] }",
  "curb-01": "{ kind: curb, units: 1, spacing: 30, size: 2 }",
} as const satisfies Record<EdgeFault["unit"], string>;

/** A street with one unit at noon, with each of its faults to be switched on and off. */
async function edgeStreet(unit: EdgeFault["unit"]) {
  const faults = edgeFaults.filter((fault) => fault.unit === unit);
  const scenario = await readScenario(
    [
      "scenario: kernel-edge",
      "title: Faults at the kernel's edge",
      "seed: 3",
      "start: 2026-06-19 12:00",
      "duration: 2 h",
      "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
      `street: { peoplePerHourPeak: 0, furniture: [${furniture[unit]}] }`,
      "offer:",
      ...faults.map(({ title, yaml }) => `  - { title: ${title}, unit: ${unit}, ${yaml} }`),
    ].join("\n"),
    "kernel-edge.yaml",
  );
  return { unit, scenario, faults };
}

export const edgeStreets = await Promise.all([edgeStreet("bench-01"), edgeStreet("curb-01")]);
