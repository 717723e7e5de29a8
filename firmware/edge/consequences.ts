/** What the samples of one instant lead to: decisions, each once, and only then what is told of it. */
export class Consequences {
  #decisions = new Set<() => void>();
  #tales: (() => void)[] = [];
  #isDue = false;

  decide(decision: () => void): void {
    this.#decisions.add(decision);
    this.#fallDue();
  }

  tell(tale: () => void): void {
    this.#tales.push(tale);
    this.#fallDue();
  }

  #fallDue(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#follow());
  }

  #follow(): void {
    const decisions = this.#decisions;
    const tales = this.#tales;
    this.#decisions = new Set();
    this.#tales = [];
    this.#isDue = false;
    for (const decide of decisions) decide();
    for (const tell of tales) tell();
  }
}
