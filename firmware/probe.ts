import { seconds } from "#devices/duration.ts";
import type { Part, Place, Ports } from "#devices/part.ts";
import { deadline } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import { placeName } from "./unit/part-runner.ts";

/** What came of looking for one part. */
export interface Finding {
  readonly role: string;
  readonly part: Part;
  readonly place: Place;
  /** What is wrong and what to check; absent when the part answered. */
  readonly fault?: string;
}

const limit = seconds(10);

/** Looks for every part at its place, one after the other, and leaves it as it was found: outputs are not touched. */
export async function probeParts(
  parts: Readonly<Record<string, { readonly part: Part; readonly place: Place }>>,
  ports: Ports,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [role, { part, place }] of Object.entries(parts)) {
    const fault = await faultOf(part, place, ports);
    findings.push({ role, part, place, ...(fault === undefined ? {} : { fault }) });
  }
  return findings;
}

async function faultOf(part: Part, place: Place, ports: Ports): Promise<string | undefined> {
  const late = () => new PortError("timeout", { port: placeName(place), operation: `probe ${part.id}` });
  const probing = async () => {
    const driver = await part.open(place, ports);
    await driver.probe().finally(() => driver.close());
  };
  try {
    await deadline(ports.clock, limit, probing(), late);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The findings as a table for a person at the cabinet. */
export function probeReport(findings: readonly Finding[]): string {
  const found = findings.filter(({ fault }) => fault === undefined).length;
  const rows = findings.flatMap(({ role, part, place, fault }) => {
    const mark = fault === undefined ? "found  " : "missing";
    const head = `  ${mark}  ${role.padEnd(9)} ${`${part.maker} ${part.id}`.padEnd(26)} ${placeName(place)}`;
    return fault === undefined ? [head] : [head, `           ${fault}`];
  });
  return [...rows, `${found} of ${findings.length} parts found`].join("\n");
}
