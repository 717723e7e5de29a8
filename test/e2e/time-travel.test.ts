import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "#scripts/bundle/bundle.ts";
import { entryOf } from "#scripts/bundle/kinds.ts";
import { root } from "#scripts/root.ts";
import { compiled } from "#sim/hil/compiled.ts";
import { guestProgram } from "#sim/hil/time-travel/guest-program.ts";
import { liveInKernel } from "#sim/hil/time-travel/live-in-kernel.ts";
import { runInTimeTravel, type TimeTravel } from "#sim/hil/time-travel/run.ts";
import { setUpTimeTravel } from "#sim/hil/time-travel/set-up.ts";
import { steadyNode } from "#sim/hil/time-travel/steady-node.ts";

const startUnixMs = Date.parse("2025-12-21T11:00:00Z");
/** A kernel that is not built yet takes minutes. */
const setUpMs = 30 * 60_000;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plinth-time-travel-"));
  await setUpTimeTravel({ onProgress: (line) => console.log(line) });
}, setUpMs);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: readonly string[], more: Partial<TimeTravel> = {}) =>
  runInTimeTravel({ command, startUnixMs, ...more });
const sh = (script: string, more: Partial<TimeTravel> = {}) => run(["sh", "-c", script], more);

describe("a guest that travels in time", () => {
  it("starts when it is told to, and sleeps through a day", async () => {
    const { stdout, exitCode } = await sh("date -u +%FT%TZ; sleep 86400; date -u +%FT%TZ");
    expect(stdout).toBe("2025-12-21T11:00:00Z\n2025-12-22T11:00:00Z\n");
    expect(exitCode).toBe(0);
  });

  it("gives a command its environment, its folder, and its exit code", async () => {
    const { stdout, stderr, exitCode } = await sh('echo "$MOON $PWD"; echo no >&2; exit 7', {
      env: { MOON: "full" },
      cwd: "/usr",
    });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "full /usr\n", stderr: "no\n", exitCode: 7 });
  });

  it("tells of a command that is not there, and of one that a signal ended", async () => {
    expect(await run(["/no/such/program"])).toMatchObject({
      exitCode: 127,
      stderr: "plinth: cannot run /no/such/program: No such file or directory\n",
    });
    expect((await sh("kill -TERM $$")).exitCode).toBe(128 + 15);
  });

  it("leaves this machine's files alone, but for the folders that it is given", async () => {
    const mine = join(folder, "mine");
    const script = `echo kept > ${folder}/kept; touch ${root}/touched; touch /tmp/here && ls /tmp/here`;
    const { stdout, stderr } = await sh(script, { folders: [folder] });
    expect(readFileSync(join(folder, "kept"), "utf8")).toBe("kept\n");
    expect([existsSync(mine), existsSync(join(root, "touched")), existsSync("/tmp/here")]).toEqual([
      false,
      false,
      false,
    ]);
    expect(stdout).toBe("/tmp/here\n");
    expect(stderr).toMatch(/touched.*Read-only file system/);
  });

  it("says a line when it is said", async () => {
    const lines: string[] = [];
    await sh("echo one; echo two >&2; echo three", {
      onLine: (line, stream) => lines.push(`${stream} ${line}`),
    });
    expect(lines.sort()).toEqual(["stderr two", "stdout one", "stdout three"]);
  });

  it("draws by chance what its seed makes of it, and from another seed something else", async () => {
    const drawn = async (seed: number) =>
      (await sh("head -c 16 /dev/urandom | od -An -tx1", { seed })).stdout.trim();
    const first = await drawn(7);
    expect(first).toMatch(/^([0-9a-f]{2} ){15}[0-9a-f]{2}$/);
    expect(await drawn(7)).toBe(first);
    expect(await drawn(8)).not.toBe(first);
  });

  it("tells one time, whether a program looks or asks the kernel: for days, and when its clock is set", async () => {
    const { stdout, stderr } = await sh(`/usr/bin/python3 - <<'END'
import ctypes, time
libc = ctypes.CDLL(None)
clock_gettime = 228  # arch/x86/entry/syscalls/syscall_64.tbl
def asked(clock):
    told = (ctypes.c_int64 * 2)()
    libc.syscall(clock_gettime, clock, told)
    return told[0] * 10**9 + told[1]
def off(clock):
    before, looked, after = asked(clock), time.clock_gettime_ns(clock), asked(clock)
    return max(before - looked, looked - after, 0)
worst = 0
for turn in range(300):
    time.sleep(1000.0001)
    if turn == 200:
        time.clock_settime(time.CLOCK_REALTIME, 1700000000.5)
    worst = max(worst, off(time.CLOCK_MONOTONIC), off(time.CLOCK_REALTIME))
print(worst, "ns;", time.strftime("%FT%T", time.gmtime()))
END`);
    // 99 times 1,000.0001 s after the clock was set.
    expect({ stdout, stderr }).toEqual({ stdout: "0 ns; 2023-11-16T01:43:20\n", stderr: "" });
  });

  it("lets a program look at the clock for nothing, and one get on that waits for it in a loop", async () => {
    const script = (program: string) =>
      `strace -f -e trace=clock_gettime -o /tmp/calls /usr/bin/python3 -c '${program}' && wc -l < /tmp/calls`;
    const callsOf = async (program: string) => {
      const { stdout, stderr } = await sh(script(program));
      expect(stderr).toBe("");
      return Number(stdout);
    };
    expect(
      await callsOf("import time\nfor turn in range(6400): time.monotonic(), time.sleep(0.01)"),
    ).toBeLessThan(6_400 / 10);
    // By kernel.patch: 8,192 calls take no time, as many 256 ns each, then twice that and so on, to 65.5 us.
    const calls = await callsOf(
      "import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end: pass",
    );
    expect(calls).toBeGreaterThan(8 * 8_192);
    expect(calls).toBeLessThan(11 * 8_192);
  });

  it("shows a clock for streams that is in time to parts of a millisecond, where the usual one is not", async () => {
    const program = await guestProgram(join(import.meta.dirname, "time-travel/timers.ts"), folder);
    const { stdout } = await run([process.execPath, ...steadyNode, program], { folders: [folder] });
    const { fine, usual } = JSON.parse(stdout) as { fine: number; usual: number };
    expect(fine).toBeLessThan(0.1);
    expect(usual).toBeGreaterThan(0.5);
  });

  it("ends at once when it is not wanted any more", async () => {
    const controller = new AbortController();
    const ended = sh("while :; do :; done", { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 500);
    await expect(ended).rejects.toThrow("enough");
  });
});

