import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/vedirect-mppt.ts";
import { Bench } from "#test/bench/bench.ts";
import { decodeBlock, vedirectMppt } from "./vedirect-mppt.ts";

const place = { kind: "serial", path: "/dev/ttyUSB1" } as const;
const speed = { baudRate: 19_200 } as const;
const hourMs = 3_600_000;

const blockOf = (fields: Readonly<Record<string, string>>) => new Map(Object.entries(fields));

describe("a block of an MPPT", () => {
  // Recorded from a BlueSolar 75|15 (github.com/karioja/vedirect, test/bluesolar_1.23.dump) and from a SmartSolar
  // 100/20 at night (test/smartsolar_1.39.dump); units as VE.Direct Protocol 3.33 lists them: mV, mA, W, 0.01 kWh.
  it.each([
    [
      "in the morning",
      {
        V: "12530",
        I: "640",
        VPV: "31390",
        PPV: "8",
        CS: "3",
        ERR: "0",
        LOAD: "ON",
        IL: "0",
        H19: "8272",
        H20: "0",
      },
      [12.53, 0.64, 31.39, 8, 0, 0, 82_720, 3, 0],
    ],
    [
      "at night, with a load",
      {
        V: "12810",
        I: "-10",
        VPV: "10",
        PPV: "0",
        CS: "0",
        ERR: "0",
        LOAD: "ON",
        IL: "0",
        H19: "0",
        H20: "0",
      },
      [12.81, -0.01, 0.01, 0, 0, 0, 0, 0, 0],
    ],
  ])("reads as recorded %s", (_what, fields, values) => {
    expect(Object.values(decodeBlock(blockOf(fields)))).toEqual(values);
  });

  const whole = {
    ...{ V: "25600", I: "1500", VPV: "60000", PPV: "40", IL: "100", H19: "3", H20: "3", CS: "5", ERR: "33" },
  };

  it.each([
    ["V", "batteryVoltage", "80010"],
    ["V", "batteryVoltage", "-10"],
    ["I", "batteryCurrent", "100010"],
    ["I", "batteryCurrent", "-50010"],
    ["VPV", "panelVoltage", "250010"],
    ["PPV", "panelPower", "6001"],
    ["IL", "loadCurrent", "50100"],
    ["H20", "yieldToday", "65536"],
    ["H19", "yieldTotal", "100000001"],
    ["CS", "chargeState", "256"],
    ["ERR", "errorCode", "-1"],
    ["V", "batteryVoltage", "---"],
    ["V", "batteryVoltage", ""],
    ["V", "batteryVoltage", "12.8"],
    ["V", "batteryVoltage", "0x3200"],
    ["V", "batteryVoltage", " 12800"],
    ["V", "batteryVoltage", "99999999999"],
  ] as const)("has no value where %s, for %s, is %j", (label, channel, text) => {
    const good = decodeBlock(blockOf(whole));
    expect(decodeBlock(blockOf({ ...whole, [label]: text }))).toEqual({ ...good, [channel]: Number.NaN });
    const { [label]: _, ...rest } = whole;
    expect(decodeBlock(blockOf(rest))).toEqual({ ...good, [channel]: Number.NaN });
  });
});

