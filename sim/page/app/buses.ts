import type { BusState } from "../unit-detail.ts";
import { KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { tableOf } from "./table.ts";

/** How busy the wires of a unit are, and what went wrong on them. */
export class Buses {
  readonly element: HTMLElement;
  readonly #rows: KeyedChildren<HTMLTableRowElement, BusState>;

  constructor() {
    const { element, body } = tableOf("Buses", "buses", ["", "now", "busy", "errors"]);
    this.element = element;
    this.#rows = new KeyedChildren(body, makeRow, showBus);
  }

  show(buses: readonly BusState[]): void {
    this.element.hidden = buses.length === 0;
    this.#rows.show(buses.map((bus) => [bus.name, bus]));
  }
}

function makeRow(): HTMLTableRowElement {
  const name = make("th", "", make("b"), make("small"));
  name.scope = "row";
  return make("tr", "", name, make("td"), make("td"), make("td"));
}

function showBus(row: HTMLTableRowElement, bus: BusState): void {
  const [name, now, busy, errors] = row.children;
  setAttribute(row, "data-bus", bus.name);
  setAttribute(row, "data-total", String(bus.total));
  setAttribute(row, "data-errors", String(bus.errors.reduce((sum, { count }) => sum + count, 0)));
  setText(name!.children[0]!, bus.name);
  setText(name!.children[1]!, bus.roles.join(", "));
  setText(now!, rateText(bus));
  setText(busy!, bus.busyShare === undefined ? "–" : shareText(bus.busyShare));
  setText(errors!, errorText(bus));
}

const what = { i2c: "transfers/s", serial: "bytes/s" } as const;

export function rateText({ perSecond, kind }: Pick<BusState, "perSecond" | "kind">): string {
  if (perSecond === undefined) return "–";
  const decimals = perSecond >= 99.5 ? 0 : perSecond >= 9.95 ? 1 : 2;
  return `${perSecond.toFixed(perSecond === 0 ? 0 : decimals)} ${what[kind]}`;
}

/** Of the time, in per cent: nothing is 0, and what is little is not nothing. */
export function shareText(share: number): string {
  if (share === 0) return "0 %";
  const percent = 100 * share;
  return percent < 0.1 ? "< 0.1 %" : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

export const errorText = ({ errors }: Pick<BusState, "errors">) =>
  errors.length === 0 ? "none" : errors.map(({ what, count }) => `${count} ${what}`).join(", ");
