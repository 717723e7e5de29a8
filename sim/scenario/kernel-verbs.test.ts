import { describe, expect, it } from "vitest";
import { readScenario } from "./scenario.ts";

const street = (fault: string) =>
  readScenario(
    [
      "scenario: edge",
      "title: Edge",
      "seed: 1",
      "start: 2025-12-21 17:00",
      "duration: 1 h",
      "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }",
      "street: { furniture: [{ kind: streetlight, units: 1, spacing: 30 }] }",
      "faults:",
      `  - { at: "17:30", unit: lamp-01, ${fault} }`,
    ].join("\n"),
    "edge.yaml",
  );

describe("a fault at the kernel's edge", () => {
  it("is read with its errno, its call and how often", async () => {
    const { faults } = await street("role: light, fault: errno, errno: EREMOTEIO, call: ioctl, count: 3");
    expect(faults).toMatchObject([{ verb: "errno", errno: "EREMOTEIO", call: "ioctl", count: 3 }]);
  });

  it.each([
    ["role: light, fault: errno", /errno is missing; expected EIO, EREMOTEIO, /],
    ["role: light, fault: errno, errno: EFOO", /errno is "EFOO"; expected one of EIO, EREMOTEIO, /],
    [
      "role: meter, fault: errno, errno: EAGAIN",
      /errno is "EAGAIN"; expected one of EIO, ENXIO, ENODEV, EACCES$/,
    ],
    [
      "role: motion, fault: errno, errno: EIO, call: ioctl",
      /call is "ioctl"; expected one of open, read, write$/,
    ],
    ["role: light, fault: unplug, errno: EIO", /errno is of no use to unplug; expected unit, role, for$/],
    ["role: meter, fault: hang", /role is "meter"; expected one of clock, lamp, /],
    ["role: meter, fault: bind-driver", /role is "meter"; expected one of clock, lamp, /],
    ["role: light, fault: other-process, by: 256", /by is 256; expected a number from 0 to 255$/],
    ["role: meter, fault: noise, by: 2", /by is 2; expected a number from 0.001 to 1$/],
    ["role: meter, fault: stray-bytes", /by is missing; expected a number from 0.1 to 1000$/],
    ["role: light, fault: hold-line", /role is "light"; expected one of radar, meter$/],
  ])("is refused with line, field and what was expected: %s", async (fault, problem) => {
    const error = await street(fault).catch((reason: Error) => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(/line 9: faults\/0\//) });
    expect((error as Error).message).toMatch(problem);
  });
});
