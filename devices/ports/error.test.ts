import { describe, expect, it } from "vitest";
import { PortError } from "./error.ts";

describe("a port's error", () => {
  it("says what, where, during what, what was seen, and what to check", () => {
    const cause = new Error("EREMOTEIO");
    const error = new PortError("no-acknowledge-address", {
      port: "i2c-1",
      address: 0x08,
      operation: "read ALS",
      detail: "third attempt",
      cause,
    });
    expect(error.message).toBe(
      "no-acknowledge-address on i2c-1 at 0x08, read ALS (third attempt): is the part powered, wired and at this address?",
    );
    expect(error).toMatchObject({
      name: "PortError",
      kind: "no-acknowledge-address",
      port: "i2c-1",
      address: 8,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
  });

  it("lets a port that cannot be opened give the advice itself", () => {
    const detail = "there is no such device: is the adapter plugged in?";
    const error = new PortError("bus", { port: "/dev/ttyAMA0", operation: "open", detail });
    expect(error.message).toBe(`bus on /dev/ttyAMA0, open: ${detail}`);
  });

  it("leaves out what there is not", () => {
    const error = new PortError("timeout", { port: "/dev/ttyAMA0", operation: "read report" });
    expect(error.message).toBe(
      "timeout on /dev/ttyAMA0, read report: no answer in time: is the line connected, and its speed right?",
    );
    expect(error.address).toBeUndefined();
  });
});
