import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { access } from "./access.ts";

const estimator = access(1, {
  ...{ credential: "card.credential", occupied: "space1.occupied" },
  ...{ reserve: "command.reserve", release: "command.release", admit: "command.admit" },
});
const week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const parking = (userClasses: string) => ({
  ...{ days: week, from: "00:00", to: "24:00", spaces: "all", activity: "parking" },
  ...{ userClasses, maxStay: 0, rate: 0 },
});
/** Credentials as a reader tells them: whole numbers of 48 bits. */
const listed = 0x00a1_b2c3_d4e5;
const stranger = 0xfed1_b2c3_d4e5;
const minuteMs = 60_000;

const start = (userClasses = "") =>
  new Stepper(estimator, {
    settings: { policy: [parking(userClasses)], permits: ["00a1b2c3d4e5"] },
    wallOriginMs: Date.UTC(2026, 3, 14, 8),
  }).start();
type Table = ReturnType<typeof start>;
const reserve = (table: Table, space = 1) =>
  table.command("reserve", { space, duration: 3_600 }, table.nowMs + 60 * minuteMs);
const state = (table: Table) => ["reserved", "kept", "rightful"].map((output) => table.value(output));

describe("access to the served space", () => {
  it("is anybody's while nobody reserved it and no permit is needed", () => {
    expect(state(start())).toEqual([0, 0, 0]);
    expect(state(start().hear("space1.occupied", 1))).toEqual([0, 0, 1]);
  });

  it("is kept from the reservation on until its time is over", () => {
    const table = reserve(start().pass(minuteMs));
    expect(state(table)).toEqual([1, 1, 0]);
    expect(state(table.pass(60 * minuteMs - 1))).toEqual([1, 1, 0]);
    expect(state(table.pass(1))).toEqual([0, 0, 0]);
    expect(state(reserve(start().pass(minuteMs), 2))).toEqual([0, 0, 0]);
  });

  it("is opened by a card of the list, and its holder may stand there", () => {
    const table = reserve(start().pass(minuteMs)).hear("card.credential", listed);
    expect(state(table)).toEqual([1, 0, 0]);
    table.hear("card.credential", 0).pass(minuteMs);
    expect(state(table.hear("space1.occupied", 1))).toEqual([1, 0, 1]);
    // He has gone for a while: it is his still.
    expect(state(table.hear("space1.occupied", 0))).toEqual([1, 1, 0]);
  });

  it("is no stranger's who comes after the holder has gone, or instead of him", () => {
    const after = reserve(start().pass(minuteMs)).hear("card.credential", listed).hear("card.credential", 0);
    after.hear("space1.occupied", 1).hear("space1.occupied", 0).pass(minuteMs);
    expect(state(after.hear("space1.occupied", 1))).toEqual([1, 0, 0]);
    const late = reserve(start().pass(minuteMs)).command("admit", { space: 1 });
    // Between two of its looks, which are ten seconds apart from whatever it heard last.
    late.pass(3_000).hear("space1.occupied", 0);
    expect(state(late.pass(5 * minuteMs - 3_001))).toEqual([1, 0, 0]);
    expect(state(late.pass(1))).toEqual([1, 1, 0]);
    expect(state(late.hear("space1.occupied", 1))).toEqual([1, 0, 0]);
  });

  it("is not open for a reservation because the one before it was admitted", () => {
    const table = reserve(start().pass(minuteMs)).command("admit", { space: 1 });
    expect(state(table.pass(minuteMs))).toEqual([1, 0, 0]);
    expect(state(reserve(table))).toEqual([1, 1, 0]);
    expect(state(table.hear("space1.occupied", 1))).toEqual([1, 0, 0]);
  });

  it("follows a vehicle that only one sensor sees, and trusts nobody whom none sees", () => {
    const come = () => start("permit").hear("space1.occupied", 1).hear("card.credential", listed);
    const table = come();
    expect(state(table.hear("space1.occupied", 1, "suspect"))).toEqual([0, 0, 1]);
    table.hear("space1.occupied", 0, "suspect").pass(10 * minuteMs);
    expect(state(table.hear("space1.occupied", 1))).toEqual([0, 0, 0]);
    const blind = come().hear("space1.occupied", Number.NaN, "bad");
    expect(state(blind)).toEqual([0, 0, 0]);
    expect(state(blind.hear("space1.occupied", 1))).toEqual([0, 0, 0]);
  });

  it("tells who has proved that he may from who may like everybody", () => {
    const table = start().hear("space1.occupied", 1);
    expect([table.value("rightful"), table.value("proven")]).toEqual([1, 0]);
    expect(table.hear("card.credential", listed).value("proven")).toBe(1);
  });

  it("is opened by the operator, for this space", () => {
    const table = reserve(start().pass(minuteMs));
    expect(state(table.command("admit", { space: 2 }))).toEqual([1, 1, 0]);
    expect(state(table.command("admit", { space: 1 }))).toEqual([1, 0, 0]);
    expect(state(table.pass(minuteMs).hear("space1.occupied", 1))).toEqual([1, 0, 1]);
  });

  it("is not opened by another card, a bad reading, or none", () => {
    const table = reserve(start().pass(minuteMs));
    table.hear("card.credential", stranger).hear("card.credential", 0);
    table.hear("card.credential", listed, "suspect").hear("card.credential", Number.NaN, "bad");
    expect(state(table)).toEqual([1, 1, 0]);
  });

  it("is not rightful for who stands in a reserved space without having come for it", () => {
    const table = start().hear("space1.occupied", 1);
    expect(state(reserve(table))).toEqual([1, 0, 0]);
    expect(state(table.hear("card.credential", listed))).toEqual([1, 0, 1]);
  });

  it("asks for a card where the policy is for permits: shown while there, or up to five minutes before", () => {
    const table = start("permit").hear("space1.occupied", 1);
    expect(state(table)).toEqual([0, 0, 0]);
    expect(state(table.hear("card.credential", listed))).toEqual([0, 0, 1]);
    const early = start("permit")
      .hear("card.credential", listed)
      .pass(5 * minuteMs - 1);
    expect(state(early.hear("space1.occupied", 1))).toEqual([0, 0, 1]);
    const tooEarly = start("permit")
      .hear("card.credential", listed)
      .pass(5 * minuteMs);
    expect(state(tooEarly.hear("space1.occupied", 1))).toEqual([0, 0, 0]);
  });

  it("asks the next one for a card again, and nobody after a restart", () => {
    const table = start("permit").hear("space1.occupied", 1).hear("card.credential", listed);
    table.restart().start();
    // The sensors have not been read yet.
    table.hear("space1.occupied", Number.NaN, "bad");
    expect(state(table.hear("space1.occupied", 1))).toEqual([0, 0, 1]);
    table.hear("space1.occupied", 0).pass(10 * minuteMs);
    expect(state(table.hear("space1.occupied", 1))).toEqual([0, 0, 0]);
  });

  it("keeps nothing of the card", () => {
    const table = start().hear("card.credential", listed);
    expect(JSON.stringify(estimator.save!(table.state))).toBe('{"isProven":false}');
    expect(JSON.stringify(table.state)).not.toContain(String(listed));
  });
});
