import { expect, it } from "vitest";
import { EnvironmentError } from "../environment-error.ts";
import { chosen } from "./debian-source.ts";

it("takes the kernel that was tried, or else the newest", () => {
  expect(chosen(["6.12", "7.2", "7.3"])).toBe("7.2");
  expect(chosen(["6.12", "7.3", "7.10", "7.9"])).toBe("7.10");
  expect(chosen(["6.15"])).toBe("6.15");
});

it("takes none in which time travel hangs", () => {
  expect(() => chosen(["6.1", "6.12"])).toThrow(EnvironmentError);
  expect(() => chosen(["6.1", "6.12"])).toThrow("6.1, 6.12");
});
