import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { ntcle100, thermistorCelsius, thermistors } from "./thermistor.ts";

const volts = (ohms: number) => (3.3 * ohms) / (ohms + 10_000);

describe("a thermistor", () => {
  // 25 °C is where R is R25; 85 °C follows from B25/85 = 3977 K: R = 10 kΩ · exp(3977 · (1/358.15 − 1/298.15)).
  it.each([
    [10_000, 25, 0.001],
    [10_000 * Math.exp(3_977 * (1 / 358.15 - 1 / 298.15)), 85, 0.1],
  ])("of %d Ω is at %d °C", (ohms, celsius, tolerance) => {
    expect(Math.abs(thermistorCelsius(volts(ohms), ntcle100) - celsius)).toBeLessThan(tolerance);
  });

  it("is hotter the less it resists, from −40 to 125 °C without a turn", () => {
    let before = -60;
    for (let ohms = 330_000; ohms > 350; ohms *= 0.99) {
      const celsius = thermistorCelsius(volts(ohms), ntcle100);
      expect(celsius).toBeGreaterThan(before);
      before = celsius;
    }
    expect(before).toBeGreaterThan(120);
  });

  it.each([3.3, 3.27, 0.03, 0, -1, Number.NaN])("that is broken or shorted says nothing: %d V", (value) => {
    expect(thermistorCelsius(value, ntcle100)).toBeNaN();
  });

  it("is told by name, and by no bad reading", () => {
    const contacts = new Stepper(thermistors("contacts", { outlet: "ntc.voltage0", usb1: "ntc.voltage1" }));
    contacts.hear("ntc.voltage0", 1.65).hear("ntc.voltage1", 3.3);
    expect(contacts.value("outlet")).toBeCloseTo(25, 2);
    expect([contacts.quality("outlet"), contacts.quality("usb1")]).toEqual(["good", "bad"]);
    expect(contacts.hear("ntc.voltage0", 1.65, "suspect").quality("outlet")).toBe("bad");
  });
});
