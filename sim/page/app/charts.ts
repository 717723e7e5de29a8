import type { HistorySpan, HistoryState } from "../unit-detail.ts";
import type { DeclarationState, SourceState } from "../view.ts";
import { Chart } from "./chart.ts";
import { make, setAttribute, setText } from "./dom.ts";
import { historyWords } from "./history-words.ts";
import { Feed, historyPath } from "./unit-feed.ts";

const spanTitles: Readonly<Record<HistorySpan, string>> = {
  hour: "the last hour",
  night: "the last night (12 h)",
};

/** Any quantity of a unit over the last hour or night, drawn and in words. */
export class Charts {
  readonly element: HTMLElement;
  readonly #source = make("select");
  readonly #span = make("select");
  readonly #words = make("figcaption");
  readonly #pointed = make("p", "pointed");
  readonly #key = make("p", "key");
  readonly #chart: Chart;
  readonly #feed: Feed<HistoryState>;
  #unit: string | undefined;
  #timeZone = "UTC";

  constructor() {
    this.#source.setAttribute("aria-label", "Quantity");
    this.#span.setAttribute("aria-label", "Time span");
    for (const [span, title] of Object.entries(spanTitles)) this.#span.append(new Option(title, span));
    this.#key.append(make("i", "measured"), "measured ", make("i", "true"), "true");
    this.#key.setAttribute("aria-hidden", "true");
    this.#pointed.setAttribute("aria-hidden", "true");
    const picture = make("div", "picture");
    this.element = make(
      "section",
      "charts",
      make("h3", "", "Over time"),
      make("p", "choice", this.#source, this.#span),
      make("figure", "", this.#key, picture, this.#pointed, this.#words),
    );
    this.#chart = new Chart(picture, (text) => setText(this.#pointed, text));
    this.#feed = new Feed<HistoryState>(
      (history) => this.#show(history),
      (message) => setText(this.#words, message),
    );
    for (const select of [this.#source, this.#span])
      select.addEventListener("change", () => this.#feed.want(this.#path));
  }

  open(unit: string, { sources, glance }: DeclarationState, timeZone: string): void {
    this.#unit = unit;
    this.#timeZone = timeZone;
    this.#chart.clear();
    setText(this.#words, "");
    this.#source.replaceChildren(...groupsOf(sources));
    this.#source.value = glance[0]?.source ?? sources[0]?.source ?? "";
    this.#feed.want(this.#path);
  }

  close(): void {
    this.#unit = undefined;
    this.#feed.want(undefined);
  }

  /** @param atMs of `performance`'s origin, as events have it. */
  update(atMs: number): void {
    this.#feed.want(this.#path, atMs);
  }

  get #path(): string | undefined {
    if (this.#unit === undefined || this.#source.value === "") return undefined;
    return historyPath(this.#unit, this.#source.value, this.#span.value as HistorySpan);
  }

  #show(history: HistoryState): void {
    this.#chart.show(history, this.#timeZone);
    setAttribute(this.element, "data-source", history.source);
    setAttribute(this.element, "data-span", history.span);
    setAttribute(this.element, "data-points", String(history.measured.min.length));
    setAttribute(this.element, "data-truth", String(history.truth !== undefined));
    const over = `${history.title} over ${spanTitles[history.span]}`;
    setText(this.#words, `${over}. ${historyWords(history, this.#timeZone)}`);
  }
}

/** What is telemetry first, under its title; the rest under the names of its sources. */
function groupsOf(sources: readonly SourceState[]): HTMLElement[] {
  const group = (label: string, members: readonly SourceState[]) => {
    const element = make("optgroup", "", ...members.map(optionOf));
    element.label = label;
    return element;
  };
  const isTold = ({ title }: SourceState) => title !== undefined;
  return [
    group("Telemetry", sources.filter(isTold)),
    group(
      "Other samples",
      sources.filter((source) => !isTold(source)),
    ),
  ];
}

const optionOf = ({ source, title = source, unit }: SourceState) =>
  new Option(unit === "1" ? title : `${title}, ${unit}`, source);