const unit = `
unit: lamp-01
site: turin
kind: streetlight
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
broker: { url: "mqtt://127.0.0.1:1883" }
`;

describe("a board in a guest's kernel", () => {
  let program: string;
  beforeAll(async () => {
    program = await guestProgram(join(import.meta.dirname, "time-travel/board.ts"), folder);
    writeFileSync(join(folder, "unit.yaml"), unit);
    await compiled(join(root, "sim/hil/serial/plinth-pty.c"), "program");
  });
  /** Beside a streetlight's simulated parts. */
  const beside = (...command: string[]) =>
    run([process.execPath, program, join(folder, "unit.yaml"), ...command], { folders: [folder] });

  it("shows every part to the unmodified bundle", async () => {
    const bundled = await streetlightIn(folder);
    const { stdout, stderr } = await beside(
      process.execPath,
      bundled,
      "--probe",
      "--config",
      join(folder, "unit.yaml"),
    );
    expect({ stdout, stderr }).toEqual({
      stdout: expect.stringMatching(/10 of 10 parts found\n$/),
      stderr: "",
    });
  });

  it("has its GPIO under its own label, and wires between its lines", async () => {
    const { stdout, stderr } = await beside(
      "sh",
      "-ec",
      `cd /sys/class/gpio
      for chip in gpiochip*; do [ "$(cat $chip/label)" = pinctrl-bcm2711 ] && base=$(cat $chip/base); done
      echo "$(cat gpiochip$base/ngpio) lines"
      echo $((base + 22)) > export; echo $((base + 23)) > export
      echo high > gpio$((base + 22))/direction; sleep 0.1; cat gpio$((base + 23))/value
      echo 0 > gpio$((base + 22))/value; sleep 0.1; cat gpio$((base + 23))/value
      echo 1 > gpio$((base + 22))/value; sleep 0.1; cat gpio$((base + 23))/value
      echo $((base + 22)) > unexport; sleep 0.1; cat gpio$((base + 23))/value`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: "58 lines\n1\n0\n1\n0\n", stderr: "" });
  });

  it("has a BME280 that the kernel's own driver reads", async () => {
    const { stdout, stderr } = await beside(
      "sh",
      "-ec",
      `echo bme280 0x76 > /sys/bus/i2c/devices/i2c-1/new_device
      cd /sys/bus/iio/devices/iio:device0; cat name in_temp_input in_pressure_input in_humidityrelative_input`,
    );
    expect(stderr).toBe("");
    const [name, ...values] = stdout.trim().split("\n");
    expect(name).toBe("bme280");
    // Documentation/ABI/testing/sysfs-bus-iio: milli degrees Celsius, kilopascal, milli percent.
    const [temperature = Number.NaN, pressure = Number.NaN, humidity = Number.NaN] = values.map(Number);
    expect(temperature / 1_000).toBeCloseTo(7.5, 1);
    expect(pressure).toBeCloseTo(100.7, 1);
    expect(humidity / 1_000).toBeCloseTo(81, 0);
  });
});

const streetlightIn = async (at: string) => {
  const out = join(at, "streetlight");
  await bundle({ kind: "streetlight", entry: await entryOf("streetlight"), out });
  return join(out, "streetlight.js");
};

describe("a streetlight in a guest", () => {
  /** Without its radar, whose ten reports a second are a day's longest work. */
  const quiet = `${unit}parts: { radar: none }\n`;

  it(
    "lives through half an hour, and again the same: every event, to the millisecond",
    async () => {
      const programs = new Map([["streetlight", await streetlightIn(folder)]]);
      const street = {
        text: quiet,
        file: "unit.yaml",
        unit: "lamp-01",
        seed: 7,
        hours: 0.51,
        startUnixMs,
        version: "test",
        programs,
      };
      const first = await liveInKernel(street);
      const parts = first.filter(({ event }) => JSON.stringify(event).includes('"state":"ok"'));
      expect(
        new Set(parts.map(({ event }) => (event as { role?: string }).role)).size,
      ).toBeGreaterThanOrEqual(9);
      expect(Math.max(...first.map(({ atMs }) => atMs - startUnixMs))).toBeGreaterThan(1_700_000);
      expect(await liveInKernel(street)).toEqual(first);
    },
    setUpMs,
  );
});
