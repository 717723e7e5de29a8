import type { Deviation } from "#sim/replay/deviation.ts";
import type { ReplayReport } from "#sim/replay/replay.ts";

/** Characters of a line that tell what was expected, or came. */
const widthMax = 160;
/** Places of which the first difference is told, unless all are wanted. */
const placesMax = 20;

/** What a replay found, for a person: the first difference, then the first of every other place. */
export function report(found: ReplayReport, isAll: boolean): string {
  const { kind, unit, why, untilMs, events, outcomes, told, deviations } = found;
  const lines = [
    `${kind} ${unit}, ${span(untilMs)} of its life, written for: ${why}`,
    ...versions(found),
    ...gap(found),
    `  ${events} things passed, ${outcomes} were done: ${deviations === 0 ? "no difference" : `${deviations} differences`}`,
  ];
  const [first] = told;
  if (!first) return lines.join("\n");
  const shown = isAll ? told.slice(1) : firsts(told).slice(1, placesMax);
  lines.push("", "  the first", ...block(first, found));
  if (shown.length > 0)
    lines.push(
      "",
      isAll ? "  and then" : "  the first of each other place",
      ...shown.flatMap((one) => block(one, found)),
    );
  const rest = deviations - shown.length - 1;
  if (rest > 0) lines.push("", `  and ${rest} more${isAll ? "" : ": --all tells them"}`);
  return lines.join("\n");
}

const versions = ({ recordedVersion, playedVersion }: ReplayReport) =>
  recordedVersion === playedVersion
    ? [`  version ${playedVersion}`]
    : [
        `  recorded by version ${recordedVersion}, played by ${playedVersion}: a difference may be what was changed`,
      ];

const gap = ({ judgedFromMs, lostEvents, untilMs }: ReplayReport) =>
  lostEvents === 0
    ? []
    : [
        `  ${lostEvents} things are lost after the beginning of that life: its last ${span(untilMs - judgedFromMs)} are judged`,
      ];

function firsts(told: readonly Deviation[]): readonly Deviation[] {
  const seen = new Set<string>();
  return told.filter(({ of, place }) => {
    const isNew = !seen.has(`${of} ${place}`);
    seen.add(`${of} ${place}`);
    return isNew;
  });
}

const block = ({ atMs, of, place, expected, came }: Deviation, { wallOffsetMs }: ReplayReport) => [
  `  ${instant(atMs, wallOffsetMs)}  ${place}${of === "surroundings" ? ", asked of the record" : ""}`,
  `      expected  ${short(expected)}`,
  `      came      ${short(came)}`,
];

const short = (text: string) => (text.length > widthMax ? `${text.slice(0, widthMax - 1)}…` : text);

/** Since the unit's process began, and in UTC where the unit knew the time. */
function instant(atMs: number, wallOffsetMs: number | undefined): string {
  const uptime = `${(atMs / 1_000).toFixed(3)} s`;
  if (wallOffsetMs === undefined) return uptime;
  return `${uptime} (${new Date(wallOffsetMs + atMs).toISOString()})`;
}

function span(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 2) return `${Math.round(ms / 1_000)} s`;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
