import type { Part } from "#devices/part.ts";
import { html, type Markup, table } from "./html.ts";
import { type Depth, type Judgement, judgements, unjudged } from "./judgements.ts";

const worlds: Readonly<Record<Depth, string>> = {
  virtual: "our ports, virtual time",
  preload: "a process of its own, the kernel's calls",
  "time travel": "a kernel of its own, virtual time",
};

/** Chip by chip: who judged its twin, what agreed, where they differ, and what was found wrong and mended. */
export function judgesPage(parts: readonly Part[]): Markup {
  const judged = parts.filter(({ id }) => of(id).length > 0);
  return html`<h1>Second judges</h1>
<p class="summary">A twin and a driver of ours that share a mistake agree with each other. Drivers that others wrote
from the same data sheets, run as they are published, do not share it: each reads what the twin was set to, over the
part's range, or drives the twin and the load is looked at.</p>
<p>${judgements.length} judgements of ${judged.length} parts, each held by a test.</p>
${table(
  ["Part", "Judge", "Where", "Agreed on", "Differs, and the document's word", "Found wrong, and mended"],
  judged.flatMap(({ id }) =>
    of(id).map((one) => [html`<a href="chips/${id}.html">${id}</a>`, ...cells(one)]),
  ),
)}
<h2>Parts without one</h2>
${table(
  ["Part", "Why"],
  parts
    .filter(({ id }) => of(id).length === 0)
    .map(({ id }) => [html`<a href="chips/${id}.html">${id}</a>`, unjudged[id] ?? ""]),
)}`;
}

/** For the part's own page. */
export function judgedText(id: string): Markup {
  const found = of(id);
  if (found.length === 0) return html`<p>No second judge: ${unjudged[id] ?? ""}.</p>`;
  return table(
    ["Judge", "Where", "Agreed on", "Differs, and the document's word", "Found wrong, and mended"],
    found.map(cells),
  );
}

const of = (id: string) => judgements.filter(({ parts }) => parts.includes(id));

const cells = ({ from, judge, version, licence, depth, agreed, differs, mended }: Judgement) => [
  html`${from}: <code>${judge}</code> ${version}, ${licence}`,
  worlds[depth],
  agreed,
  differs ?? "",
  mended ?? "",
];
