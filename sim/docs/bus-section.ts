import { type Furniture, sized } from "#devices/furniture/vocabulary.ts";
import { busTimes, transferOverheadMs, usableShare } from "#devices/plan/bus-time.ts";
import type { Fitted } from "#devices/plan/wiring.ts";
import type { Stream } from "#devices/stream.ts";
import { html, type Markup, section, table } from "./html.ts";
import { unitText } from "./words.ts";

/** Every role with the factory's part at the factory's place. */
export const factoryFitted = ({ roles }: Furniture): Fitted[] =>
  Object.entries(roles).map(([role, { accepts, place }]) => ({ role, part: accepts[0], place }));

/** `250 a second; 83 a second while nothing moves`. */
export const streamRateText = ({ every, idle }: Stream): string =>
  `${Math.round(1_000 / every)} a second; ${Math.round(1_000 / idle)} a second while nothing moves`;

/** What is sampled fast and off the control loop, and what becomes of it; nothing where nothing is. */
export function streamSection({ roles }: Furniture): Markup {
  // Tiles are streamed alike: one row for all of them.
  const alike = new Map<string, { stream: Stream; names: string[] }>();
  for (const [role, { stream }] of Object.entries(roles)) {
    if (!stream) continue;
    const row = alike.get(JSON.stringify(stream)) ?? { stream, names: [] };
    row.names.push(role);
    alike.set(JSON.stringify(stream), row);
  }
  const rows = [...alike.values()].map(({ stream, names }) => {
    return [
      codes(names),
      streamRateText(stream),
      codes(stream.each),
      codes(stream.inTurn),
      Object.entries(stream.detector.outputs).map(
        ([output, { name, unit }]) =>
          html`<code>${output}</code> ${name}${unitText(unit) && `, ${unitText(unit)}`}<br>`,
      ),
    ];
  });
  if (rows.length === 0) return html``;
  return section(
    "streams",
    "What is sampled off the control loop",
    html`<p>A detector beside the sampler makes findings of the samples; nothing else of them reaches the unit, but for <code>rate</code>, slots sampled in a second, and <code>missed</code>, slots since its start that were not.</p>`,
    table(["Role", "Sampled", "In each slot", "One of these in turn", "What its detector finds"], rows),
  );
}

const codes = (names: readonly string[]) =>
  names.map((name, index) => html`${index > 0 ? ", " : ""}<code>${name}</code>`);

/** The time of its I2C buses, of each size that is worth a look. */
export function busSection(declaration: Furniture): Markup {
  const { size } = declaration;
  const counts = size ? [...new Set([size.min, size.preset, size.max])] : [undefined];
  const rows = counts.flatMap((count) => {
    const of = sized(declaration, count);
    return busTimes(factoryFitted(of), of).map(({ bus, clockHz, bits, transfers, share }) => [
      ...(size ? [String(count)] : []),
      html`<code>i2c-${bus}</code>`,
      `${clockHz / 1_000} kHz`,
      bits.toFixed(0),
      transfers.toFixed(0),
      `${(share * 100).toFixed(1)} %`,
    ]);
  });
  if (rows.length === 0) return html``;
  return section(
    "buses",
    "How busy its I2C buses are",
    html`<p>At the factory's places and the fastest sampling that its roles ask for; each transfer is taken to cost ${1_000 * transferOverheadMs} µs beside its bits. <code>plinth check</code> plans a unit's own file, and refuses more than ${usableShare * 100} %.</p>`,
    table(
      [...(size ? [size.title] : []), "Bus", "Clock", "Bits a second", "Transfers a second", "Of its time"],
      rows,
    ),
  );
}
