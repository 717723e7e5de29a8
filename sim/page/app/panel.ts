import type { PlacedPart, UnitDetail } from "../unit-detail.ts";
import type { AlarmState, DeclarationState, PageState, PartState, UnitState } from "../view.ts";
import { Buses } from "./buses.ts";
import { Charts } from "./charts.ts";
import { byId, KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { sampleText } from "./format.ts";
import { Readings } from "./readings.ts";
import { LatestRecords } from "./records.ts";
import { Settings } from "./settings.ts";
import { detailPath, Feed } from "./unit-feed.ts";
import { type UnwellPart, unwellParts } from "./unwell.ts";

/** Everything that one unit knows of itself, and beside it what is true. */
export class Panel {
  readonly #element = byId<HTMLDialogElement>("panel");
  readonly #heading = make("h2");
  readonly #kind = make("a");
  readonly #place = make("span");
  readonly #close = make("button", "close", "✕");
  readonly #facts = section("Now", "dl", "facts");
  readonly #alarms = section("Alarms", "ul", "alarms");
  readonly #unwell = section("Parts that fail", "ul", "alarms");
  readonly #parts = section("Parts", "ul", "parts");
  readonly #telemetry = new Readings("Measured beside true");
  readonly #others = new Readings("Other samples");
  readonly #charts = new Charts();
  readonly #buses = new Buses();
  readonly #settings = new Settings();
  readonly #records = new LatestRecords();
  readonly #alarmRows = new KeyedChildren(
    this.#alarms.list,
    () => make("li", "", make("b"), make("span")),
    showAlarm,
  );
  readonly #unwellRows = new KeyedChildren(
    this.#unwell.list,
    () => make("li", "", make("b"), make("span")),
    showUnwell,
  );
  readonly #partRows = new KeyedChildren(
    this.#parts.list,
    () => make("li", "", make("i", "dot"), make("b"), make("span"), make("p"), make("small")),
    (row, part: PartState, role) => showPart(row, part, this.#placed[role]),
  );
  readonly #factRows = new KeyedChildren(this.#facts.list, makeFact, showFact);
  readonly #feed = new Feed<UnitDetail>(
    (detail) => this.#showDetail(detail),
    () => this.#showDetail(undefined),
  );
  readonly #onClose: () => void;
  #unit: string | undefined;
  #timeZone = "UTC";
  #placed: UnitDetail["parts"] = {};
  #partsShown: UnitState["parts"] = {};

  /** @param onClose told when the panel was closed by the person at the page. */
  constructor(onClose: () => void) {
    this.#onClose = onClose;
    this.#heading.id = "panel-title";
    this.#heading.tabIndex = -1;
    this.#close.type = "button";
    this.#close.setAttribute("aria-label", "Close");
    this.#close.addEventListener("click", () => this.close());
    this.#kind.title = "Its page in the reference";
    const kind = make("p", "kind", this.#kind, " ", this.#place);
    const sections = [
      ...[this.#facts, this.#alarms, this.#unwell, this.#telemetry, this.#charts, this.#parts],
      ...[this.#buses, this.#settings, this.#records, this.#others],
    ];
    this.#element.append(
      make("header", "", make("div", "", this.#heading, kind), this.#close),
      ...sections.map(({ element }) => element),
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
    this.#timeZone = state.timeZone;
    this.#partsShown = {};
    this.#showDetail(undefined);
    this.#feed.want(detailPath(unit));
    const declaration = state.declarations[state.units[unit]!.declaration]!;
    this.#charts.open(unit, declaration, state.timeZone);
    this.update(state);
    this.#heading.focus({ preventScroll: true });
  }

  close(): void {
    this.#element.close();
    this.#onClose();
    this.#unit = undefined;
    this.#feed.want(undefined);
    this.#charts.close();
  }

  /** @param atMs of `performance`'s origin, as events have it: what is asked for beside the stream follows it. */
  update({ units, declarations, nowMs }: PageState, atMs?: number): void {
    const unit = this.#unit === undefined ? undefined : units[this.#unit];
    if (!unit) return;
    const declaration = declarations[unit.declaration]!;
    setText(this.#heading, this.#unit!);
    setText(this.#kind, declaration.title);
    setAttribute(this.#kind, "href", `/docs/kinds/${unit.kind}.html`);
    setText(this.#place, placeOf(unit));
    this.#factRows.show(factsOf(unit, declaration));
    this.#alarms.element.hidden = unit.alarms.length === 0;
    this.#alarmRows.show(unit.alarms.map((alarm) => [alarm.name, alarm]));
    const unwell = unwellParts(unit.parts);
    this.#unwell.element.hidden = unwell.length === 0;
    this.#unwellRows.show(unwell);
    this.#telemetry.show(declaration.telemetry, unit, nowMs);
    this.#partsShown = unit.parts;
    this.#partRows.show(Object.entries(unit.parts));
    this.#settings.answer(unit.settings);
    this.#records.count(unit.records);
    this.#others.show(othersOf(unit, declaration), unit, nowMs);
    if (atMs === undefined) return;
    this.#feed.want(detailPath(this.#unit!), atMs);
    this.#charts.update(atMs);
  }

  #showDetail(detail: UnitDetail | undefined): void {
    this.#placed = detail?.parts ?? {};
    this.#partRows.show(Object.entries(this.#partsShown));
    this.#buses.show(detail?.buses ?? []);
    this.#settings.show(detail?.settings ?? []);
    this.#records.show(detail?.records ?? [], this.#timeZone);
  }
}

/** What is sampled and is no telemetry, by source. */
function othersOf({ samples }: UnitState, { telemetry }: DeclarationState) {
  const told = new Set(telemetry.map(({ source }) => source));
  return Object.keys(samples)
    .filter((source) => !told.has(source))
    .sort()
    .map((source) => ({ name: source, title: source, source }));
}

function placeOf({ xM, lengthM }: UnitState): string {
  if (lengthM === undefined) return `at ${xM.toFixed(1)} m`;
  return `from ${(xM - lengthM / 2).toFixed(1)} to ${(xM + lengthM / 2).toFixed(1)} m`;
}

function section<Tag extends "dl" | "ul">(title: string, tag: Tag, className: string) {
  const list = make(tag, className);
  return { list, element: make("section", "", make("h3", "", title), list) };
}

type Facts = (readonly [name: string, value: string])[];

function factsOf({ actuators, running, connected }: UnitState, declaration: DeclarationState): Facts {
  const decided = Object.entries(declaration.actuators).map(([name, { title, unit }]) => {
    const actuator = actuators[name];
    const text = actuator ? `${wanted(actuator.value, unit)}: ${actuator.text}` : "not known";
    return [title, text] as const;
  });
  return [
    ...decided,
    ["Unit", running ? (connected ? "running, connected" : "running, offline") : "process is down"],
  ];
}

/** On and off have no unit. */
function wanted(value: number, unit: string): string {
  if (unit !== "1") return sampleText({ value, unit, decimals: value % 1 === 0 ? 0 : 1 });
  return value === 1 ? "on" : value === 0 ? "off" : String(value);
}

const makeFact = (name: string) => make("div", "", make("dt", "", name), make("dd"));
const showFact = (row: HTMLElement, value: string) => setText(row.lastElementChild!, value);

function showAlarm(row: HTMLElement, { title, severity, advice }: AlarmState): void {
  setAttribute(row, "data-severity", severity);
  setText(row.children[0]!, title);
  setText(row.children[1]!, advice);
}

function showUnwell(row: HTMLElement, { title, words }: UnwellPart): void {
  setText(row.children[0]!, title);
  setText(row.children[1]!, words);
}

function showPart(
  row: HTMLElement,
  { title, part, state, fault, failures }: PartState,
  placed: PlacedPart | undefined,
): void {
  setAttribute(row.children[0]!, "data-state", state);
  setText(row.children[1]!, title);
  const trouble = failures > 0 ? `, ${failures} failed attempts` : "";
  setText(row.children[2]!, `${part}, ${state}${trouble}`);
  setText(row.children[3]!, fault ?? "");
  setText(row.children[4]!, placed ? `${placed.title} · ${placed.place}` : "");
}
