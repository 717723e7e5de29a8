import { describe, expect, it } from "vitest";
import { acceleration } from "../quantities.ts";
import type { Quality } from "../sample.ts";
import type { Context, Estimate } from "./estimator.ts";
import { tilt } from "./tilt.ts";

const estimator = tilt({ x: "tilt.x", y: "tilt.y", z: "tilt.z" });
const context: Context = {
  ...{
    nowMs: 0,
    wallMs: undefined,
    clock: "none",
    latitude: 0,
    longitude: 0,
    timeZone: "UTC",
    device: "pier/lamp-1",
    settings: {},
    commands: [],
  },
};
/** Standard gravity, m/s² (3rd CGPM, 1901). */
const g = 9.80665;
type Vector = readonly [number, number, number];

function pole(saved?: unknown) {
  let state = estimator.initial(saved);
  return {
    /** What is said after the three axes of one reading. */
    reads(axes: Vector, quality: Quality = "good"): Estimate | undefined {
      let said: readonly Estimate[] = [];
      for (const [index, value] of axes.entries()) {
        const source = `tilt.${"xyz"[index]}`;
        const sample = {
          source,
          value,
          quality,
          quantity: acceleration,
          atMs: 0,
          wallMs: undefined,
          clock: "none",
          boot: 1,
        } as const;
        ({ state, estimates: said } = estimator.step(state, sample, context));
      }
      return said[0];
    },
    saved: () => estimator.save!(state),
  };
}

/** Gravity on a sensor that leans by `degrees` towards x. */
const leaning = (degrees: number, scale = 1): Vector => {
  const angle = (degrees * Math.PI) / 180;
  return [g * scale * Math.sin(angle), 0, g * scale * Math.cos(angle)];
};

describe("the tilt of a pole", () => {
  it.each([0, 0.1, 1, 5, 45, 89.9, 90, 135, 180])(
    "is %d° when it leans so from where it was commissioned",
    (degrees) => {
      const one = pole();
      expect(one.reads([0, 0, g])).toMatchObject({ value: 0, quality: "good" });
      expect(one.reads(leaning(degrees))!.value).toBeCloseTo(degrees, 9);
    },
  );

  it("is measured from however the sensor was mounted, and in every direction", () => {
    const one = pole();
    one.reads([0, -g, 0]);
    const angle = (3 * Math.PI) / 180;
    for (const [x, z] of [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ] as const)
      expect(
        one.reads([x * g * Math.sin(angle), -g * Math.cos(angle), z * g * Math.sin(angle)])!.value,
      ).toBeCloseTo(3, 9);
  });

  it("is not told by movement: what is not about 1 g is no rest", () => {
    const one = pole();
    one.reads([0, 0, g]);
    expect(one.reads(leaning(10, 1.11))).toBeUndefined();
    expect(one.reads(leaning(10, 0.89))).toBeUndefined();
    expect(one.reads([0, 0, 0])).toBeUndefined();
    expect(one.reads(leaning(10, 1.09))!.value).toBeCloseTo(10, 9);
  });

  it("is not commissioned by movement, nor by a sensor in doubt", () => {
    const one = pole();
    expect(one.saved()).toBeUndefined();
    one.reads([0, 0, 15]);
    one.reads(leaning(30), "suspect");
    expect(one.saved()).toBeUndefined();
    expect(one.reads(leaning(2))!.value).toBe(0);
    expect(one.saved()).toEqual({ plumb: [...leaning(2)] });
  });

  it("is unknown when an axis is", () => {
    const one = pole();
    one.reads([0, 0, g]);
    for (const axes of [
      [Number.NaN, 0, g],
      [0, Number.NaN, g],
      [0, 0, Number.NaN],
    ] as const)
      expect(one.reads(axes, "bad")).toMatchObject({ value: Number.NaN, quality: "bad" });
    expect(one.reads(leaning(1))!.value).toBeCloseTo(1, 9);
  });

  it("is measured from the same plumb after a restart", () => {
    const one = pole();
    one.reads(leaning(2));
    const again = pole(JSON.parse(JSON.stringify(one.saved())));
    expect(again.reads(leaning(7))!.value).toBeCloseTo(5, 9);
  });

  it.each([null, 5, {}, { plumb: [1, 2] }, { plumb: [0, null, 9.8] }, { plumb: "down" }])(
    "is commissioned anew when %j was kept",
    (saved) => {
      expect(pole(saved).reads(leaning(7))!.value).toBe(0);
    },
  );
});
