import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { chargingSessions } from "./charging-sessions.ts";

const estimator = chargingSessions("space1", {
  ...{ register: "meter.activeEnergy", contactor: "contactor.target" },
  ...{ vehicleState: "evse.vehicleState", activity: "policy.activity1", proven: "access.rightful" },
});
const start = () =>
  new Stepper(estimator, {
    settings: { energyPrice: 0.5, currency: "EUR" },
    wallOriginMs: Date.UTC(2026, 3, 14, 8),
  })
    .start()
    .hear("policy.activity1", 0)
    .hear("access.rightful", 1)
    .hear("meter.activeEnergy", 120_000);

describe("charging sessions", () => {
  it("last from the contactor's closing to the first reading after its opening", () => {
    const table = start().hear("contactor.target", 1);
    expect(table.value("charging")).toBe(1);
    table.pass(3_600_000).hear("meter.activeEnergy", 123_600);
    expect(table.value("energy")).toBe(3_600);
    table.pass(500).hear("contactor.target", 0);
    expect([table.value("charging"), table.events.length]).toEqual([0, 0]);
    table.pass(1_000).hear("meter.activeEnergy", 123_601);
    expect(table.events).toEqual([
      {
        event: "chargingSession",
        fields: {
          ...{ port: "space1", number: 1, start: "2026-04-14T08:00:00Z", end: "2026-04-14T09:00:02Z" },
          ...{ reason: "unplugged", meterStart: 120_000, meterEnd: 123_601, energy: 3_601, free: 0 },
          // 3.601 kWh at 0.50.
          ...{ cost: 1.8005, currency: "EUR", authorised: true },
        },
      },
    ]);
  });

  it("end with the last reading there was, when the meter is lost", () => {
    const table = start().hear("contactor.target", 1).pass(60_000).hear("meter.activeEnergy", 120_100);
    table.pass(3_500).hear("contactor.target", 0);
    expect(table.events).toHaveLength(0);
    table.pass(5_000);
    expect(table.events[0]!.fields).toMatchObject({ reason: "meter-stale", energy: 100 });
  });

  it("say that the hours ended when the policy changed", () => {
    const table = start().hear("contactor.target", 1).pass(60_000).hear("meter.activeEnergy", 120_050);
    table.hear("policy.activity1", 1).hear("contactor.target", 0);
    table.pass(1_000).hear("meter.activeEnergy", 120_051);
    expect(table.events[0]!.fields).toMatchObject({ reason: "hours-ended", energy: 51 });
  });

  it("end by a power cut with the first reading after it: nothing is lost, and nothing counted twice", () => {
    const table = start().hear("contactor.target", 1).pass(60_000).hear("meter.activeEnergy", 120_050);
    table.restart(30_000).start();
    expect(table.events).toHaveLength(0);
    table.hear("meter.activeEnergy", 120_060);
    expect(table.events[0]!.fields).toMatchObject({ reason: "power-cut", energy: 60, number: 1 });
    table.hear("contactor.target", 1).pass(1_000).hear("meter.activeEnergy", 120_070);
    table.hear("contactor.target", 0).pass(1_000).hear("meter.activeEnergy", 120_070);
    expect(table.events[1]!.fields).toMatchObject({ number: 2, energy: 10 });
  });

  it("are free without a price, and begin only with a reading of the register", () => {
    const table = start();
    table.settings = { energyPrice: 0 };
    table.hear("contactor.target", 1).pass(1_000).hear("meter.activeEnergy", 121_000);
    table.hear("contactor.target", 0).pass(1_000).hear("meter.activeEnergy", 121_000);
    expect(table.events[0]!.fields).toMatchObject({ cost: 0, free: 1_000 });
    const blind = new Stepper(estimator).start().hear("contactor.target", 1);
    expect(blind.value("charging")).toBe(0);
  });
});
