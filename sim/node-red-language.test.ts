import { expect, it } from "vitest";
import { languageOf } from "./node-red-language.ts";

it.each([
  [{ LANG: "zh_CN.UTF-8" }, "zh-CN"],
  [{ LANG: "en_GB.UTF-8", LC_ALL: "zh_SG.UTF-8" }, "zh-CN"],
  [{ LANG: "zh_CN.UTF-8", LC_ALL: "" }, "zh-CN"],
  [{ LANG: "zh" }, "zh-CN"],
  // Traditional characters are others than those of our texts.
  [{ LANG: "zh_TW.UTF-8" }, undefined],
  [{ LANG: "it_IT.UTF-8" }, undefined],
  [{ LANG: "zh_CN.UTF-8", LC_MESSAGES: "it_IT.UTF-8" }, undefined],
  [{}, undefined],
])("of %j is %s", (env, language) => {
  expect(languageOf(env)).toBe(language);
});
