import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Stepper } from "#test/bench/stepper.ts";
import { port } from "./port.ts";
import { tripCauses } from "./port-guard.ts";
import { standings } from "./port-standing.ts";

const usb = port(
  "usb1",
  {
    power: "meter.power1",
    energy: "usb1Energy.total",
    trip: "usb1Guard.trip",
    shed: "shedding.usb1",
    frost: "frost.ports",
    admitted: "access.admitted",
    target: "usb1.target",
    supply: "unit.loadsSupplied",
    commands: ["command.setPort", "command.resumePort", "command.startSession"],
  },
  { loadW: 0.5, countsPerWh: 100 },
);

// 2026-06-19 was a Friday; Rome is two hours ahead of UTC in June.
const friday = (time: string) => Date.parse(`2026-06-19T${time}+02:00`);
const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** A port of which nothing speaks against being on, with a counter at 10 Wh. */
function ready(settings: Record<string, unknown> = {}, startWallMs: number | undefined = friday("12:00:00")) {
  return feed(new Stepper(usb, { settings, wallOriginMs: startWallMs }).start()).hear("usb1Energy.total", 10);
}
type Port = ReturnType<typeof ready>;

const feed = (at: Stepper<ReturnType<typeof usb.initial>>) =>
  at.hear("usb1Guard.trip", 0).hear("shedding.usb1", 0).hear("frost.ports", 0).hear("meter.power1", 0);

/** Draws power for so many seconds, metered each second, and the counter with it. */
function draw(at: Port, watts: number, seconds: number, fromWh?: number): Port {
  let wh = fromWh ?? counterWh.get(at) ?? 10;
  for (let second = 0; second < seconds; second++) {
    at.hear("meter.power1", watts).pass(1_000);
    wh += watts / 3_600;
    at.hear("usb1Energy.total", wh);
  }
  counterWh.set(at, wh);
  return at.hear("meter.power1", watts);
}
const counterWh = new WeakMap<object, number>();

const code = (at: Port) => standings[at.value("standing")]!.code;
/** Of sessions that ended. */
const records = (at: Port) =>
  at.events.filter(({ event }) => event === "chargingSession").map(({ fields }) => fields);

