import { expect, it } from "vitest";
import { model as curb } from "../kinds/curb/model.ts";
import { model as streetlight } from "../kinds/streetlight/model.ts";
import { tolerancesOf, usualTolerances } from "./tolerances.ts";

it("leave a kind the time that it takes to believe what it sees, and no other", () => {
  expect(tolerancesOf(streetlight)).toEqual(usualTolerances);
  expect(tolerancesOf(curb)).toEqual({ ...usualTolerances, timeMs: 3_500 });
});
