import { RequestError } from "../page/request.ts";
import { faultMenu, faultOf } from "../scenario/fault-menu.ts";
import { begin, end } from "../scenario/faults.ts";
import type { MenuFault } from "../scenario/menu-fault.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type Fault, faultName } from "../scenario/verb.ts";
import type { Street } from "../street/street.ts";
import type { Outage } from "../world/mains.ts";

/** A fault that lasts at this moment. */
interface Lasting {
  readonly choice: MenuFault;
  readonly fault: Fault;
  /** The scenario began it, and ends it. */
  readonly isOwn: boolean;
}

/** What is broken in a street that somebody lives in, by its scenario or by hand. */
export class FaultsUnderWay {
  /** By id. */
  readonly menu: ReadonlyMap<string, MenuFault>;
  readonly #street: Street;
  readonly #lasting = new Map<string, Lasting>();
  readonly #outages: { offMs: number; onMs: number }[];

  /**
   * @param outages of the world's mains, to be filled
   * @param scenario that the street is of
   */
  constructor(street: Street, outages: Outage[], { faults, offers }: Pick<Scenario, "faults" | "offers">) {
    this.#street = street;
    this.menu = faultMenu(street, [...faults, ...offers.map(({ fault }) => fault)]);
    this.#outages = outages;
  }

  /**
   * Sets those of a scenario on the street's clock.
   * @param endByHand ends what somebody did by hand where one of these begins
   */
  schedule(faults: readonly Fault[], endByHand: (id: string) => void): void {
    for (const fault of faults) {
      const choice = this.menu.get(faultName(fault))!;
      this.#street.loop.at(fault.atMs, () => this.#beginOwn(choice, fault, endByHand));
    }
  }

  isActive(id: string): boolean {
    return this.#lasting.has(id);
  }

  /** What lasts now, by id. */
  get active(): readonly string[] {
    return [...this.#lasting.keys()];
  }

  /** Begins or ends one by hand. RequestError when it cannot be. @returns whether anything changed */
  set(id: string, active: boolean, amount: number | undefined): boolean {
    const choice = this.menu.get(id);
    if (!choice) throw new RequestError(400, `there is no fault "${id}" in this street`);
    if (active === this.isActive(id)) return false;
    if (active && choice.lacking !== undefined) throw new RequestError(409, `"${id}": ${choice.lacking}`);
    if (active) {
      const there = this.#lastingAt(choice);
      if (there) throw new RequestError(409, `"${there.choice.id}" lasts at ${choice.place}: end it first`);
      this.#begin(choice, faultOf(choice, this.#street.loop.now, amount), false);
    } else {
      if (this.#lasting.get(id)!.isOwn)
        throw new RequestError(409, `"${id}" is of the scenario, which ends it: it cannot be ended here`);
      this.#end(choice);
    }
    return true;
  }

  /** What somebody did to the same place by hand ends before. */
  #beginOwn(choice: MenuFault, fault: Fault, endByHand: (id: string) => void): void {
    const there = this.#lastingAt(choice);
    if (there) endByHand(there.choice.id);
    this.#begin(choice, fault, true);
    const { loop } = this.#street;
    const { forMs } = fault;
    if (choice.lasts && Number.isFinite(forMs)) loop.at(loop.now + forMs, () => this.#end(choice));
  }

  #lastingAt({ lasts, place }: MenuFault): Lasting | undefined {
    return lasts ? [...this.#lasting.values()].find(({ choice }) => choice.place === place) : undefined;
  }

  #begin(choice: MenuFault, fault: Fault, isOwn: boolean): void {
    const { loop } = this.#street;
    if (choice.lasts) this.#lasting.set(choice.id, { choice, fault, isOwn });
    if (choice.what.verb === "mains-outage")
      this.#outages.push({ offMs: loop.now, onMs: Number.POSITIVE_INFINITY });
    this.#street.note(choice.id);
    begin(fault, this.#street);
  }

  #end(choice: MenuFault): void {
    const { loop } = this.#street;
    const { fault } = this.#lasting.get(choice.id)!;
    this.#lasting.delete(choice.id);
    if (choice.what.verb === "mains-outage") this.#outages.at(-1)!.onMs = loop.now;
    end(fault, this.#street);
  }
}