describe("a port", () => {
  it("is off until all that it must know is known, and then open", () => {
    const at = new Stepper(usb, { wallOriginMs: friday("12:00:00") }).start();
    expect([at.value("wanted"), code(at)]).toEqual([0, "unsure"]);
    feed(at);
    expect([at.value("wanted"), code(at)]).toEqual([1, "open"]);
    expect(code(at.hear("frost.ports", Number.NaN, "bad"))).toBe("unsure");
  });

  it("tells a session: begin, end, energy by the counter, and why it ended", () => {
    const at = ready();
    at.pass(30_000);
    // 18 W for 20 minutes are 6 Wh.
    draw(at, 18, 1_200);
    expect(at.value("session")).toBe(1);
    at.hear("meter.power1", 0).pass(19_999);
    expect(records(at)).toEqual([]);
    at.pass(1);
    expect(records(at)).toEqual([
      {
        port: "usb1",
        number: 1,
        start: "2026-06-19T10:00:30Z",
        end: "2026-06-19T10:20:30Z",
        reason: "unplugged",
        meterStart: 10,
        meterEnd: 16,
        energy: 6,
        free: 6,
        cost: 0,
        currency: "EUR",
        authorised: false,
      },
    ]);
    expect(["session", "sessionEnergy", "idleEnergy", "sessions"].map((output) => at.value(output))).toEqual([
      0, 6, 0, 1,
    ]);
  });

  it("tells that a session began when it has, by the time of its first reading", () => {
    const at = draw(ready().pass(30_000), 18, 2);
    const fields = {
      port: "usb1",
      number: 1,
      start: "2026-06-19T10:00:30Z",
      meterStart: 10,
      authorised: false,
    };
    expect(at.events).toEqual([{ event: "chargingStart", fields }]);
  });

  it("takes a blink for no session, and its energy for idle", () => {
    const at = ready();
    at.hear("meter.power1", 20)
      .pass(900)
      .hear("usb1Energy.total", 10.01)
      .hear("meter.power1", 0)
      .pass(60_000);
    expect([at.value("sessions"), at.value("session"), at.value("idleEnergy")]).toEqual([0, 0, 0.01]);
  });

  it("does not end a session for a pause of less than 20 s", () => {
    const at = draw(ready(), 18, 60);
    at.hear("meter.power1", 0.1).pass(19_000);
    draw(at, 18, 60);
    expect(records(at)).toEqual([]);
    expect(at.value("session")).toBe(1);
  });

  it.each([
    ["usb1Guard.trip", tripCauses.indexOf("over-current"), "over-current"],
    ["usb1Guard.trip", tripCauses.indexOf("over-temperature"), "over-temperature"],
    ["usb1Guard.trip", tripCauses.indexOf("meter-stale"), "meter-stale"],
    ["usb1Guard.trip", tripCauses.indexOf("load-switch-fault"), "load-switch-fault"],
    ["shedding.usb1", 1, "shed"],
    ["frost.ports", 1, "frost"],
  ])("goes off when %s is %d, and says that it ended for %s", (source, value, reason) => {
    const at = draw(ready(), 18, 100).hear(source, value);
    expect([at.value("wanted"), code(at)]).toEqual([0, reason]);
    expect(records(at)).toMatchObject([{ reason, energy: 0.5, end: "2026-06-19T10:01:40Z" }]);
  });

  it("says that it was in doubt when the port was held off, and not that the load was unplugged", () => {
    // A thermometer falls silent: the permit puts the port off, and so the load goes.
    const at = draw(ready().hear("usb1.target", 1), 18, 100).hear("usb1.target", 0);
    at.hear("meter.power1", 0).pass(20_000);
    expect(records(at)).toMatchObject([{ reason: "in-doubt", energy: 0.5, end: "2026-06-19T10:01:40Z" }]);
    // The load switch falls silent: its supply is cut at once, and the permit notices seconds later.
    const late = draw(ready().hear("usb1.target", 1), 18, 100).hear("meter.power1", 0).pass(3_000);
    expect(records(late.hear("usb1.target", 0).pass(17_000))).toMatchObject([{ reason: "in-doubt" }]);
    // Another port's switch is stuck: the supply of all is cut.
    const cut = draw(ready().hear("usb1.target", 1), 18, 100).hear("unit.loadsSupplied", 0);
    expect(records(cut.hear("meter.power1", 0).pass(20_000))).toMatchObject([{ reason: "in-doubt" }]);
    // Who had gone before, had gone.
    const gone = draw(ready().hear("usb1.target", 1), 18, 100).hear("meter.power1", 0).pass(6_000);
    expect(records(gone.hear("usb1.target", 0).pass(14_000))).toMatchObject([{ reason: "unplugged" }]);
  });

  it("gives a load that was held off as long to come back as one that pauses", () => {
    const at = draw(ready().hear("usb1.target", 1), 18, 100).hear("usb1.target", 0).hear("meter.power1", 0);
    at.pass(15_000).hear("usb1.target", 1).pass(19_999);
    expect(records(at)).toEqual([]);
    const stays = draw(at, 18, 10);
    expect([records(stays), stays.value("session")]).toEqual([[], 1]);
    const leaves = draw(ready().hear("usb1.target", 1), 18, 100).hear("usb1.target", 0);
    leaves.hear("meter.power1", 0).pass(15_000).hear("usb1.target", 1).pass(20_000);
    expect(records(leaves)).toMatchObject([{ reason: "unplugged" }]);
  });

  it("books what flows after it tripped on no session", () => {
    const at = draw(ready(), 18, 100).hear("usb1Guard.trip", tripCauses.indexOf("stuck-on"));
    expect(records(at)).toMatchObject([{ reason: "stuck-on", energy: 0.5 }]);
    draw(at, 18, 200);
    expect([at.value("sessionEnergy"), at.value("idleEnergy"), at.value("sessions")]).toEqual([0.5, 1, 1]);
  });

  it("is switched by the operator for a while, whatever its hours say", () => {
    const closed = { hours: [{ port: "usb1", days: ["mon"], from: "08:00", to: "20:00" }] };
    const at = ready(closed);
    expect(code(at)).toBe("hours-ended");
    at.command("setPort", { port: "usb2", on: true, duration: 60 }, 60_000);
    expect(code(at)).toBe("hours-ended");
    at.command("setPort", { port: "usb1", on: true, duration: 60 }, 60_000);
    expect([at.value("wanted"), code(at)]).toEqual([1, "operator-on"]);
    expect(code(at.hear("shedding.usb1", 1))).toBe("shed");
    at.hear("shedding.usb1", 0).pass(59_999);
    expect(code(at)).toBe("operator-on");
    expect(code(at.pass(1))).toBe("hours-ended");
    const off = draw(ready(), 18, 10).command("setPort", { port: "usb1", on: false, duration: 60 }, 600_000);
    expect([code(off), records(off)[0]!.reason]).toEqual(["operator", "operator"]);
  });

  it("keeps its hours, to the second, and is not open while the time is not known", () => {
    const hours = { hours: [{ port: "all", days: everyDay, from: "08:00", to: "20:00" }] };
    const at = draw(ready(hours, friday("19:59:00")), 18, 59);
    expect([code(at), records(at)]).toEqual(["open", []]);
    at.pass(1_000);
    expect([code(at), records(at)[0]!.reason]).toEqual(["hours-ended", "hours-ended"]);
    const unset = ready(hours, undefined);
    unset.wallOriginMs = undefined;
    const blind = feed(new Stepper(usb, { settings: hours }).start());
    expect(code(blind)).toBe("unsure");
    expect(code(feed(new Stepper(usb, { settings: {} }).start()))).toBe("open");
  });
});

