import type { Branch, Wire } from "#devices/plan/wiring.ts";
import { html, type Markup } from "./html.ts";

const rowPx = 26;
const indentPx = 28;
const leftPx = 150;
const topPx = 14;
const widthPx = 720;

interface Row {
  readonly depth: number;
  readonly label: string;
  readonly note: string;
  /** Row of what it hangs on; -1 for a wire of the board. */
  readonly parent: number;
}

/** The wires of a unit as a drawing: the board at the left, each wire with what hangs on it. */
export function wiringDrawing(wires: readonly Wire[]): Markup {
  const rows: Row[] = [];
  const add = (branches: readonly Branch[], depth: number, parent: number) => {
    for (const { at, fitted, behind } of branches) {
      const label = [at, fitted?.role].filter(Boolean).join("  ");
      const note = fitted ? `${fitted.part.maker} ${fitted.part.id}` : "";
      add(behind, depth + 1, rows.push({ depth, label, note, parent }) - 1);
    }
  };
  for (const { name, branches } of wires)
    add(branches, 1, rows.push({ depth: 0, label: name, note: "", parent: -1 }) - 1);
  const heightPx = 2 * topPx + rows.length * rowPx;
  return html`<div class="wide" role="region" aria-label="Drawing of the wiring" tabindex="0"><svg class="wiring" viewBox="0 0 ${widthPx} ${heightPx}" role="img" aria-label="Wiring">
<rect class="board" x="1" y="1" width="96" height="${heightPx - 2}" rx="6" />
<text class="board" x="49" y="${heightPx / 2}" text-anchor="middle">board</text>
${rows.map((row, index) => rowDrawing(row, index))}</svg></div>
`;
}

const xOf = (depth: number) => leftPx + depth * indentPx;
const yOf = (row: number) => topPx + (row + 0.5) * rowPx;

function rowDrawing({ depth, label, note, parent }: Row, row: number): Markup {
  const y = yOf(row);
  const path =
    parent < 0 ? `M97 ${y}H${xOf(0)}` : `M${xOf(depth - 1) + 8} ${yOf(parent) + 8}V${y}H${xOf(depth)}`;
  return html`<path d="${path}" /><text class="${depth === 0 ? "wire" : "station"}" x="${xOf(depth) + 5}" y="${y + 4}">${label}${note && html`<tspan class="note" dx="10">${note}</tspan>`}</text>
`;
}
