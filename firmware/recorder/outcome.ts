import type { UnitEvent } from "../journal.ts";

/**
 * Of what a unit's journal tells, what it did, by what it was done to: `actuator lamp`, `alarm lampFault`. Undefined for
 * what came from outside, what says no more than how the medium is, and starts and stops.
 */
export function outcomeOf(event: UnitEvent): { readonly subject: string; readonly what: object } | undefined {
  switch (event.type) {
    case "actuator":
    case "alarm": {
      const { type, name, ...what } = event;
      return { subject: `${type} ${name}`, what };
    }
    case "part": {
      const { type, role, ...what } = event;
      return { subject: `${type} ${role}`, what };
    }
    case "settings":
    case "command": {
      const { type, ...what } = event;
      return { subject: type, what };
    }
    case "record":
      return recordOutcome(event.body);
    default:
      return undefined;
  }
}

/**
 * Without its place in the outbox and in a chain: those go on from what the medium held. An actuator's record tells where a
 * ramp happened to be at the end of a pause, and a pause is longer by what each timer was late: of the moves themselves the
 * journal tells.
 */
function recordOutcome(body: Extract<UnitEvent, { type: "record" }>["body"]) {
  if (body.type === "actuator") return undefined;
  const { type, ...rest } = body;
  const name = "name" in rest ? rest.name : rest.role;
  const { chain: _, ...told } = { chain: undefined, ...rest };
  return { subject: `record ${type} ${name}`, what: told };
}
