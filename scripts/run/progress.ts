/** How far something is, 0 to 1, and the instant of its street, Unix milliseconds. */
export type Progress = (share: number, nowMs: number) => void;

/** What is heard now and then is told at each hundredth of the way on a terminal, and at each tenth elsewhere. */
export function inSteps(tell: Progress, isTerminal = process.stdout.isTTY): Progress {
  const steps = isTerminal ? 100 : 10;
  let said = -1;
  return (share, nowMs) => {
    const step = Math.floor(share * steps);
    if (step === said) return;
    said = step;
    tell(share, nowMs);
  };
}

/** A bar, and what the clocks show where the street is. */
export function barOf(timeZone: string): (share: number, nowMs: number) => string {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short" });
  return (share, nowMs) => {
    const whole = Math.min(share, 1);
    const done = Math.round(whole * 24);
    return `${"█".repeat(done)}${"░".repeat(24 - done)} ${Math.round(whole * 100)} % ${clock.format(nowMs)}`;
  };
}
