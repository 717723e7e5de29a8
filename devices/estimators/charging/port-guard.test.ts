import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { portGuard, portLimits, tripCauses } from "./port-guard.ts";

const guard = portGuard(
  {
    port: "usb1",
    voltage: "meter.busVoltage1",
    current: "meter.current1",
    temperature: "contacts.usb1",
    fault: "switches.usb1Fault",
    target: "usb1.target",
    wanted: "usb1Port.wanted",
    reset: "command.resetPort",
  },
  { ...portLimits, ratedCurrentA: 2 },
);

const fresh = () => new Stepper(guard);
type Port = ReturnType<typeof fresh>;
const amperes = (port: Port, value: number) => port.hear("meter.current1", value);
const celsius = (port: Port, value: number) => port.hear("contacts.usb1", value);
const cause = (port: Port) => tripCauses[port.value("trip")];
const reset = (port: Port, name = "usb1") => port.command("resetPort", { port: name });

describe("a port's guard", () => {
  it("trips at 150 % at once, and not a whit below", () => {
    expect(cause(amperes(fresh(), 2.999))).toBe("none");
    expect(cause(amperes(fresh(), 3))).toBe("over-current");
  });

  it("trips at 120 % after a second, counted from the first reading above", () => {
    const port = amperes(fresh(), 2.4).pass(500);
    expect(cause(amperes(port, 2.4).pass(499))).toBe("none");
    expect(cause(amperes(port.pass(1), 2.4))).toBe("over-current");
  });

  it("trips on current that flows back as on that which flows out", () => {
    expect(cause(amperes(fresh(), -2.999))).toBe("none");
    expect(cause(amperes(fresh(), -3))).toBe("over-current");
    expect(cause(amperes(fresh(), -2.4).pass(1_000))).toBe("over-current");
  });

  it("trips after that second though no reading came", () => {
    const port = amperes(fresh(), 2.5).pass(999);
    expect(cause(port)).toBe("none");
    expect(cause(port.pass(1))).toBe("over-current");
  });

  it("forgives an overload that ends within the second", () => {
    const port = amperes(fresh(), 2.5).pass(900);
    amperes(port, 2.39).pass(100);
    amperes(port, 2.5).pass(999);
    expect(cause(port)).toBe("none");
    expect(cause(port.pass(1))).toBe("over-current");
  });

  it("trips above 60 °C", () => {
    expect(cause(celsius(fresh(), 60))).toBe("none");
    expect(cause(celsius(fresh(), 60.1))).toBe("over-temperature");
  });

  it("trips when the load switch says so", () => {
    expect(cause(fresh().hear("switches.usb1Fault", 0))).toBe("none");
    expect(cause(fresh().hear("switches.usb1Fault", 1))).toBe("load-switch-fault");
  });

  it("trips over 2 s after the last good reading of the meter, while the port is on", () => {
    const port = amperes(fresh(), 0.1).pass(1_000).hear("usb1.target", 1).pass(1_500);
    // A bad reading is none.
    port.hear("meter.current1", Number.NaN, "bad").pass(500);
    expect(cause(port)).toBe("none");
    expect(cause(port.pass(1))).toBe("meter-stale");
    expect(cause(amperes(port.pass(100), 0))).toBe("meter-stale");
  });

  it("trips for a meter that fell silent though the permit put the port off at once", () => {
    const port = amperes(fresh(), 0.1).hear("usb1.target", 1).pass(500);
    port.hear("meter.current1", Number.NaN, "bad").hear("usb1.target", 0).pass(1_500);
    expect(cause(port)).toBe("none");
    expect(cause(port.pass(1))).toBe("meter-stale");
  });

  it("needs no meter while the port is off", () => {
    const port = amperes(fresh(), 0).pass(1_000).hear("usb1.target", 1).pass(500).hear("usb1Port.wanted", 0);
    expect(cause(port.pass(60_000).start())).toBe("none");
  });

  it("is sure while meter, thermometer and load switch have just been read", () => {
    const port = amperes(celsius(fresh(), 20), 0.5);
    expect(port.value("sure")).toBe(0);
    port.hear("switches.usb1Fault", 0);
    expect(port.value("sure")).toBe(1);
    expect(port.pass(2_000).value("sure")).toBe(1);
    expect(port.pass(1).value("sure")).toBe(0);
    // The load switch 3 s, the contacts 10 s; a reading that is not good is none.
    amperes(port, 0.5).pass(999);
    expect(port.value("sure")).toBe(1);
    expect(port.pass(1).value("sure")).toBe(0);
    amperes(port.hear("switches.usb1Fault", 0), 0.5);
    expect(port.value("sure")).toBe(1);
    expect(port.hear("contacts.usb1", 20, "suspect").value("sure")).toBe(0);
  });

  it("stays latched, whatever it hears, until it is reset by its own name with nothing amiss", () => {
    const port = celsius(fresh(), 80).pass(100);
    expect(cause(reset(port))).toBe("over-temperature");
    expect(cause(celsius(port, 25))).toBe("over-temperature");
    expect(cause(reset(port, "usb2"))).toBe("over-temperature");
    expect(cause(reset(port))).toBe("none");
    expect(port.events).toEqual([
      { event: "portTrip", fields: { port: "usb1", cause: "over-temperature" } },
      { event: "portTrip", fields: { port: "usb1", cause: "none" } },
    ]);
  });

  it("is not reset while the meter that fell silent has not been heard again", () => {
    const port = amperes(fresh(), 0.1).hear("usb1.target", 1).hear("meter.current1", Number.NaN, "bad");
    expect(cause(port.pass(2_001).hear("usb1Port.wanted", 0))).toBe("meter-stale");
    expect(cause(reset(port))).toBe("meter-stale");
    expect(cause(reset(amperes(port, 0).pass(29_000)))).toBe("none");
  });

  it("names what holds when it is reset into another trip", () => {
    const port = celsius(fresh(), 80).hear("switches.usb1Fault", 1);
    expect(cause(reset(celsius(port, 25)))).toBe("load-switch-fault");
  });

  it("takes a meter that answers and cannot tell the current for one beyond its range", () => {
    const port = fresh().hear("meter.busVoltage1", 12.8);
    expect(cause(port.hear("meter.current1", Number.NaN, "bad"))).toBe("over-current");
    const silent = fresh().hear("meter.busVoltage1", 12.8).pass(500);
    silent.hear("meter.busVoltage1", Number.NaN, "bad");
    expect(cause(silent.hear("meter.current1", Number.NaN, "bad"))).toBe("none");
  });

  it("trips when current flows though it has been off for 3 s: two readings of 2.5 % of what it is made for", () => {
    const off = () => {
      const on = amperes(fresh().hear("usb1.target", 1), 1).pass(500);
      return on.hear("usb1Port.wanted", 0).hear("usb1.target", 0);
    };
    // What is left in a filter, and the reading of the moment before, are nothing.
    const calm = amperes(off().pass(3_000), 1).pass(500);
    expect(cause(amperes(amperes(calm, 1).pass(500), 0.049).pass(500))).toBe("none");
    expect(cause(amperes(calm, 0.05).pass(30_000))).toBe("none");
    expect(cause(amperes(calm, 0.05))).toBe("stuck-on");
    expect([calm.value("defied"), calm.value("trips")]).toEqual([1, 1]);
    // It holds until somebody reset it with the current gone, and through a restart.
    expect(cause(reset(calm))).toBe("stuck-on");
    expect(cause(calm.restart().start())).toBe("stuck-on");
    expect([calm.value("defied"), calm.value("trips")]).toEqual([1, 1]);
    expect(cause(reset(amperes(calm, 0)))).toBe("none");
    expect(calm.value("defied")).toBe(0);
    // A port that is on, or on again, draws what it likes.
    const on = amperes(amperes(off().pass(3_001), 1).hear("usb1.target", 1).pass(500), 1);
    expect(cause(amperes(on.pass(500), 1))).toBe("none");
  });

  it("counts its trips, over restarts too", () => {
    const port = reset(amperes(amperes(fresh(), 3).pass(100), 0));
    amperes(port.pass(100), 3);
    expect(port.value("trips")).toBe(2);
    expect(port.restart().start().value("trips")).toBe(2);
    for (const damaged of [null, { trips: "2" }, { trips: -1 }, { trips: 0.5 }])
      expect(guard.initial(damaged).trips).toBe(0);
  });

  it("is latched after a restart as before, and latched by a record that cannot be read", () => {
    expect(cause(amperes(fresh(), 9).restart().start())).toBe("over-current");
    expect(guard.initial(undefined).trip).toBe(0);
    for (const damaged of [null, "x", {}, { trip: 9 }, { trip: "1" }, { trip: 0.5 }])
      expect(guard.initial(damaged).trip).toBe(tripCauses.indexOf("load-switch-fault"));
  });
});
