import { judge } from "#test/scenarios/judged.ts";
import { scenarioOf } from "#test/scenarios/living.ts";

judge([await scenarioOf("bench-week-without-sun")]);
