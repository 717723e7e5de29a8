import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { loadBundle } from "../replay/bundle-under-replay.ts";
import { ofRecord, readRecord } from "../replay/record-file.ts";
import { report } from "../replay/report.ts";
import { timeOption } from "../time-option.ts";
import { UserError } from "../user-error.ts";

interface Options {
  readonly bundle?: string;
  readonly tolerance: string;
  readonly settle: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("replay")
    .description("Live a flight record again in virtual time, and show where the unit does something else")
    .argument("<record>", "a file record-….flight from a unit's data folder")
    .option(
      "--bundle <kind.js>",
      "play it into this bundle, as `plinth build` wrote it, instead of this code",
    )
    .option("--tolerance <time>", "how far apart in time two things may be and still be the same", "1 s")
    .option("--settle <time>", "after a gap in the record, nothing is judged for so long", "10 min")
    .option("--all", "tell every difference, not the first of each place alone")
    .option("--json", "print the report as one JSON object")
    .addHelpText(
      "after",
      `
A unit remembers what passed on its buses, lines and link, and what it did. It writes that down when an alarm is raised, by
the command saveFlightRecord, and on \`systemctl kill -s USR2 <unit>\` or \`kill -USR2\`; \`plinth fetch-record\` fetches it
through the broker. The replay answers from the record, and holds what the unit
does (actuators, alarms, records, answers, what it tells its neighbours) against what it did then.

A long life has a gap after its beginning: the unit then goes on with what it had kept. Of what was under way at the gap's
end, such as a mean over an hour or a charging session, differences are to be expected.

Examples:
  plinth replay record-000012-0001.flight
  plinth replay record-000012-0001.flight --bundle dist/streetlight/streetlight.js
${exitCodesHelp}`,
    )
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  const toleranceMs = timeOption("--tolerance", options.tolerance);
  const settleMs = timeOption("--settle", options.settle);
  const record = await readRecord(file);
  const bundled = options.bundle === undefined ? undefined : loadBundle(options.bundle);
  const { replay } = await import("#sim/replay/replay.ts");
  const found = await ofRecord(file, () =>
    replay(record, {
      ...{ toleranceMs, settleMs, version: packageJson.version },
      ...(bundled ? { bundled } : {}),
    }),
  );
  console.log(options.json ? JSON.stringify(found, undefined, 2) : report(found, options.all ?? false));
  if (found.deviations === 0) return;
  throw new UserError("", exitCodes.failed);
}
