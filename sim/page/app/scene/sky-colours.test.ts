import fc from "fast-check";
import { expect, it } from "vitest";
import { contrast, inkOn, luminance, mix } from "../colour.ts";
import { ambience, skyColours, starlight } from "./sky-colours.ts";

const elevation = fc.double({ min: -90, max: 90, noNaN: true });
const cover = fc.double({ min: 0, max: 1, noNaN: true });

it("darkens from day over dusk to night, and is darkest overhead", () => {
  const brightness = [8, 0, -3, -6, -9, -12, -20].map((deg) => luminance(skyColours(deg, 0).middle));
  expect(brightness).toEqual([...brightness].sort((a, b) => b - a));
  for (const deg of [40, 8, -1, -4, -12, -30]) {
    const { zenith, horizon } = skyColours(deg, 0);
    expect(luminance(horizon)).toBeGreaterThan(luminance(zenith));
  }
});

it("is red at the horizon at sunset and blue overhead", () => {
  const { zenith, horizon } = skyColours(-1, 0);
  expect(horizon[0]).toBeGreaterThan(horizon[2]);
  expect(zenith[2]).toBeGreaterThan(zenith[0]);
});

it("has no jump and no impossible colour at any elevation", () => {
  fc.assert(
    fc.property(elevation, cover, (deg, cloudCover) => {
      const here = Object.values(skyColours(deg, cloudCover)).flat();
      const near = Object.values(skyColours(deg + 0.05, cloudCover)).flat();
      for (const [index, byte] of here.entries()) {
        expect(byte).toBeGreaterThanOrEqual(0);
        expect(byte).toBeLessThanOrEqual(255);
        expect(Math.abs(byte - near[index]!)).toBeLessThan(3);
      }
    }),
  );
});

it("loses its colour under clouds", () => {
  const spread = (cloudCover: number) => {
    const { zenith } = skyColours(40, cloudCover);
    return Math.max(...zenith) - Math.min(...zenith);
  };
  expect(spread(1)).toBeLessThan(0.3 * spread(0));
});

/** WCAG 2.2, success criterion 1.4.3: at least 4.5. */
it("lets text be read on it whatever the hour and the weather", () => {
  fc.assert(
    fc.property(elevation, cover, (deg, cloudCover) => {
      const { zenith, middle } = skyColours(deg, cloudCover);
      const ground = mix(zenith, middle, 0.4);
      return contrast(ground, inkOn(ground)) >= 4.5;
    }),
  );
});

it("shows stars only after civil twilight, and not through clouds", () => {
  expect(starlight(-5.9, 0)).toBe(0);
  expect(starlight(-18, 0)).toBe(1);
  expect(starlight(-18, 1)).toBe(0);
  expect(starlight(-9, 0)).toBeLessThan(starlight(-12, 0));
});

it("takes moonlight for night and an overcast noon for day", () => {
  expect(ambience(0.0007)).toBe(0);
  expect(ambience(0.1)).toBeLessThan(0.05);
  expect(ambience(10_000)).toBe(1);
});
