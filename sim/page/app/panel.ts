import type { AlarmState, PageState, PartState, SampleState, UnitState } from "../view.ts";
import { byId, KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { age, energy, percent, power, sampleText } from "./format.ts";
import { lampTruth } from "./lamp-state.ts";

/** Everything that one lamp knows of itself. */
export class Panel {
  readonly #element = byId<HTMLDialogElement>("panel");
  readonly #heading = make("h2");
  readonly #kind = make("p", "kind");
  readonly #close = make("button", "close", "✕");
  readonly #facts = section("Now", "dl", "facts");
  readonly #alarms = section("Alarms", "ul", "alarms");
  readonly #parts = section("Parts", "ul", "parts");
  readonly #samples = section("Samples", "table", "samples");
  readonly #settings = section("Settings and records", "dl", "facts");
  readonly #alarmRows = new KeyedChildren(
    this.#alarms.list,
    () => make("li", "", make("b"), make("span")),
    showAlarm,
  );
  readonly #partRows = new KeyedChildren(
    this.#parts.list,
    () => make("li", "", make("i", "dot"), make("b"), make("span"), make("p")),
    showPart,
  );
  readonly #sampleRows: KeyedChildren<HTMLTableRowElement, readonly [SampleState, number]>;
  readonly #factRows = new KeyedChildren(this.#facts.list, makeFact, showFact);
  readonly #settingRows = new KeyedChildren(this.#settings.list, makeFact, showFact);
  readonly #onClose: () => void;
  #unit: string | undefined;

  /** @param onClose told when the panel was closed by the person at the page. */
  constructor(onClose: () => void) {
    this.#onClose = onClose;
    this.#heading.id = "panel-title";
    this.#heading.tabIndex = -1;
    this.#close.type = "button";
    this.#close.setAttribute("aria-label", "Close");
    this.#close.addEventListener("click", () => this.close());
    const body = make("tbody");
    this.#samples.list.append(body);
    this.#sampleRows = new KeyedChildren(
      body,
      () => make("tr", "", make("th"), make("td"), make("td", "quality"), make("td", "age")),
      showSample,
    );
    this.#element.append(
      make("header", "", make("div", "", this.#heading, this.#kind), this.#close),
      ...[this.#facts, this.#alarms, this.#parts, this.#samples, this.#settings].map(
        ({ element }) => element,
      ),
    );
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#unit !== undefined) this.close();
    });
  }

  get unit(): string | undefined {
    return this.#unit;
  }

  open(unit: string, state: PageState): void {
    this.#unit = unit;
    if (!this.#element.open) this.#element.show();
    this.#element.scrollTop = 0;
    this.update(state);
    this.#heading.focus({ preventScroll: true });
  }

  close(): void {
    this.#element.close();
    this.#onClose();
    this.#unit = undefined;
  }

  update({ units, nowMs }: PageState): void {
    const unit = this.#unit === undefined ? undefined : units[this.#unit];
    if (!unit) return;
    setText(this.#heading, this.#unit!);
    setText(this.#kind, `${unit.title} at ${unit.xM.toFixed(1)} m`);
    this.#factRows.show(factsOf(unit));
    this.#alarms.element.hidden = unit.alarms.length === 0;
    this.#alarmRows.show(unit.alarms.map((alarm) => [alarm.name, alarm]));
    this.#partRows.show(Object.entries(unit.parts));
    this.#sampleRows.show(
      Object.entries(unit.samples)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([source, sample]) => [source, [sample, nowMs - sample.atMs]]),
    );
    this.#settingRows.show(settingsOf(unit));
  }
}

function section<Tag extends "dl" | "ul" | "table">(title: string, tag: Tag, className: string) {
  const list = make(tag, className);
  return { list, element: make("section", "", make("h3", "", title), list) };
}

type Facts = (readonly [name: string, value: string])[];

function factsOf(unit: UnitState): Facts {
  const { target, running, connected } = unit;
  const { levelPercent, powerW, energyWh } = lampTruth(unit);
  return [
    ["Light", `${percent(levelPercent)} of full`],
    ["Wanted", target ? `${percent(target.value)}: ${target.text}` : "not known"],
    ["Takes", `${power(powerW)}, ${energy(energyWh)} so far`],
    ["Unit", running ? (connected ? "running, connected" : "running, offline") : "process is down"],
  ];
}

function settingsOf({ settings, records }: UnitState): Facts {
  const facts: Facts = [];
  if (settings) {
    facts.push(["Revision", settings.inForce]);
    for (const { field, problem, expected } of settings.refusals)
      facts.push([`Refused ${field}`, `${problem}; expected ${expected}`]);
  }
  if (records) {
    facts.push(["Waiting", `${records.waiting} records`], ["Made", `${records.made}`]);
    if (records.dropped > 0) facts.push(["Dropped", `${records.dropped}`]);
  }
  return facts;
}

const makeFact = (name: string) => make("div", "", make("dt", "", name), make("dd"));
const showFact = (row: HTMLElement, value: string) => setText(row.lastElementChild!, value);

function showAlarm(row: HTMLElement, { title, severity, advice }: AlarmState): void {
  setAttribute(row, "data-severity", severity);
  setText(row.children[0]!, title);
  setText(row.children[1]!, advice);
}

function showPart(row: HTMLElement, { title, part, state, fault, failures }: PartState): void {
  setAttribute(row.children[0]!, "data-state", state);
  setText(row.children[1]!, title);
  const trouble = failures > 0 ? `, ${failures} failed attempts` : "";
  setText(row.children[2]!, `${part}, ${state}${trouble}`);
  setText(row.children[3]!, fault ?? "");
}

function showSample(row: HTMLElement, [sample, ageMs]: readonly [SampleState, number], source: string): void {
  setAttribute(row, "data-quality", sample.quality);
  setText(row.children[0]!, source);
  setText(row.children[1]!, sampleText(sample));
  setText(row.children[2]!, sample.quality);
  setText(row.children[3]!, age(ageMs));
}
