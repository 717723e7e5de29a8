/** A change of less than this, % of full, is no flash (WCAG 2.3.1: a tenth of the greatest luminance). */
const changePercent = 10;
const windowMs = 1_000;

/** Counts the flashes of a light: pairs of opposing changes within a second. */
export class FlashWatch {
  #level = 0;
  #direction = 0;
  /** When the light turned from rising to falling or back, of late. */
  #turns: number[] = [];
  #most = 0;

  /** The most flashes in any second so far: two changes that oppose each other are one. */
  get most(): number {
    return this.#most;
  }

  changed(percent: number, atMs: number): void {
    if (Math.abs(percent - this.#level) < changePercent) return;
    const direction = Math.sign(percent - this.#level);
    this.#level = percent;
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#turns = [...this.#turns.filter((turn) => atMs - turn < windowMs), atMs];
    this.#most = Math.max(this.#most, Math.floor(this.#turns.length / 2));
  }
}
