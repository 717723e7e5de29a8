import { judge, scenariosOf } from "./judged.ts";

judge(await scenariosOf("curb"));
