import { RequestError } from "./request.ts";
import { type HistorySpan, type HistoryState, historySpans, type UnitDetail } from "./unit-detail.ts";
import type { StreetView } from "./view.ts";

/** Answers `/detail?unit=`. Throws RequestError: what is missing, unknown or not there. */
export function detailAsked(view: StreetView, query: URLSearchParams): UnitDetail {
  const [unit] = parametersOf(query, ["unit"]);
  return view.detail(unit!) ?? refuseUnit(view, unit!);
}

/** Answers `/history?unit=&source=&span=`. Throws RequestError likewise. */
export function historyAsked(view: StreetView, query: URLSearchParams): HistoryState {
  const [unit, source, span] = parametersOf(query, ["unit", "source", "span"]) as [string, string, string];
  if (!isSpan(span)) return refuse("span", span, historySpans);
  return view.history(unit, source, span) ?? refuseSource(view, unit, source);
}

const isSpan = (span: string): span is HistorySpan => (historySpans as readonly string[]).includes(span);

/** The values of these parameters, each of which must be there once, and no other. */
function parametersOf(query: URLSearchParams, names: readonly string[]): string[] {
  const unknown = [...query.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new RequestError(400, `"${unknown}" is not known: expected ${names.join(", ")}`);
  return names.map((name) => {
    const [value, ...more] = query.getAll(name);
    if (value === undefined) throw new RequestError(400, `"${name}" is missing`);
    if (more.length > 0) throw new RequestError(400, `"${name}" is given ${more.length + 1} times`);
    return value;
  });
}

function refuseUnit(view: StreetView, unit: string): never {
  return refuse("unit", unit, Object.keys(view.state().units));
}

function refuseSource(view: StreetView, unit: string, source: string): never {
  const { units, declarations } = view.state();
  const known = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (!known) return refuseUnit(view, unit);
  const sources = declarations[known.declaration]!.sources.map((one) => one.source);
  return refuse("source", source, sources);
}

function refuse(name: string, value: string, expected: readonly string[]): never {
  throw new RequestError(
    400,
    `"${name}" is ${JSON.stringify(value)}: expected ${expected.join(", ") || "none"}`,
  );
}