describe("a port's quota and tariff", () => {
  const quotas = (session: number, day: number) => [{ port: "usb1", session, day }];
  const tariff = (from: string, to: string, price: number) => ({ days: everyDay, from, to, price });

  it("goes off when the free quota of a session is used, rests, and opens again", () => {
    // 36 W are a hundredth of a Wh each second.
    const at = draw(ready({ quotas: quotas(1, 100), quotaRest: 300 }), 36, 99);
    expect(code(at)).toBe("open");
    draw(at, 36, 1);
    expect([at.value("wanted"), code(at)]).toEqual([0, "quota-used"]);
    expect(records(at)).toMatchObject([{ reason: "quota-used", energy: 1, free: 1, cost: 0 }]);
    at.hear("meter.power1", 0).pass(299_000);
    expect(code(at)).toBe("quota-used");
    expect(code(at.pass(1_000))).toBe("open");
  });

  it("stays off until midnight when the free quota of the day is used", () => {
    const at = draw(ready({ quotas: quotas(1, 1.5), quotaRest: 60 }, friday("23:00:00")), 36, 100);
    at.hear("meter.power1", 0).pass(60_000);
    draw(at, 36, 50);
    expect(records(at).map(({ energy, reason }) => [energy, reason])).toEqual([
      [1, "quota-used"],
      [0.5, "quota-used"],
    ]);
    at.hear("meter.power1", 0).pass(friday("23:59:59") - at.wallMs!);
    expect(code(at)).toBe("quota-used");
    expect(code(at.pass(1_000))).toBe("open");
  });

  it("takes what the operator gives from nobody's quota, and asks nothing for it", () => {
    const at = ready({ quotas: quotas(1, 1.5), tariff: [tariff("00:00", "24:00", 100)] });
    at.command("setPort", { port: "usb1", on: true }, Number.POSITIVE_INFINITY);
    draw(at, 36, 300).hear("meter.power1", 0).pass(60_000);
    expect(records(at)).toMatchObject([{ energy: 3, free: 3, cost: 0 }]);
    at.commands = [];
    // 1 Wh of the session is free, and 0.5 Wh of it cost 0.05.
    draw(at, 36, 150).hear("meter.power1", 0).pass(60_000);
    expect(records(at)[1]).toMatchObject({ energy: 1.5, free: 1, cost: 0.05 });
    // In one session too: half of its free watt-hour before, half after.
    const mixed = draw(ready({ quotas: quotas(1, 100), tariff: [tariff("00:00", "24:00", 100)] }), 36, 50);
    mixed.command("setPort", { port: "usb1", on: true }, mixed.nowMs + 100_000);
    draw(mixed, 36, 199).hear("meter.power1", 0).pass(60_000);
    const [record] = records(mixed);
    expect([record!.energy, Number(record!.free) + Number(record!.cost) * 10]).toEqual([2.49, 2.49]);
    expect(Number(record!.free)).toBeCloseTo(2, 1);
  });

  it("rests as long as it was to, though the power is cut meanwhile", () => {
    const used = () => draw(ready({ quotas: quotas(1, 100), quotaRest: 300 }), 36, 100);
    const again = (at: Port) => feed(at.start()).hear("usb1Energy.total", 11);
    const at = again(used().hear("meter.power1", 0).pass(100_000).restart(50_000));
    expect(code(at)).toBe("quota-used");
    expect(code(at.pass(149_999))).toBe("quota-used");
    expect(code(at.pass(1))).toBe("open");
    expect(code(again(at.restart()))).toBe("open");
    // It was over before the power came back.
    expect(code(again(used().restart(300_000)))).toBe("open");
    // A unit that does not know the time waits until it does, or for the whole rest.
    const lost = used().restart(200_000);
    const { wallOriginMs } = lost;
    lost.wallOriginMs = undefined;
    expect(code(again(lost).pass(90_000))).toBe("quota-used");
    lost.wallOriginMs = wallOriginMs;
    expect(code(lost.hear("shedding.usb1", 0))).toBe("quota-used");
    expect(code(lost.pass(10_000))).toBe("open");
    const never = used().restart(200_000);
    never.wallOriginMs = undefined;
    expect(code(again(never).pass(299_999))).toBe("quota-used");
    expect(code(never.pass(1))).toBe("open");
  });

  it("charges what goes beyond the quota at the price of the hour", () => {
    const settings = {
      quotas: quotas(1, 100),
      tariff: [tariff("08:00", "12:02", 0.5), tariff("12:02", "20:00", 0.8)],
      currency: "CHF",
    };
    // Energy is charged at the price as of its reading: 100 counts free, those at 12:01:41 to 12:01:59 at 0.5 per
    // kWh (0.19 Wh), those from 12:02:00 to 12:02:30 at 0.8 (0.31 Wh): 0.000343.
    const at = draw(ready(settings), 36, 150).hear("meter.power1", 0).pass(60_000);
    expect(records(at)).toMatchObject([{ energy: 1.5, free: 1, currency: "CHF", reason: "unplugged" }]);
    expect(records(at)[0]!.cost).toBe(0.0003);
    const dear = { ...settings, tariff: [tariff("08:00", "12:02", 100), tariff("12:02", "20:00", 300)] };
    const cost = records(draw(ready(dear), 36, 150).hear("meter.power1", 0).pass(60_000))[0]!.cost;
    // 0.00019 kWh × 100 + 0.00031 kWh × 300 = 0.112
    expect(cost).toBe(0.112);
  });

  it("bills a session in one currency, and gives what it takes after another was set", () => {
    const settings = { tariff: [tariff("00:00", "24:00", 100)], quotas: quotas(0, 100), currency: "EUR" };
    const at = draw(ready(settings), 36, 50);
    at.settings = { ...settings, currency: "CZK" };
    draw(at, 36, 50).hear("meter.power1", 0).pass(60_000);
    // 0.5 Wh at 100 per kWh.
    expect(records(at)).toMatchObject([{ energy: 1, free: 0.5, cost: 0.05, currency: "EUR" }]);
    draw(at, 36, 50).hear("meter.power1", 0).pass(60_000);
    expect(records(at)[1]).toMatchObject({ energy: 0.5, free: 0, cost: 0.05, currency: "CZK" });
  });

  it("ends a session that pays when its tariff's window ends and no other begins", () => {
    const settings = { quotas: quotas(0.5, 100), tariff: [tariff("08:00", "12:01", 0.5)] };
    const at = draw(ready(settings), 36, 61);
    // The window ends before the reading of 12:01:00.
    expect(records(at)).toMatchObject([{ reason: "tariff-window-ended", energy: 0.59, free: 0.5 }]);
    expect(code(at)).toBe("tariff-window-ended");
  });

  it("opens for a permitted card only, when one is needed, and only for one session", () => {
    const at = ready({ cardNeeded: "always" });
    expect(code(at)).toBe("card-needed");
    at.hear("access.admitted", 1);
    expect(code(at)).toBe("open");
    draw(at, 18, 10).hear("access.admitted", 0);
    expect([code(at), at.value("authorised")]).toEqual(["open", 1]);
    at.hear("meter.power1", 0).pass(60_000);
    expect(records(at)).toMatchObject([{ authorised: true, reason: "unplugged" }]);
    expect(code(at)).toBe("card-needed");
  });

  it("opens by command for a minute and a half", () => {
    const at = ready({ cardNeeded: "always" }).command("startSession", { port: "usb2" });
    expect(code(at)).toBe("card-needed");
    at.command("startSession", { port: "usb1" });
    expect(code(at.pass(89_999))).toBe("open");
    expect(code(at.pass(1))).toBe("card-needed");
  });

  it("lets only those with a card go beyond the free quota, when that is paid by card", () => {
    const settings = {
      cardNeeded: "paid",
      quotas: quotas(0.5, 100),
      tariff: [tariff("08:00", "20:00", 0.5)],
    };
    const without = draw(ready(settings), 36, 50);
    expect([code(without), records(without)[0]!.reason]).toEqual(["card-needed", "card-needed"]);
    const withCard = draw(ready(settings).hear("access.admitted", 1), 36, 100);
    expect([code(withCard), records(withCard)]).toEqual(["open", []]);
  });
});

