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
 * Without its place in the outbox and in a chain: those go on from what the medium held. Of an actuator's record the value
 * is left out, which is where a ramp happened to be; where it leads to, the journal tells of its own.
 */
function recordOutcome(body: Extract<UnitEvent, { type: "record" }>["body"]) {
  const { type, ...rest } = body;
  const name = "name" in rest ? rest.name : rest.role;
  const { chain: _, ...told } = { chain: undefined, ...rest };
  const { value: _value, ...what } = { value: undefined, ...told };
  return { subject: `record ${type} ${name}`, what: type === "actuator" ? what : told };
}
