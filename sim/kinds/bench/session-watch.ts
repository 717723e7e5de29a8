import type { EventLoop } from "../../loop.ts";
import type { PortHardware } from "./port-hardware.ts";

/** A load that lasts less may or may not be one; a gap shorter than this does not end one. ms. */
const lastingMs = 2_000;
const gapMs = 20_000;

/** The sessions of one port as they really were: while something drew power, by the watt. */
export class SessionWatch {
  readonly #loop: EventLoop;
  readonly #port: PortHardware;
  readonly #loadW: number;
  #open: { readonly sinceMs: number; readonly startWh: number } | undefined;
  #loadEndedMs: number | undefined;
  #endWh = 0;
  #sessions = 0;
  #energyWh = 0;

  constructor(loop: EventLoop, port: PortHardware, loadW: number) {
    this.#loop = loop;
    this.#port = port;
    this.#loadW = loadW;
    port.onAfter(() => this.#look());
  }

  /** Ended for good, as of now. */
  get sessions(): number {
    this.#close();
    return this.#sessions;
  }

  get energyWh(): number {
    this.#close();
    return this.#energyWh;
  }

  #look(): void {
    const { now } = this.#loop;
    this.#close();
    const isLoad = this.#port.wattsAt(now) >= this.#loadW;
    if (isLoad) {
      this.#open ??= { sinceMs: now, startWh: this.#port.energyWh };
      this.#loadEndedMs = undefined;
    } else if (this.#open && this.#loadEndedMs === undefined) {
      this.#loadEndedMs = now;
      this.#endWh = this.#port.energyWh;
      // A port that goes off ends its session at once.
      if (!this.#port.isLive) this.#end();
    }
  }

  #close(): void {
    if (this.#loadEndedMs !== undefined && this.#loop.now - this.#loadEndedMs >= gapMs) this.#end();
  }

  #end(): void {
    const { sinceMs, startWh } = this.#open!;
    if (this.#loadEndedMs! - sinceMs >= lastingMs) {
      this.#sessions++;
      this.#energyWh += this.#endWh - startWh;
    }
    this.#open = undefined;
    this.#loadEndedMs = undefined;
  }
}
