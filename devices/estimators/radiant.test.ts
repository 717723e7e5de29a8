import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { meanRadiantTemperature, radiant } from "./radiant.ts";

describe("mean radiant temperature", () => {
  // By hand: clearness 900 / (1361 · sin 60°) = 0.7636, diffuse share 0.1733, so 156 W/m² of the sky and 859 W/m² of
  // the Sun; 0.308 · cos 55.54° = 0.1743 of it; 222.4 W/m² absorbed; (303.15⁴ + 222.4 / 5.5e-8)^¼ = 334.3 K.
  it("in the sun of a summer noon is 31 K above the air", () => {
    expect(meanRadiantTemperature(30, 900, 60)).toBeCloseTo(61.15, 1);
  });

  // By hand: 100 W/m² under clouds are nearly all the sky's (clearness 0.085): 99.2 W/m² of it and 0.9 W/m² of the Sun:
  // 0.7 · (0.15 + 49.62 + 10) = 41.84 W/m²; (303.15⁴ + 41.84 / 5.5e-8)^¼ = 309.76 K.
  it("under a grey sky is little above it", () => {
    expect(meanRadiantTemperature(30, 100, 60)).toBeCloseTo(36.61, 1);
  });

  it("is the air's in the dark, and makes no leap while the Sun rises", () => {
    expect(meanRadiantTemperature(12, 0, -20)).toBeCloseTo(12, 9);
    let before = meanRadiantTemperature(20, 50, -5);
    for (let elevation = -5; elevation < 90; elevation += 0.1) {
      const now = meanRadiantTemperature(20, 50, elevation);
      expect(Math.abs(now - before)).toBeLessThan(1);
      before = now;
    }
  });
});

describe("the radiation at a seat", () => {
  const seat = () =>
    new Stepper(radiant({ temperature: "air", illuminance: "lux", sunElevation: "sun" })).start();

  it("needs air, light and sun, none older than ten minutes", () => {
    const at = seat()
      .hear("air", 30)
      .hear("lux", 900 * 113);
    expect(at.quality("mean")).toBe("bad");
    at.hear("sun", 60);
    expect([at.value("mean"), at.quality("mean")]).toEqual([expect.closeTo(61.15, 1), "good"]);
    at.pass(500_000).hear("air", 30).hear("sun", 60).pass(100_000);
    expect(at.quality("mean")).toBe("good");
    expect(at.pass(1).quality("mean")).toBe("bad");
  });

  it("hears no reading that is not good", () => {
    const at = seat().hear("air", 30).hear("sun", 60).hear("lux", 50_000, "suspect");
    expect(at.quality("mean")).toBe("bad");
  });
});
