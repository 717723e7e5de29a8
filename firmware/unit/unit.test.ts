import { describe, expect, it } from "vitest";
import { hours, minutes, seconds } from "#devices/duration.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import type { TelemetryPoint } from "#devices/furniture/vocabulary.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import { unitTopics } from "#devices/wire.ts";
import { Pole, type PoleOptions } from "#test/bench/pole.ts";

const topics = unitTopics("pier", "lamp-1");

/** Of the tests' own, so that they hold whatever the factory thinks best. */
const settings = { profile: [{ from: "sunset", level: 40 }], minimumLevel: 10 };

/** A pole in its normal state: upright, lit, on the mains. */
async function poleAt(options: PoleOptions = {}, declaration = streetlight): Promise<Pole> {
  const pole = await Pole.of(declaration, { settings, ...options });
  const set = (role: string, channel: string, value: number) => pole.twins.get(role)?.set(channel, value);
  set("clock", "time", pole.loop.now / 1_000);
  set("light", "illuminance", 0.5);
  set("tilt", "accelerationZ", 9.80665);
  set("supply", "busVoltage", 5.08);
  set("meter", "voltage", 231);
  set("meter", "activePower", 60);
  return pole;
}

/** A pole with a running unit, a quarter of a minute old. */
async function running(options: PoleOptions = {}): Promise<Pole> {
  const pole = await poleAt(options);
  const started = pole.start();
  await pole.pass(15_000);
  await started;
  return pole;
}

async function send(pole: Pole, topic: string, message: object): Promise<void> {
  const sender = pole.broker.port().open("sender", { topic: "plinth/sender/status", payload: "offline" });
  await pole.pass(1_000);
  const sent = sender.publish(topic, JSON.stringify(message));
  await pole.pass(1_000);
  await sent;
  await sender.close();
}

/** Values of one telemetry point in the order in which the unit recorded them. */
const recorded = (pole: Pole, name: string) =>
  pole
    .said("record")
    .flatMap(({ body }) => (body.type === "measurement" && body.name === name ? [body.value] : []));

