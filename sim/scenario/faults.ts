import type { Street } from "../street/street.ts";
import type { Fault } from "./scenario.ts";

/** In words, for the summary: `lamp-02 light unplug`. */
export const faultName = ({ unit, role, channel, verb }: Fault) =>
  [unit, role, channel, verb].filter((word) => word !== undefined).join(" ");

/** Sets the faults of a scenario on the street's clock. */
export function schedule(faults: readonly Fault[], street: Street): void {
  for (const fault of faults) {
    street.loop.at(fault.atMs, () => {
      street.note(faultName(fault));
      begin(fault, street);
    });
    if (Number.isFinite(fault.forMs) && fault.verb !== "kill")
      street.loop.at(fault.atMs + fault.forMs, () => end(fault, street));
  }
}

/** Does to the street what the fault says. */
export function begin({ verb, unit, role, channel, by, forMs }: Fault, street: Street): void {
  const twin = () => street.unit(unit!).twins.get(role!)!;
  switch (verb) {
    case "broker-away":
      void street.network.away();
      break;
    case "kill":
      street.unit(unit!).kill(Number.isFinite(forMs) ? forMs : undefined);
      break;
    case "unplug":
      twin().unplug();
      break;
    case "stick":
      twin().stick(channel);
      break;
    case "brown-out":
      twin().brownOut();
      break;
    case "drift":
      twin().drift(channel!, by!);
      break;
  }
}

/** Mends what `begin` broke. A killed unit is started again by its supervisor. */
export function end({ verb, unit, role }: Fault, street: Street): void {
  if (verb === "broker-away") void street.network.back();
  else if (verb !== "kill") street.unit(unit!).twins.get(role!)!.mend();
}
