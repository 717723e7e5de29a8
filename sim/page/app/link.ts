import { fromFragment, toFragment } from "./permalink.ts";
import type { Ask } from "./stream.ts";

/** The page's address: it brings a street to a moment once, then names the unit whose panel is open. */
export class Link {
  readonly #openUnit: (unit: string) => void;
  /** To be opened as soon as it stands there. */
  #wanted: string | undefined;

  constructor(ask: Ask, say: (message: string) => void, openUnit: (unit: string) => void) {
    this.#openUnit = openUnit;
    const read = () => {
      try {
        const { street, unit } = fromFragment(location.hash);
        this.#wanted = unit;
        if (!street) return;
        // A page that is loaded again must not begin its street again.
        this.#write(unit);
        ask("/open", street);
      } catch (error) {
        say((error as Error).message);
      }
    };
    read();
    addEventListener("hashchange", read);
  }

  /** @param unit whose panel is open */
  follow(unit: string | undefined): void {
    const wanted = this.#wanted;
    if (wanted !== undefined) {
      this.#wanted = undefined;
      if (wanted !== unit) this.#openUnit(wanted);
    } else this.#write(unit);
  }

  #write(unit: string | undefined): void {
    const fragment = toFragment(unit === undefined ? {} : { unit });
    if (location.hash !== fragment) history.replaceState(null, "", `${location.pathname}${fragment}`);
  }
}