describe("a unit", () => {
  it("has its lamp at the fail-safe level before it tries anything else", async () => {
    const pole = await running();
    await pole.pass(minutes(5));
    expect(pole.level).toBeCloseTo(40, 1);
    pole.kill();
    pole.events.splice(0);
    let triedBefore: number | undefined;
    pole.twins.get("lamp")!.onOutput!(() => {
      triedBefore ??= pole.said("part").length;
    });
    // Every other part keeps the bus for as long as it is allowed to.
    for (const [role, twin] of pole.twins) if (role !== "lamp") twin.unplug();
    void pole.start();
    await pole.pass(10);
    expect(pole.level).toBe(100);
    expect(triedBefore).toBe(0);
    expect(pole.said("part")[0]).toMatchObject({ role: "lamp", state: "ok" });
  });

  it("tells of itself what others show: parts, targets, settings, records", async () => {
    const pole = await running();
    await pole.pass(minutes(2));
    const snapshot = pole.unit!.snapshot();
    expect(snapshot).toMatchObject({ boot: 1, alarms: [], connected: true });
    expect(Object.keys(snapshot.parts)).toEqual(Object.keys(streetlight.roles));
    expect(Object.values(snapshot.parts).every(({ state }) => state === "ok")).toBe(true);
    expect(snapshot.targets.lamp).toEqual({
      value: 40,
      reason: { code: "profile", text: "profile from sunset" },
    });
    expect(snapshot.settings.inForce.revision).toBe("factory");
    expect(snapshot.samples.find(({ source }) => source === "supply.busVoltage")).toMatchObject({
      value: expect.closeTo(5.08, 2),
      quality: "good",
      clock: "rtc",
    });
    expect(snapshot.records).toMatchObject({ waiting: 0, dropped: 0, rejected: 0 });
    expect(snapshot.records.made).toBe(pole.stored.length);
  });

  it("stops in order: lamp at fail-safe, counters told, state kept, a goodbye", async () => {
    const pole = await running();
    await pole.pass(minutes(20));
    pole.broker.cut("city");
    const told = recorded(pole, "energy").length;
    const stopped = pole.unit!.stop();
    await pole.pass(seconds(10));
    await stopped;
    expect(pole.level).toBe(100);
    expect(pole.said("stopped")).toHaveLength(1);
    expect(recorded(pole, "energy")).toHaveLength(told + 1);
    // 60 W for twenty minutes.
    expect(recorded(pole, "energy").at(-1)).toBeCloseTo(20, -0.5);
    const events = pole.events.length;
    await pole.pass(hours(1));
    expect(pole.events).toHaveLength(events);
    expect(pole.broker.clients).not.toContain("plinth-pier-lamp-1");
    const statuses: string[] = [];
    pole.broker
      .port()
      .open("late", { topic: "x", payload: "" })
      .subscribe(topics.status, ({ payload }) => statuses.push(new TextDecoder().decode(payload)));
    await pole.pass(seconds(5));
    expect(statuses).toEqual(['{"state":"offline"}']);
    void pole.start();
    await pole.pass(minutes(3));
    expect(pole.unit!.snapshot()).toMatchObject({ boot: 2, records: { waiting: 0 } });
    expect(recorded(pole, "burningHours").at(-1)).toBeGreaterThan(0.3);
  });

  it("loses no more than a minute of what it counts when the power goes, long after it was told", async () => {
    const pole = await running();
    const burnt = () =>
      pole.unit!.snapshot().samples.find(({ source }) => source === "lampMonitor.burningHours")!.value;
    // Told hourly, aligned to the clock: at 21:00 and not since.
    await pole.pass(minutes(28.9));
    const beforeH = burnt();
    pole.kill(7);
    void pole.start();
    await pole.pass(seconds(20));
    const lostMs = (beforeH - burnt()) * hours(1);
    expect(lostMs).toBeLessThan(minutes(1));
    expect(burnt() * hours(1)).toBeGreaterThan(minutes(27));
  });

  it("survives kills and power cuts at any instant: lit, nothing told is lost, no counter goes back", async () => {
    const { energy, burningHours } = streetlight.telemetry as Record<string, TelemetryPoint>;
    // Counters told every minute: as many chances to tell one that is not kept.
    const counters = {
      energy: { ...energy!, every: minutes(1) },
      burningHours: { ...burningHours!, every: minutes(1) },
    };
    const declaration = { ...streetlight, telemetry: { ...streetlight.telemetry, ...counters } };
    const pole = await poleAt({ startMs: Date.UTC(2026, 0, 10, 17) }, declaration);
    void pole.start();
    await pole.pass(seconds(20));
    await send(pole, topics.desired, { revision: "mine", settings: { holdTime: 77 } });
    for (let life = 1; life <= 60; life++) {
      // From milliseconds to ten minutes: in the middle of starts, commits, hourly records.
      await pole.pass(life % 3 === 0 ? life * 7.3 : (life * 97_003) % 600_000);
      pole.kill(life % 2 === 0 ? life : undefined);
      await pole.pass(2_500);
      void pole.start();
    }
    await pole.pass(minutes(10));
    expect(pole.darkMs).toBe(0);
    const { boot, settings, records } = pole.unit!.snapshot();
    expect(settings.inForce).toMatchObject({ revision: "mine", settings: { holdTime: 77 } });
    expect(boot).toBeGreaterThan(50);
    expect(records).toMatchObject({ waiting: 0, dropped: 0, rejected: 0 });
    const id = ({ epoch, sequence }: { epoch: string; sequence: number }) => `${epoch} ${sequence}`;
    const stored = new Set(pole.stored.map(id));
    expect(pole.said("record").length).toBeGreaterThan(300);
    // Of a state only the newest counts: an older one may be superseded before it was sent.
    const told = pole.said("record").filter(({ body }) => body.type !== "actuator");
    expect(told.map(id).filter((one) => !stored.has(one))).toEqual([]);
    const inOrder = pole.stored.toSorted((a, b) => a.sequence - b.sequence);
    for (const name of ["energy", "burningHours"]) {
      const values = inOrder.flatMap(({ body }) =>
        body.type === "measurement" && body.name === name ? [body.value!] : [],
      );
      expect(values.length).toBeGreaterThan(150);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
    expect(new Set(pole.stored.map(({ time }) => time.boot)).size).toBeGreaterThan(20);
  });

  it("keeps a raised alarm over a restart, and clears a latched one when somebody acknowledges it", async () => {
    const pole = await running();
    pole.twins.get("tilt")!.set("accelerationX", 2);
    await pole.pass(minutes(5));
    expect(pole.said("alarm").map(({ name, state }) => `${name} ${state}`)).toEqual(["poleTilted raised"]);
    pole.kill(3);
    void pole.start();
    await pole.pass(minutes(5));
    expect(pole.unit!.snapshot().alarms).toEqual(["poleTilted"]);
    expect(pole.said("alarm")).toHaveLength(1);
    const acknowledge = (id: number) => ({
      id,
      expires: pole.loop.now + 60_000,
      command: "acknowledgeAlarm",
      args: { alarm: "poleTilted" },
    });
    await send(pole, topics.command, acknowledge(1));
    expect(pole.said("command").at(-1)!.result).toMatchObject({ id: 1, state: "refused" });
    pole.twins.get("tilt")!.set("accelerationX", 0);
    await pole.pass(minutes(2));
    expect(pole.unit!.snapshot().alarms).toEqual(["poleTilted"]);
    await send(pole, topics.command, acknowledge(2));
    expect(pole.said("command").at(-1)!.result).toMatchObject({ id: 2, state: "accepted" });
    expect(pole.unit!.snapshot().alarms).toEqual([]);
    await pole.pass(seconds(10));
    const alarms = pole.stored.flatMap(({ body }) =>
      body.type === "alarm" ? [`${body.name} ${body.state}`] : [],
    );
    expect(alarms).toEqual(["poleTilted raised", "poleTilted cleared"]);
    pole.kill(4);
    void pole.start();
    await pole.pass(minutes(1));
    expect(pole.unit!.snapshot().alarms).toEqual([]);
  });

  it.each(["saveFlightRecord", "sendFlightRecord"])(
    "refuses %s without a flight recorder",
    async (command) => {
      const pole = await running();
      await pole.pass(minutes(1));
      await send(pole, topics.command, { id: 1, expires: pole.loop.now + 60_000, command, args: {} });
      expect(pole.said("command").at(-1)!.result).toEqual({
        ...{ id: 1, state: "refused" },
        refusals: [
          {
            field: "command",
            problem: "needs a flight recorder",
            expected: "a unit with one: recorder in unit.yaml",
          },
        ],
      });
    },
  );

  it("describes every command that it takes", async () => {
    const pole = await running();
    const descriptions: { commands: Record<string, unknown> }[] = [];
    pole.broker
      .port()
      .open("late", { topic: "x", payload: "" })
      .subscribe(topics.description, ({ payload }) =>
        descriptions.push(JSON.parse(new TextDecoder().decode(payload))),
      );
    await pole.pass(seconds(5));
    expect(Object.keys(descriptions[0]!.commands)).toEqual([
      ...["setLevel", "resume", "acknowledgeAlarm"],
      ...["saveFlightRecord", "sendFlightRecord"],
    ]);
    expect(descriptions[0]!.commands.acknowledgeAlarm).toMatchObject({
      args: { alarm: { const: "poleTilted" } },
    });
  });

  it("tells its lamp again what it forgot in a brown-out, or what somebody else told it", async () => {
    const pole = await running();
    await pole.pass(minutes(5));
    expect(pole.level).toBeCloseTo(40, 1);
    pole.twins.get("lamp")!.brownOut();
    expect(pole.level).toBe(100);
    await pole.pass(minutes(2));
    expect(pole.level).toBeCloseTo(40, 1);
    // Another controller on the bus: LED0_OFF_L and LED0_OFF_H at half duty (PCA9685 rev. 4, section 7.3.3).
    pole.board.i2c(1).transfer(0x40, [{ write: Uint8Array.of(0x06, 0, 0, 0x00, 0x08) }]);
    expect(pole.level).toBeCloseTo(44.4, 1);
    await pole.pass(minutes(2));
    expect(pole.level).toBeCloseTo(40, 1);
    expect(pole.said("trouble").at(-1)!.what).toMatch(/^lamp\.level is 44\.\d+, was told 40: told again$/);
  });

  it("moves its lamp at the edge, before it tells anybody why", async () => {
    const order: string[] = [];
    const link: LinkPort = {
      open: (...as) => {
        const opened = pole.broker.port({ clock: pole.clock }).open(...as);
        const publish: typeof opened.publish = (topic, ...message) => {
          order.push(topic);
          return opened.publish(topic, ...message);
        };
        return {
          publish,
          subscribe: (...filter) => opened.subscribe(...filter),
          onState: (listener) => opened.onState(listener),
          close: () => opened.close(),
          get connected() {
            return opened.connected;
          },
        };
      },
    };
    const pole = await poleAt({ link });
    const started = pole.start();
    await pole.pass(minutes(5));
    await started;
    expect(pole.level).toBeCloseTo(40, 1);
    pole.twins.get("lamp")!.onOutput!(() =>
      order.push(`lamp at ${pole.level.toFixed(0)} %, ${pole.said("actuator").length} moves told`),
    );
    pole.events.splice(0);
    order.splice(0);
    pole.twins.get("motion")!.set("presence", 1);
    await pole.pass(50);
    // The first step of the factory's 40 %/s, a tenth of a second's.
    expect(order).toEqual(["lamp at 44 %, 0 moves told", topics.shared("presence")]);
    expect(pole.said("actuator")).toMatchObject([{ reason: { code: "presence" } }]);
  });

  it("takes settings and commands, and answers each", async () => {
    const pole = await running();
    await pole.pass(minutes(2));
    await send(pole, topics.command, {
      id: 1,
      expires: pole.loop.now + 60_000,
      command: "setLevel",
      args: { level: 90, duration: 300 },
    });
    await pole.pass(seconds(30));
    expect(pole.level).toBeCloseTo(90, 1);
    await pole.pass(minutes(5));
    expect(pole.level).toBeCloseTo(40, 1);
    await send(pole, topics.desired, {
      revision: "a",
      settings: { profile: [{ from: "sunset", level: 70 }], rampUp: 100 },
    });
    await pole.pass(seconds(30));
    expect(pole.level).toBeCloseTo(70, 1);
    await send(pole, topics.desired, { revision: "b", settings: { minimumLevel: 0 } });
    expect(pole.said("settings").map(({ revision, refusals }) => [revision, refusals.length])).toEqual([
      ["a", 0],
      ["b", 1],
    ]);
    expect(pole.level).toBeCloseTo(70, 1);
  });

  describe("with a medium that", () => {
    const afternoon = { startMs: Date.UTC(2026, 0, 10, 14) };
    const untilNight = hours(3);

    it("is read-only goes on in memory: lit at night, and what it measures reaches the city", async () => {
      const pole = await running(afternoon);
      await pole.pass(minutes(1));
      pole.medium.readOnly();
      pole.kill();
      void pole.start();
      pole.twins.get("light")!.set("illuminance", 2_000);
      await pole.pass(minutes(30));
      const stored = pole.stored.length;
      pole.twins.get("light")!.set("illuminance", 0.5);
      await pole.pass(untilNight);
      expect(pole.level).toBeGreaterThan(0);
      expect(pole.stored.length).toBeGreaterThan(stored + 50);
      expect(pole.said("trouble")[0]!.what).toMatch(/^starts are not counted: .*read-only/);
      const counters = pole.stored.filter(
        ({ body, time }) =>
          body.type === "measurement" && body.name === "energy" && time.wall! > pole.loop.now - untilNight,
      );
      expect(counters).toEqual([]);
    });

    it("turns read-only while it runs does not disturb it", async () => {
      const pole = await running();
      pole.medium.readOnly();
      await pole.pass(hours(3));
      expect(pole.level).toBeGreaterThan(0);
      expect(pole.darkMs).toBe(0);
      pole.medium.readOnly(false);
      await pole.pass(hours(2));
      expect(pole.unit!.snapshot().records.waiting).toBe(0);
      expect(recorded(pole, "energy").length).toBeGreaterThanOrEqual(1);
    });

    it("has no space left starts and runs", async () => {
      const pole = await poleAt();
      pole.medium.fill(0);
      void pole.start();
      await pole.pass(minutes(10));
      expect(pole.unit!.snapshot().targets.lamp!.value).toBe(40);
      expect(pole.level).toBeCloseTo(40, 1);
      // Its complaints do not fill the log.
      expect(pole.said("trouble").length).toBeLessThan(20);
      pole.medium.fill(1 << 24);
      pole.kill();
      void pole.start();
      await pole.pass(hours(1));
      expect(recorded(pole, "energy").length).toBeGreaterThanOrEqual(1);
    });

    it("has nothing but damage on it starts with the factory's settings, and says so", async () => {
      const pole = await running();
      await send(pole, topics.desired, { revision: "a", settings: { holdTime: 90 } });
      pole.kill();
      for (const name of pole.medium.names())
        for (const offset of [0, 7, 21]) pole.medium.corrupt(name, offset, 0xff);
      pole.events.splice(0);
      void pole.start();
      await pole.pass(minutes(5));
      expect(pole.level).toBeCloseTo(40, 1);
      expect(pole.unit!.snapshot()).toMatchObject({
        boot: 1,
        settings: { inForce: { revision: "factory" } },
      });
      const damaged = pole.said("trouble").map(({ what }) => what);
      expect(damaged).toContain("settings is damaged and was set aside");
    });
  });

  it("runs without any link, and tells all when it comes", async () => {
    const pole = await poleAt();
    pole.broker.stop();
    void pole.start();
    await pole.pass(hours(3));
    expect(pole.level).toBeGreaterThan(0);
    expect(pole.stored).toEqual([]);
    const made = pole.said("record").length;
    expect(made).toBeGreaterThan(50);
    pole.broker.start();
    await pole.pass(minutes(5));
    const { waiting, superseded } = pole.unit!.snapshot().records;
    expect(waiting).toBe(0);
    expect(pole.stored.length).toBeGreaterThanOrEqual(made - superseded);
  });

  it("runs without any part: it wants the lamp lit, and says what it does not know", async () => {
    const pole = await running({ roles: [] });
    await pole.pass(minutes(30));
    const { parts, targets, connected } = pole.unit!.snapshot();
    expect([parts, connected]).toEqual([{}, true]);
    expect(targets.lamp!.value).toBeGreaterThan(0);
    const stopped = pole.unit!.stop();
    await pole.pass(seconds(10));
    await stopped;
    expect(pole.said("stopped")).toHaveLength(1);
  });

  it("keeps its lamp lit whatever part is gone, alone or with all the others", async () => {
    for (const role of ["light", "clock", "radar", "motion", "meter", "supply", "all"]) {
      const pole = await running();
      for (const [name, twin] of pole.twins)
        if (name !== "lamp" && (role === "all" || role === name)) twin.unplug();
      await pole.pass(minutes(10));
      expect([role, pole.darkMs, pole.level > 0]).toEqual([role, 0, true]);
    }
  });

  it("waits out a lamp that hangs at its start, and starts the rest", async () => {
    const pole = await poleAt();
    pole.board.i2c(1).hold("timeout");
    void pole.start();
    await pole.pass(seconds(30));
    const { parts } = pole.unit!.snapshot();
    expect(parts.radar!.state).toBe("ok");
    expect(parts.lamp!.state).toBe("failing");
    pole.board.i2c(1).release();
    await pole.pass(minutes(6));
    expect(Object.values(pole.unit!.snapshot().parts).every(({ state }) => state === "ok")).toBe(true);
    expect(pole.level).toBeCloseTo(40, 1);
  });
});
