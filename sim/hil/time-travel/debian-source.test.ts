import { expect, it } from "vitest";
import { EnvironmentError } from "../environment-error.ts";
import { chosen, mirrorAmong } from "./debian-source.ts";

it("takes the kernel that was tried, or else the newest", () => {
  expect(chosen(["6.12", "7.2", "7.3"])).toBe("7.2");
  expect(chosen(["6.12", "7.3", "7.10", "7.9"])).toBe("7.10");
  expect(chosen(["6.15"])).toBe("6.15");
});

it("takes none in which time travel hangs", () => {
  expect(() => chosen(["6.1", "6.12"])).toThrow(EnvironmentError);
  expect(() => chosen(["6.1", "6.12"])).toThrow("6.1, 6.12");
});

it("takes the machine's own mirror of Debian, and no other repository", () => {
  const others = ["https://example.org/node/", "https://example.org/debian-security/"];
  expect(mirrorAmong([...others, "https://mirror.example.org/debian/"])).toBe(
    "https://mirror.example.org/debian/",
  );
  expect(() => mirrorAmong(others)).toThrow("apt knows no mirror of Debian");
});
