import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { access } from "./access.ts";

const estimator = access({
  card: "cards.card",
  credential: "cards.credential",
  used: ["usb1Port.authorised", "usb2Port.authorised"],
});
const settings = { cards: ["00a1b2c3d4e5", "FFEEDDCCBBAA"] };
const reader = () => {
  const unit = new Stepper(estimator, { settings }).start();
  return unit.hear("usb1Port.authorised", 3).hear("usb2Port.authorised", 0).hear("cards.card", 0);
};
const show = (unit: ReturnType<typeof reader>, credential: number) =>
  unit.hear("cards.card", 1).hear("cards.credential", credential);

describe("access by card", () => {
  it("admits who is on the list, leading zeros and capitals or not", () => {
    expect(show(reader(), 0x00a1b2c3d4e5).value("admitted")).toBe(1);
    expect(show(reader(), 0xffeeddccbbaa).value("admitted")).toBe(1);
    expect(show(reader(), 0xa1b2c3d4e6).value("admitted")).toBe(0);
    expect(reader().hear("cards.credential", 0x00a1b2c3d4e5).value("admitted")).toBe(0);
  });

  it("lasts a minute and a half", () => {
    const unit = show(reader(), 0x00a1b2c3d4e5).pass(89_999);
    expect(unit.value("admitted")).toBe(1);
    expect(unit.pass(1).value("admitted")).toBe(0);
  });

  it("is used up by one session, at whichever port", () => {
    const unit = show(reader(), 0x00a1b2c3d4e5).hear("usb1Port.authorised", 3);
    expect(unit.value("admitted")).toBe(1);
    expect(unit.hear("usb2Port.authorised", 1).value("admitted")).toBe(0);
  });

  it("admits nobody by a reading that is not good, nor where no card is permitted", () => {
    expect(
      reader().hear("cards.card", 1).hear("cards.credential", 0x00a1b2c3d4e5, "suspect").value("admitted"),
    ).toBe(0);
    const none = new Stepper(estimator, { settings: {} }).start();
    expect(show(none, 0).value("admitted")).toBe(0);
  });
});
