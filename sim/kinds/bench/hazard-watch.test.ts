import { describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { HazardWatch } from "./hazard-watch.ts";
import { PortHardware } from "./port-hardware.ts";
import { SessionWatch } from "./session-watch.ts";

/** A port of 2 A at 5 V, read each half second, that is live from the first second on. */
function rig() {
  const loop = new EventLoop();
  const port = new PortHardware(loop, { name: "usb1", ratedCurrentA: 2, volts: () => 5, powerFactor: 1 });
  const watch = new HazardWatch(loop, port, 500);
  const sessions = new SessionWatch(loop, port, 0.5);
  const at = (seconds: number, run: () => void) => void loop.at(seconds * 1_000, run);
  at(1, () => port.switch(true, true));
  return { loop, port, watch, sessions, at, until: (seconds: number) => loop.runUntil(seconds * 1_000) };
}

describe("the watch for hazards", () => {
  it("counts each second on with too much current, after the reading that could have shown it", async () => {
    const { port, watch, at, until } = rig();
    at(10, () => port.load(3));
    await until(20);
    // Grace: half a second to the reading, a quarter to switch.
    expect(watch.wrongSeconds).toBeCloseTo(9.25, 9);
    expect(watch.trips).toBe(0);
  });

  it("finds nothing wrong with a port that reacts in time, and notes how fast it was", async () => {
    const { port, watch, at, until } = rig();
    at(10, () => port.load(3));
    at(10.6, () => port.switch(false, true));
    await until(20);
    expect([watch.wrongSeconds, watch.trips, watch.slowestMs]).toEqual([0, 1, 600]);
  });

  it("wants a port that tripped to stay off until it is reset", async () => {
    const { port, watch, at, until } = rig();
    at(10, () => port.load(3));
    at(10.5, () => port.switch(false, true));
    at(11, () => port.load(0));
    at(12, () => port.switch(true, true));
    at(15, () => watch.reset());
    await until(30);
    expect(watch.wrongSeconds).toBe(3);
  });

  it("grants an overload its second, and forgets one that ends before", async () => {
    const { port, watch, at, until } = rig();
    at(10, () => port.load(2.5));
    at(10.9, () => port.load(0.5));
    at(20, () => port.switch(false, true));
    at(21, () => port.switch(true, true));
    at(30, () => port.load(2.5));
    await until(33);
    expect([watch.trips, watch.wrongSeconds]).toEqual([0, 1.25]);
  });

  it.each([
    ["meter-stale", 2.25],
    ["over-temperature", 3.25],
    ["frost", 120],
  ] as const)("grants %s %d s", async (hazard, seconds) => {
    const { watch, at, until } = rig();
    at(10, () => watch.set(hazard, true));
    await until(200);
    expect(watch.wrongSeconds).toBeCloseTo(190 - seconds, 9);
  });

  it("does not mind what happens to a port that is off", async () => {
    const { port, watch, at, until } = rig();
    at(5, () => port.switch(false, false));
    at(10, () => port.load(9));
    at(10, () => watch.set("meter-stale", true));
    await until(100);
    expect([watch.wrongSeconds, watch.trips]).toEqual([0, 0]);
  });
});

describe("the watch over sessions", () => {
  it("counts loads that last, and their energy to the joule", async () => {
    const { port, sessions, at, until } = rig();
    at(10, () => port.load(1));
    at(70, () => port.load(0));
    at(80, () => port.load(1));
    at(110, () => port.load(0));
    at(200, () => port.load(1));
    at(201, () => port.load(0));
    await until(300);
    // A pause of 10 s belongs to it; a second is no session. 5 W for 90 s.
    expect(sessions.sessions).toBe(1);
    expect(sessions.energyWh).toBeCloseTo((5 * 90) / 3_600, 6);
  });

  it("ends a session at once when the port goes off", async () => {
    const { port, sessions, at, until } = rig();
    at(10, () => port.load(1));
    at(20, () => port.switch(false, true));
    at(25, () => port.switch(true, true));
    at(40, () => port.switch(false, true));
    await until(41);
    expect(sessions.sessions).toBe(2);
    expect(port.energyWh).toBeCloseTo((5 * 25) / 3_600, 6);
  });
});
