import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { TwinDefinition } from "#sim/chips/twin.ts";
import { twinsFor, UnitOnBench, type UnitOptions } from "./unit-on-bench.ts";

export type PoleOptions = Omit<UnitOptions, "id" | "size">;

/** A streetlight on the bench, lamp-1: what its lamp does is looked at. */
export class Pole extends UnitOnBench {
  /** Milliseconds for which the lamp got nothing through its wires. */
  darkMs = 0;
  #darkSinceMs: number | undefined;

  static override async of(declaration: Furniture, options: PoleOptions = {}): Promise<Pole> {
    return new Pole(declaration, await twinsFor(declaration), options);
  }

  private constructor(
    declaration: Furniture,
    definitions: ReadonlyMap<string, TwinDefinition>,
    options: PoleOptions,
  ) {
    super(declaration, definitions, { ...options, id: "lamp-1" });
    this.twins.get("lamp")?.onOutput?.(() => this.#lightChanged());
  }

  /** The level at which the lamp burns; 100 while nothing drives it. */
  get level(): number {
    const lamp = this.twins.get("lamp");
    return (lamp?.output?.("enable") ?? 1) === 0 ? 0 : (lamp?.output?.("level") ?? 100);
  }

  #lightChanged(): void {
    if (this.#darkSinceMs !== undefined) this.darkMs += this.loop.now - this.#darkSinceMs;
    this.#darkSinceMs = this.level === 0 ? this.loop.now : undefined;
  }
}
