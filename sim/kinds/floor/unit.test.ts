import { beforeEach, describe, expect, it } from "vitest";
import { minutes, seconds } from "#devices/duration.ts";
import { floor } from "#devices/furniture/floor.ts";
import { unitTopics } from "#devices/wire.ts";
import type { Twin } from "#sim/chips/twin.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";
import { FlashWatch } from "./flash-watch.ts";

/** All but the tiles: what guards the capacitor and lights the edge. */
const roles = ["clock", "dump", "watchdog", "edge", "harvest", "climate", "light", "water"];

describe("a floor's unit", () => {
  let unit: UnitOnBench;
  const twin = (role: string): Twin => unit.twins.get(role)!;
  const set = (role: string, channel: string, value: number) => twin(role).set(channel, value);
  /** The relay holds the load off the capacitor: it is told to, and its supply is on. */
  const isHeldOff = () => twin("dump").output!("dumpOff") === 1 && twin("watchdog").output!("alive") === 1;

  beforeEach(async () => {
    unit = await UnitOnBench.of(floor, { size: 4, roles });
    set("clock", "time", unit.loop.now / 1_000);
    set("light", "illuminance", 0.5);
    set("harvest", "busVoltage", 13);
    set("harvest", "dieTemperature", 10);
    set("climate", "temperature", 8);
    set("climate", "humidity", 60);
    void unit.start();
    await unit.pass(seconds(20));
  });

  describe("empties its capacitor", () => {
    it("at its limit, and not before", async () => {
      expect(isHeldOff()).toBe(true);
      set("harvest", "busVoltage", 15.6);
      await unit.pass(seconds(2));
      expect(isHeldOff()).toBe(false);
      set("harvest", "busVoltage", 14.9);
      await unit.pass(seconds(2));
      expect(isHeldOff()).toBe(true);
    });

    it.each<[string, () => void]>([
      ["when its process dies and nobody starts it again", () => unit.kill()],
      ["when the bus is held low on which its relay is told", () => unit.board.i2c(1).hold()],
      ["when nobody knows its voltage", () => twin("harvest").unplug()],
      ["when its relay cannot be told any more", () => twin("dump").unplug()],
    ])("%s", async (_, fail) => {
      fail();
      await unit.pass(seconds(25));
      expect(isHeldOff()).toBe(false);
    });

    it("no longer when all of it is well again", async () => {
      unit.board.i2c(1).hold();
      await unit.pass(seconds(40));
      unit.board.i2c(1).release();
      await unit.pass(minutes(1));
      expect(isHeldOff()).toBe(true);
    });
  });

  describe("its edge light, as it burns, flashes less than three times in any second", () => {
    const icy = () => {
      set("water", "wet", 1);
      set("harvest", "dieTemperature", -3);
      set("climate", "temperature", -2);
    };
    /** Changes of the light while `provoke` goes on, and the most flashes in any second. */
    async function provoked(provoke: () => Promise<void>) {
      const watch = new FlashWatch();
      let changes = 0;
      twin("edge").onOutput!(() => {
        changes++;
        watch.changed(twin("edge").output!("red1") ?? 0, unit.loop.now);
      });
      await provoke();
      return { changes, most: watch.most };
    }

    it("when its settings are toggled ten times a second", async () => {
      const { desired } = unitTopics(unit.config.site, unit.config.unit);
      const sender = unit.broker.port().open("sender", { topic: "plinth/sender/status", payload: "offline" });
      await unit.pass(seconds(1));
      const { changes, most } = await provoked(async () => {
        for (let turn = 0; turn < 100; turn++) {
          const level = turn % 2 === 0 ? 100 : 0;
          const settings = { idleLevel: level, stepLevel: level, iceLevel: 10 + 0.9 * level };
          void sender.publish(desired, JSON.stringify({ revision: `r${turn}`, settings }));
          await unit.pass(60 + (turn % 9) * 10);
        }
      });
      expect(changes).toBeGreaterThan(5);
      expect(most).toBeLessThan(3);
    });

    it.each([350, 750, 950, 1_300])(
      "when its process dies every %d ms, with ice on the tiles",
      async (lifeMs) => {
        icy();
        await unit.pass(minutes(1));
        const { changes, most } = await provoked(async () => {
          for (let life = 0; life < 20; life++) {
            unit.kill(life);
            void unit.start();
            await unit.pass(lifeMs);
          }
        });
        expect(changes).toBeGreaterThan(0);
        expect(most).toBeLessThan(3);
      },
    );

    it("when all that it looks at flickers", async () => {
      const { changes, most } = await provoked(async () => {
        for (let turn = 0; turn < 300; turn++) {
          set("light", "illuminance", turn % 2 === 0 ? 0.1 : 20_000);
          set("harvest", "dieTemperature", turn % 2 === 0 ? -5 : 10);
          set("harvest", "busVoltage", turn % 5 === 0 ? 6.1 : 13);
          set("water", "wet", turn % 3 === 0 ? 0 : 1);
          await unit.pass(110);
        }
      });
      expect(changes).toBeGreaterThan(5);
      expect(most).toBeLessThan(3);
    });
  });
});
