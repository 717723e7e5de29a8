import type { Told } from "./check-flow.ts";
import type { Severity } from "./finding.ts";

/** For a terminal: each finding with its place, and how many there are. */
export const flowReport = (findings: readonly Told[], file: string): string =>
  [...findings.map((finding) => findingText(finding, file)), counts(findings)].join("\n\n");

const findingText = (
  { severity, rule, line, label, node, field, found, expected, fix }: Told,
  file: string,
) =>
  [
    `${file}:${line}: ${severity}: ${label}: ${found} [${rule}]`,
    `  expected  ${expected}`,
    `  at        ${[node ?? "the file", field].filter((word) => word !== "").join(" ")}`,
    `  do        ${fix}`,
  ].join("\n");

const severities: readonly Severity[] = ["error", "warning", "notice"];

const counts = (findings: readonly Told[]) =>
  severities
    .map((severity) => {
      const number = findings.filter((finding) => finding.severity === severity).length;
      return `${number} ${severity}${number === 1 ? "" : "s"}`;
    })
    .join(", ");