describe("a port whose clock is set", () => {
  it("tells when a session began by the time that it learnt since", () => {
    const at = draw(ready(), 18, 100);
    at.wallOriginMs = friday("10:00:00");
    draw(at, 18, 20).hear("meter.power1", 0).pass(60_000);
    expect(records(at)).toMatchObject([{ start: "2026-06-19T08:00:00Z", end: "2026-06-19T08:02:00Z" }]);
  });

  it("ends no session before it began, though the clock was set back when it was restarted", () => {
    const at = draw(ready(), 18, 100).restart(-3_600_000);
    feed(at.start()).hear("usb1Energy.total", 10.5);
    draw(at, 18, 20, 10.5).hear("meter.power1", 0).pass(60_000);
    expect(records(at)).toMatchObject([{ start: "2026-06-19T10:00:00Z", end: "2026-06-19T10:00:00Z" }]);
  });
});

describe("a port over a restart", () => {
  it("takes up a session whose load is still there", () => {
    const at = draw(ready(), 18, 100).restart(20_000).start();
    expect(at.value("session")).toBe(1);
    feed(at).hear("usb1Energy.total", 10.6);
    draw(at, 18, 100, 10.6);
    at.hear("meter.power1", 0).pass(60_000);
    expect(records(at)).toMatchObject([
      {
        number: 1,
        reason: "unplugged",
        start: "2026-06-19T10:00:00Z",
        end: "2026-06-19T10:03:40Z",
        energy: 1.1,
      },
    ]);
  });

  it("ends it with the power when its load does not come back", () => {
    const at = draw(ready(), 18, 100).restart(20_000).start();
    feed(at).pass(60_000);
    expect(records(at)).toMatchObject([{ reason: "power-cut", end: "2026-06-19T10:01:40Z", energy: 0.5 }]);
  });

  it("ends it with the power when that was gone for more than twenty minutes", () => {
    const at = draw(ready(), 18, 100).restart(1_200_001);
    feed(at.start());
    expect(records(at)).toMatchObject([{ reason: "power-cut", end: "2026-06-19T10:01:40Z" }]);
    expect(records(draw(ready(), 18, 100).restart(1_199_000).start())).toEqual([]);
  });

  it("learns how long it was gone only when it learns the time", () => {
    const at = draw(ready(), 18, 100).restart(3_600_000);
    const { wallOriginMs } = at;
    at.wallOriginMs = undefined;
    feed(at.start().pass(5_000));
    expect(records(at)).toEqual([]);
    at.wallOriginMs = wallOriginMs;
    at.hear("shedding.usb1", 0);
    expect(records(at)).toMatchObject([{ reason: "power-cut" }]);
  });

  it("goes on with counters, numbers and the day's quota", () => {
    const settings = { quotas: [{ port: "all", session: 100, day: 1 }] };
    const at = draw(ready(settings), 36, 60).hear("meter.power1", 0).pass(60_000).restart(1_000).start();
    feed(at).hear("usb1Energy.total", 10.6);
    expect([at.value("sessionEnergy"), at.value("sessions")]).toEqual([0.6, 1]);
    draw(at, 36, 40, 10.6);
    expect(records(at).map(({ number, reason, energy }) => [number, reason, energy])).toEqual([
      [1, "unplugged", 0.6],
      [2, "quota-used", 0.4],
    ]);
  });

  it("begins afresh with a record that is damaged, and keeps what can be read", () => {
    for (const damaged of [null, 7, "x", { session: { number: 1 } }, { counts: "9", sessions: Number.NaN }])
      expect(usb.save!(usb.initial(damaged))).toMatchObject({ sessions: 0, sessionCounts: 0 });
    expect(usb.save!(usb.initial({ sessions: 4, idleCounts: -1 }))).toMatchObject({
      sessions: 4,
      idleCounts: 0,
    });
  });
});

