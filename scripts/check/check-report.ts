import { arithmeticOf } from "#devices/plan/bus-time.ts";
import type { Severity } from "#devices/plan/finding.ts";
import type { Plan } from "#devices/plan/plan.ts";
import { wiringText } from "#devices/plan/wiring.ts";
import type { Checked, Told } from "./check-unit.ts";

/** For a terminal: the wiring, what it takes of the board, and the findings. */
export function report({ kind, unit, board, plan, findings }: Checked, file: string): string {
  const what = [kind, unit].filter((word) => word !== undefined).join(" ") || file;
  const sections = [
    ...(plan ? [`${what} on a ${board.title}`, wiringText(plan.wires), boardText(plan)] : [what]),
    ...findings.map((finding) => findingText(finding, file)),
    countsText(findings),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function boardText({ pins, buses, rails, configTxt }: Plan): string {
  const uses = pins.map(({ line, use }) => `${line} ${use}`).join(", ");
  const rows = [
    ["GPIO", uses || "none"],
    ...buses.map((bus) => [`i2c-${bus.bus}`, `${(bus.share * 100).toFixed(1)} %: ${arithmeticOf(bus)}`]),
    ...rails.map(({ volts, arithmetic }) => [`${volts} V`, arithmetic]),
    ["config.txt", configTxt.join("  ") || "nothing"],
  ];
  return rows.map(([label, words]) => `${label!.padEnd(12)}${words}`).join("\n");
}

const findingText = ({ severity, rule, line, field, found, expected, fix }: Told, file: string) =>
  [
    `${file}:${line}: ${severity}: ${found} [${rule}]`,
    `  expected  ${expected}`,
    `  at        ${field || "the file"}`,
    `  do        ${fix}`,
  ].join("\n");

const count = (findings: readonly Told[], severity: Severity) => {
  const number = findings.filter((finding) => finding.severity === severity).length;
  return `${number} ${severity}${number === 1 ? "" : "s"}`;
};

const countsText = (findings: readonly Told[]) =>
  [count(findings, "error"), count(findings, "warning"), count(findings, "notice")].join(", ");

/** For programs: everything that is told, and the plan in plain data. */
export const json = ({ kind, unit, board, plan, parts, findings }: Checked, file: string) => ({
  file,
  kind,
  unit,
  board: board.id,
  findings,
  parts: parts.map(({ role, part, place }) => ({ role, part: part.id, place })),
  ...(plan ? { pins: plan.pins, buses: plan.buses, rails: plan.rails, configTxt: plan.configTxt } : {}),
});
