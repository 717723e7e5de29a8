import { inkOn, mix, type Rgb } from "../colour.ts";
import { localHour } from "../format.ts";
import { drawClouds } from "./clouds.ts";
import { drawInGround, drawUpright, furnitureInView } from "./furniture.ts";
import { drawGround } from "./ground.ts";
import { drawCones, drawPools, lampsInView } from "./light.ts";
import { drawPeople } from "./people.ts";
import type { Picture } from "./picture.ts";
import { drawMotionZone, drawPoles } from "./poles.ts";
import { drawPrecipitation } from "./precipitation.ts";
import { drawMoon, drawSky, drawStars, drawSun } from "./sky.ts";
import { drawSkyline } from "./skyline.ts";
import { drawTrees } from "./trees.ts";
import { drawVehicles } from "./vehicles.ts";

/** The whole street, from the farthest to the nearest. */
export function drawScene(picture: Picture): void {
  const { state, motion } = picture;
  const lamps = lampsInView(picture);
  const furniture = furnitureInView(picture, lamps);
  drawSky(picture);
  drawStars(picture);
  drawSun(picture);
  drawMoon(picture);
  drawClouds(picture);
  drawSkyline(picture, localHour(motion.nowMs, state.timeZone));
  drawGround(picture);
  drawTrees(picture, lamps);
  drawPools(picture, lamps);
  drawInGround(picture, furniture);
  drawMotionZone(picture, lamps);
  drawPoles(picture, lamps);
  drawUpright(picture, furniture, "far");
  drawPeople(picture, lamps, 0, Number.POSITIVE_INFINITY);
  drawCones(picture, lamps);
  drawVehicles(picture, lamps);
  drawUpright(picture, furniture, "near");
  drawPeople(picture, lamps, Number.NEGATIVE_INFINITY, 0);
  drawPrecipitation(picture);
}

/** The colour in which text reads on the upper sky. */
export const inkOnSky = ({ sky }: Pick<Picture, "sky">): Rgb => inkOn(mix(sky.zenith, sky.middle, 0.4));