describe("energy over sessions", () => {
  const happening = fc.record({
    afterMs: fc.integer({ min: 0, max: 90_000 }),
    kind: fc.constantFrom(
      "energy",
      "energy",
      "power",
      "power",
      "trip",
      "shed",
      "admitted",
      "restart",
      "operator",
    ),
    value: fc.integer({ min: 0, max: 40 }),
  });
  const settings = fc.record({
    cardNeeded: fc.constantFrom("never", "paid", "always"),
    quotaRest: fc.constantFrom(0, 60),
    quotas: fc.constantFrom([], [{ port: "all", session: 0.3, day: 2 }]),
    tariff: fc.constantFrom([], [{ days: everyDay, from: "00:00", to: "13:00", price: 0.3 }]),
  });

  it("is what the counter moved by, to the last count, and each record's energy is that of its readings", () => {
    fc.assert(
      fc.property(settings, fc.array(happening, { maxLength: 80 }), (chosen, happenings) => {
        const at = ready(chosen);
        let counts = 1_000;
        for (const { afterMs, kind, value } of happenings) {
          at.pass(afterMs);
          if (kind === "energy") counts += value;
          if (kind === "energy") at.hear("usb1Energy.total", counts / 100);
          else if (kind === "power") at.hear("meter.power1", value % 3 === 0 ? 0 : value);
          else if (kind === "trip") at.hear("usb1Guard.trip", value % 5);
          else if (kind === "shed") at.hear("shedding.usb1", value % 2);
          else if (kind === "admitted") at.hear("access.admitted", value % 2);
          else if (kind === "operator")
            at.command("setPort", { port: "usb1", on: value % 2 === 0 }, at.nowMs + value * 1_000);
          else feed(at.restart(value * 30_000).start()).hear("usb1Energy.total", counts / 100);
        }
        const told = records(at).map(({ energy, meterStart, meterEnd }) =>
          [energy, meterStart, meterEnd].map(Number),
        );
        let beforeWh = 10;
        let sum = 0;
        for (const [energy, start, end] of told as [number, number, number][]) {
          expect(Math.round(end * 100) - Math.round(start * 100)).toBe(Math.round(energy * 100));
          expect(start).toBeGreaterThanOrEqual(beforeWh);
          beforeWh = end;
          sum += Math.round(energy * 100);
        }
        const whole = (output: string) => Math.round(at.value(output) * 100);
        expect(whole("sessionEnergy") + whole("idleEnergy")).toBe(counts - 1_000);
        expect(
          at.value("session") === 1 ? sum <= whole("sessionEnergy") : sum === whole("sessionEnergy"),
        ).toBe(true);
        expect(at.value("sessions")).toBe(told.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
