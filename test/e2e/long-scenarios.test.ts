import { judge, long } from "#test/scenarios/judged.ts";
import { scenarioOf } from "#test/scenarios/living.ts";

judge(await Promise.all(long.map(scenarioOf)));
