/** What the page asks of the street's time, of its faults and of which street it is. */
import { checkMembers, RequestError } from "./request.ts";
import type { StreetChoice, StreetView } from "./view.ts";

type Body = Readonly<Record<string, unknown>>;

const speedMax = 3_600;
const stepMsMax = 3_600_000;
const seedMax = 0xffff_ffff;
/** Nobody waits for more. */
const journeyDaysMax = 31;
const dayMs = 86_400_000;

/** By path: each throws RequestError when the body cannot be carried out, and has done nothing then. */
export const streetRequests: Readonly<
  Record<string, (view: StreetView, body: Body) => void | Promise<void>>
> = {
  "/speed": takeSpeed,
  "/step": takeStep,
  "/fault": takeFault,
  "/open": takeOpen,
  "/replay": (view, body) => {
    checkMembers(body, []);
    return view.replay();
  },
  "/cancel": (view, body) => {
    checkMembers(body, []);
    view.cancel();
  },
};

/** The fault menu of a unit, or of the street where none is named. */
export function menuAsked(view: StreetView, query: URLSearchParams) {
  const unit = query.get("unit") ?? undefined;
  if (unit !== undefined && !Object.hasOwn(view.state().units, unit))
    throw new RequestError(404, `there is no unit ${JSON.stringify(unit)}`);
  return [...view.faultMenu().values()].filter(({ what }) => what.unit === unit);
}

/** The number that must be there, within bounds. */
function numberIn(body: Body, name: string, [min, max]: readonly [number, number], isWhole = false): number {
  const value = body[name];
  const fits = typeof value === "number" && value >= min && value <= max;
  if (fits && (!isWhole || Number.isInteger(value))) return value;
  const what = isWhole ? "a whole number" : "a number";
  throw new RequestError(
    400,
    `"${name}" is ${JSON.stringify(value)}: expected ${what} from ${min} to ${max}`,
  );
}

function takeSpeed(view: StreetView, body: Body): void {
  checkMembers(body, ["factor"]);
  view.setSpeed(numberIn(body, "factor", [0, speedMax]));
}

function takeStep(view: StreetView, body: Body): Promise<void> {
  checkMembers(body, ["ms"]);
  return view.step(numberIn(body, "ms", [1, stepMsMax], true));
}

function takeFault(view: StreetView, body: Body): void {
  checkMembers(body, ["id", "active"], ["amount"]);
  const { id, active } = body;
  if (typeof active !== "boolean")
    throw new RequestError(400, `"active" is ${JSON.stringify(active)}: expected true or false`);
  const choice = typeof id === "string" ? view.faultMenu().get(id) : undefined;
  if (!choice)
    throw new RequestError(400, `"id" is ${JSON.stringify(id)}: expected the id of a fault in /faults`);
  const { amount } = choice;
  if (body.amount !== undefined && !amount)
    throw new RequestError(400, `"amount" is of no use to "${choice.id}"`);
  const given =
    amount && body.amount !== undefined
      ? numberIn(body, "amount", [amount.min, amount.max], amount.isWhole)
      : undefined;
  view.setFault(choice.id, active, given);
}

function takeOpen(view: StreetView, body: Body): Promise<void> {
  checkMembers(body, ["scenario", "seed"], ["startMs", "momentMs"]);
  const known = view.scenarios();
  const scenario = known.find(({ name }) => name === body.scenario);
  if (!scenario)
    throw new RequestError(
      400,
      `"scenario" is ${JSON.stringify(body.scenario)}: expected ${known.map(({ name }) => name).join(", ")}`,
    );
  const seed = numberIn(body, "seed", [0, seedMax], true);
  const startMs =
    body.startMs === undefined ? scenario.startMs : numberIn(body, "startMs", [0, Date.UTC(2100, 0)], true);
  const lastMs = startMs + journeyDaysMax * dayMs;
  const choice: StreetChoice = { scenario: scenario.name, seed, startMs };
  if (body.momentMs === undefined) return view.open(choice);
  return view.open({ ...choice, momentMs: numberIn(body, "momentMs", [startMs, lastMs]) });
}