describe("a Victron MPPT", () => {
  async function setUp() {
    const bench = new Bench();
    const charger = bench.solder(twin, place);
    const driver = await bench.start(vedirectMppt, place);
    return { bench, charger, driver, sample: () => bench.outcome(driver.sample()) };
  }

  it("sends a block a second that sums up to nothing, as VE.Direct Protocol 3.33 prints it", async () => {
    const bench = new Bench();
    const charger = bench.solder(twin, place);
    charger.set("batteryVoltage", 13.2);
    charger.set("loadCurrent", 1.5);
    charger.set("chargeState", 4);
    const line = await bench.ports.serial.open(place.path, speed);
    const heard: Uint8Array[] = [];
    const stop = line.onData((chunk) => heard.push(chunk));
    await bench.pass(3_200);
    stop();
    expect(heard).toHaveLength(3);
    for (const bytes of heard) {
      expect(bytes.reduce((sum, byte) => sum + byte, 0) % 256).toBe(0);
      const [start, ...fields] = String.fromCharCode(...bytes.subarray(0, -1)).split("\r\n");
      expect([start, fields.at(-1)]).toEqual(["", "Checksum\t"]);
      expect(fields.slice(0, 3).join(" ")).toMatch(/^PID\t0xA053 FW\t159 SER#\t\w+$/);
      expect(fields.slice(3, -1).join(" ")).toBe(
        "V\t13200 I\t0 VPV\t0 PPV\t0 CS\t4 ERR\t0 LOAD\tON IL\t1500 H19\t0 H20\t0",
      );
    }
    expect(bench.loop.pending).toBe(0);
    expect([...charger.untouchable]).toEqual([]);
  });

  it("counts its yield, and begins a new day's at midnight", async () => {
    const { bench, charger, sample } = await setUp();
    charger.set("yieldTotal", 82_720);
    charger.set("panelPower", 120);
    await bench.pass(2 * hourMs);
    charger.set("panelPower", 0);
    expect(await sample()).toMatchObject({ yieldToday: 240, yieldTotal: 82_960 });
    charger.brownOut();
    await bench.pass(24 * hourMs);
    expect(await sample()).toMatchObject({ yieldToday: 0, yieldTotal: 82_960 });
  });

  it("is watched block by block, while it is sampled, too", async () => {
    const { bench, charger, driver, sample } = await setUp();
    const volts: number[] = [];
    charger.set("batteryVoltage", (atMs) => (Math.floor(atMs / 1_000) % 10) + 10);
    const stop = driver.watch!(({ batteryVoltage }) => volts.push(batteryVoltage));
    await bench.pass(5_500);
    const before = volts.length;
    expect(before).toBe(5);
    const { batteryVoltage } = await sample();
    expect(volts.at(-1)).toBe(batteryVoltage);
    stop();
    stop();
    await bench.pass(5_000);
    expect(volts).toHaveLength(before + 1);
    expect(bench.loop.pending).toBe(0);
  });

  it("takes a block that began after it was asked for", async () => {
    const { bench, charger, sample } = await setUp();
    charger.set("panelPower", 50);
    await bench.pass(10_000);
    charger.set("panelPower", 7);
    expect((await sample()).panelPower).toBe(7);
  });

  it("has no load current where it has no load output", async () => {
    const { charger, sample } = await setUp();
    charger.removeLoadOutput();
    expect(await sample()).toMatchObject({ loadCurrent: Number.NaN, batteryVoltage: 12.8 });
  });

  it("is read through HEX messages that interrupt its blocks", async () => {
    const { charger, sample } = await setUp();
    charger.set("batteryVoltage", 13.37);
    charger.interrupt(50);
    for (let turn = 0; turn < 50; turn++) expect((await sample()).batteryVoltage).toBe(13.37);
  });

  it("passes over a damaged block, wherever the bit is wrong, and says so when all are", async () => {
    const { bench, charger, driver, sample } = await setUp();
    for (let turn = 0; turn < 50; turn++) {
      charger.corruptChecksum(1);
      expect(await sample()).toMatchObject({ batteryVoltage: 12.8, batteryCurrent: 0, yieldTotal: 0 });
    }
    charger.corruptChecksum(100);
    const error = await bench.refusal(driver.sample());
    expect(error).toMatchObject({ kind: "checksum", port: place.path, operation: "read block" });
    expect(error.message).toMatch(/\d+ bytes came within 2500 ms, blocks damaged: [23]/);
  });

  it.each(["unplugged", "silent", "noisy"] as const)("gives a %s one up, and reads on", async (fault) => {
    const { bench, charger, driver, sample } = await setUp();
    if (fault === "unplugged") charger.unplug();
    if (fault === "silent") charger.silence();
    if (fault === "noisy") charger.garbage();
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "timeout", port: place.path });
      expect(await bench.refusal(driver.probe())).toMatchObject({ kind: "timeout" });
    }
    charger.mend();
    expect((await sample()).batteryVoltage).toBe(12.8);
  });

  it("says so at once when the line is closed", async () => {
    const { bench, driver } = await setUp();
    const sample = driver.sample();
    await driver.close();
    expect(await bench.refusal(sample)).toMatchObject({ kind: "not-ready" });
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "not-ready" });
  });

  /** A product that sends these fields, and their checksum, each second while somebody listens. */
  async function heard(fields: string) {
    const bench = new Bench();
    const text = `${fields}\r\nChecksum\t`;
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const sum = bytes.reduce((total, byte) => total + byte, 0);
    bench.board.serial(place.path, {
      speed,
      receive: () => {},
      listening: (yes, line) => {
        if (yes)
          bench.loop.at(bench.loop.now + 500, () => line.send(Uint8Array.of(...bytes, 256 - (sum % 256))));
      },
    });
    return { bench, driver: await bench.open(vedirectMppt, place) };
  }

  it.each([
    ["a BMV-702", "0x204"],
    ["a SmartShunt", "0xA389"],
    ["a Phoenix inverter", "0xA231"],
  ])("is not %s, whose fields bear the same labels", async (_what, pid) => {
    const { bench, driver } = await heard(`\r\nPID\t${pid}\r\nV\t12800\r\nI\t0`);
    const error = await bench.refusal(driver.probe());
    expect(error.kind).toBe("wrong-device");
    expect(error.message).toContain(`PID ${pid}, expected an MPPT's`);
    const seen: unknown[] = [];
    const stop = driver.watch!((reading) => seen.push(reading));
    await bench.pass(2_000);
    stop();
    expect(seen).toEqual([]);
  });

  it.each(["0xA04C", "0xA053", "0xa07d", "0x300"])("may be of product %s", async (pid) => {
    const { bench, driver } = await heard(`\r\nPID\t${pid}\r\nV\t12800`);
    await bench.outcome(driver.probe());
  });
});
