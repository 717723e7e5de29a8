import { execFile } from "node:child_process";
import { once } from "node:events";
import { setTimeout as realPause } from "node:timers/promises";
import { promisify } from "node:util";
import type { LinuxPortBinding } from "@serialport/bindings-cpp";
import { SerialPort } from "serialport";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pzem004t } from "#devices/chips/pzem004t.ts";
import { tfminiS } from "#devices/chips/tfmini-s.ts";
import { vedirectMppt } from "#devices/chips/vedirect-mppt.ts";
import { seconds } from "#devices/duration.ts";
import type { SerialLine } from "#devices/ports/serial.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { ttyPort } from "#firmware/ports/serial.ts";
import { mendPoller } from "#firmware/ports/serial-poller.ts";
import { Board } from "#sim/board.ts";
import { twin as meterTwin } from "#sim/chips/pzem004t.ts";
import { twin as lidarTwin } from "#sim/chips/tfmini-s.ts";
import { twin as chargerTwin } from "#sim/chips/vedirect-mppt.ts";
import { type OfferedBoard, offerBoard } from "#sim/hil/offer.ts";
import { EventLoop } from "#sim/loop.ts";
import type { VirtualSerialLine } from "#sim/ports/serial.ts";
import { Ear, OfferedLines, until } from "#test/bench/offered-lines.ts";
import { serialContract } from "#test/contracts/serial.ts";

const path = "/dev/ttyAMA3";
const port = ttyPort(systemClock());

serialContract("the tty port on an offered line", async () => {
  const speed = { baudRate: 19_200, parity: "even" } as const;
  const lines = new OfferedLines();
  const far = new Ear(speed);
  const wire = lines.attach(path, far);
  await lines.offer();
  return {
    port: {
      async open(...asked) {
        const line = await port.open(...asked);
        // The simulator hears of it a moment later; what the far end says before is lost.
        await until(() => wire.isListenedTo);
        return line;
      },
    },
    path: lines.link(path),
    speed,
    missingPath: lines.link("/dev/ttyAMA4"),
    far: {
      send: (bytes) => wire.send(bytes),
      received: () => Uint8Array.from(far.heard),
      stall: () => lines.cable(path).hold(),
      unplug: () => wire.unplug(),
    },
    // What a pseudo-terminal swallows before it is stopped is some 20 kB.
    overload: 100_000,
    until,
    outcome: (work) => work,
    close: () => lines.close(),
  };
});

describe("the tty port", () => {
  let lines: OfferedLines;

  beforeEach(() => {
    lines = new OfferedLines();
  });

  afterEach(() => lines.close());

  it("notices an adapter that is pulled while serialport is not polling", async () => {
    // Whether a read is pending at that moment is chance, about one in two: eight lines make it certain enough.
    const paths = Array.from({ length: 8 }, (_, number) => `/dev/ttyUSB${number}`);
    for (const one of paths) lines.attach(one, new Ear({ baudRate: 9_600 }));
    await lines.offer();
    let closes = 0;
    for (const one of paths) {
      const line = await port.open(lines.link(one), { baudRate: 9_600 });
      line.onClose(() => closes++);
      lines.cable(one).unplug();
    }
    await until(() => closes === paths.length);
    expect(closes).toBe(paths.length);
  });

  it("refuses what is not a serial line", async () => {
    await expect(port.open("/dev/null", { baudRate: 9_600 })).rejects.toMatchObject({
      kind: "bus",
      port: "/dev/null",
    });
  });

  it("sends nothing after a replug of what was written before it", async () => {
    const far = new Ear({ baudRate: 9_600 });
    const wire = lines.attach(path, far);
    await lines.offer();
    const before = await port.open(lines.link(path), { baudRate: 9_600 });
    wire.unplug();
    await until(() => !before.isOpen);
    await expect(before.write(Uint8Array.of(1), seconds(5))).rejects.toMatchObject({ kind: "not-ready" });
    wire.replug();
    const after = await openedAgain(lines.link(path));
    await after.write(Uint8Array.of(2), seconds(5));
    await until(() => far.heard.length > 0);
    expect(far.heard).toEqual([2]);
    await after.close();
  });

  const openedAgain = async (link: string) => {
    for (;;) {
      const line = await port.open(link, { baudRate: 9_600 }).catch(() => undefined);
      if (line) return line;
    }
  };

  it("hears of a hang-up while nothing is read", async () => {
    const wire = lines.attach(path, new Ear({ baudRate: 9_600 }));
    await lines.offer();
    const tty = await openedPort();
    let isHungUp = false;
    mendPoller(tty.port!, () => (isHungUp = true));
    wire.unplug();
    await until(() => isHungUp);
    await new Promise((resolve) => tty.close(resolve));
  });

  it("remembers a write that waits for the line when a read begins to wait after it", async () => {
    lines.attach(path, new Ear({ baudRate: 115_200 }));
    await lines.offer();
    const tty = await openedPort();
    mendPoller(tty.port!, () => {});
    const { poller } = tty.port as LinuxPortBinding;
    lines.cable(path).hold();
    const written = new Promise((resolve) => tty.write(new Uint8Array(100_000).fill(1), resolve));
    await until(() => poller.listenerCount("writable") > 0);
    tty.resume();
    await until(() => poller.listenerCount("readable") > 0);
    lines.cable(path).release();
    expect(await written).not.toBeInstanceOf(Error);
    await new Promise((resolve) => tty.close(resolve));
  });

  const openedPort = async () => {
    const tty = new SerialPort({ path: lines.link(path), baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => tty.open((cause) => (cause ? reject(cause) : resolve())));
    return tty;
  };

  it("lets nothing leave later that a held line did not take in time", async () => {
    const far = new Ear({ baudRate: 9_600 });
    const wire = lines.attach(path, far);
    await lines.offer();
    const held = await port.open(lines.link(path), { baudRate: 9_600 });
    lines.cable(path).hold();
    await expect(held.write(new Uint8Array(100_000).fill(1), seconds(0.2))).rejects.toMatchObject({
      kind: "timeout",
    });
    // It flushes and closes what it gave up, by the kernel, before flow control lets go.
    await until(() => !wire.isListenedTo);
    lines.cable(path).release();
    const again = await openedAgain(lines.link(path));
    await again.write(Uint8Array.of(2), seconds(5));
    await until(() => far.heard.includes(2));
    expect(far.heard).toEqual([2]);
    await again.close();
  });

  it("is free for the next by the time it says that it was given up", async () => {
    lines.attach(path, new Ear({ baudRate: 9_600 }));
    await lines.offer();
    const held = await port.open(lines.link(path), { baudRate: 9_600 });
    const next = new Promise<SerialLine>((resolve, reject) =>
      held.onClose(() => port.open(lines.link(path), { baudRate: 9_600 }).then(resolve, reject)),
    );
    lines.cable(path).hold();
    const late = held.write(new Uint8Array(100_000).fill(1), seconds(0.2));
    await expect(late).rejects.toMatchObject({ kind: "timeout" });
    lines.cable(path).release();
    const line = await next;
    expect(line.isOpen).toBe(true);
    await line.close();
  });
});

describe("parts on offered lines, by the unit's own drivers", () => {
  let lines: OfferedLines;

  beforeEach(() => {
    lines = new OfferedLines();
  });

  afterEach(() => lines.close());

  it("reads a PZEM-004T", async () => {
    const meter = lines.solder(meterTwin, path);
    meter.set("voltage", 231.4);
    meter.set("activePower", 87.3);
    await lines.offer();
    const driver = await lines.start(pzem004t, path);
    expect(await driver.sample()).toMatchObject({ voltage: 231.4, activePower: 87.3, frequency: 50 });
    await driver.close();
  });

  it("reads a TFmini-S that sends a hundred frames a second", async () => {
    const lidar = lines.solder(lidarTwin, path);
    lidar.set("distance", 1.21);
    await lines.offer();
    const driver = await lines.start(tfminiS, path);
    for (let times = 0; times < 5; times++)
      expect(await driver.sample()).toMatchObject({ distance: 1.21, strength: 1_000, temperature: 40 });
    await driver.close();
  });

  it("reads a charger on VE.Direct, and a meter on another line at the same time", async () => {
    const charger = lines.solder(chargerTwin, "/dev/ttyUSB1");
    charger.set("panelPower", 43);
    charger.set("batteryVoltage", 13.21);
    lines.solder(meterTwin, path);
    await lines.offer();
    const [solar, mains] = await Promise.all([
      lines.start(vedirectMppt, "/dev/ttyUSB1"),
      lines.start(pzem004t, path),
    ]);
    const [sun, grid] = await Promise.all([solar.sample(), mains.sample()]);
    expect(sun).toMatchObject({ panelPower: 43, batteryVoltage: 13.21 });
    expect(grid).toMatchObject({ voltage: 230 });
    await solar.close();
    await mains.close();
  });

  it("keeps two units apart whose lines have the same name", async () => {
    const others = new OfferedLines();
    lines.solder(meterTwin, path).set("voltage", 229);
    others.solder(meterTwin, path).set("voltage", 233);
    await Promise.all([lines.offer(), others.offer()]);
    const drivers = await Promise.all([lines.start(pzem004t, path), others.start(pzem004t, path)]);
    const readings = await Promise.all(drivers.map((driver) => driver.sample()));
    expect(readings.map(({ voltage }) => voltage)).toEqual([229, 233]);
    await Promise.all(drivers.map((driver) => driver.close()));
    await others.close();
  });

  it("hears noise of a part at another speed", async () => {
    lines.solder(lidarTwin, path);
    await lines.offer();
    const line = await port.open(lines.link(path), { baudRate: 57_600 });
    const heard: number[] = [];
    line.onData((chunk) => heard.push(...chunk));
    await until(() => heard.length >= 90);
    // Two bytes 0x59 begin each frame (SJ-PM-TFmini-S A01, table 7).
    expect(String.fromCharCode(...heard)).not.toContain("YY");
    await line.close();
  });

  it("gives a meter up while interference spoils every frame, and reads it when that is over", async () => {
    lines.solder(meterTwin, path);
    await lines.offer();
    const driver = await lines.start(pzem004t, path);
    lines.cable(path).faults.disturb(1, () => 0.5);
    await expect(driver.sample()).rejects.toMatchObject({ kind: "timeout" });
    lines.cable(path).faults.calm();
    expect(await driver.sample()).toMatchObject({ voltage: 230 });
    await driver.close();
  });
});

describe("programs of others on an offered line", () => {
  let lines: OfferedLines;
  let far: Ear;

  beforeEach(async () => {
    lines = new OfferedLines();
    far = new Ear({ baudRate: 115_200 });
    const wire = lines.attach(path, far);
    // It answers what it is asked.
    far.receive = (bytes) => {
      far.heard.push(...bytes);
      if (bytes.includes(0x3f)) wire.send(Buffer.from("here I am\n"));
    };
    await lines.offer();
  });

  afterEach(() => lines.close());

  const run = async (program: string, words: readonly string[], input = "") => {
    const running = promisify(execFile)(program, words);
    running.child.stdin?.end(input);
    return (await running).stdout;
  };

  it("is asked by socat", async () => {
    const terminal = `${lines.link(path)},b115200,raw,echo=0`;
    expect(await run("socat", ["-t2", "-", terminal], "who?\n")).toContain("here I am\n");
    expect(String.fromCharCode(...far.heard)).toBe("who?\n");
  });

  it("lets nothing leave of what a program flushed while it was held", async () => {
    const program = `
import os, socket, sys, termios
fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
attributes = termios.tcgetattr(fd)
attributes[4] = attributes[5] = termios.B115200
termios.tcsetattr(fd, termios.TCSANOW, attributes)
try:
    while True: os.write(fd, bytes(4096))
except BlockingIOError: pass
print("full", flush=True)
sys.stdin.readline()
def caught_up():
    "Who holds the terminal answers when it has done what was said or happened before."
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.connect(os.path.join(sys.argv[2], os.path.basename(os.ttyname(fd))))
    door.send(b"G" + bytes(7))
    door.recv(8)
caught_up()
termios.tcflush(fd, termios.TCOFLUSH)
caught_up()
print("flushed", flush=True)
sys.stdin.readline()
os.set_blocking(fd, True)
os.write(fd, b"new")
sys.stdin.read()
`;
    const python = promisify(execFile)("python3", ["-c", program, lines.link(path), lines.doors]);
    const { stdin, stdout } = python.child;
    await once(stdout!, "data");
    await until(() => far.heard.length > 0);
    lines.cable(path).hold();
    // What was on the wire arrives; then nothing more comes.
    await until(() => lines.loop.pending === 0);
    const before = far.heard.length;
    stdin!.write("\n");
    await once(stdout!, "data");
    // What the holder told before has been read by then, and comes before this in the street's time.
    await realPause(0);
    lines.loop.fromOutside(() => lines.cable(path).release());
    stdin!.write("\n");
    await until(() => String.fromCharCode(...far.heard.slice(-3)) === "new");
    expect(far.heard.length).toBe(before + 3);
    stdin!.end();
    await python;
  });

  it("is asked by Python's termios, which reads back what it set", async () => {
    const program = `
import os, sys, termios
fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
attributes = termios.tcgetattr(fd)
attributes[4] = attributes[5] = termios.B115200
attributes[2] |= termios.CSTOPB
termios.tcsetattr(fd, termios.TCSADRAIN, attributes)
read = termios.tcgetattr(fd)
print(read[4] == read[5] == termios.B115200, bool(read[2] & termios.CSTOPB), bool(read[3] & termios.ICANON))
os.write(fd, b"who?")
termios.tcdrain(fd)
line = b""
while not line.endswith(b"\\n"):
    line += os.read(fd, 100)
print(line.decode().strip())
`;
    expect(await run("python3", ["-c", program, lines.link(path)])).toBe("True True False\nhere I am\n");
  });
});

describe("programs with the preloaded library", () => {
  const loop = new EventLoop();
  const board = new Board(loop);
  const far = new Ear({ baudRate: 1_200, parity: "even" });
  const oddPath = "/dev/ttyUSB0";
  const odd = new Ear({ baudRate: 250_000, parity: "even" });
  let wire: VirtualSerialLine;
  let offered: OfferedBoard;
  let time: Promise<void>;

  beforeAll(async () => {
    wire = board.serial(path, far);
    board.serial(oddPath, odd);
    const clock = systemClock();
    time = loop.pace(
      () => 1,
      () => clock.now(),
    );
    offered = await offerBoard(board, { loop });
  });

  afterAll(async () => {
    await offered.close();
    loop.stop();
    await time;
  });

  const run = async (...[program, ...words]: readonly [string, ...string[]]) =>
    (await promisify(execFile)(program, words, { env: { ...process.env, ...offered.env } })).stdout;

  it("find the line under its own name, and keep the parity that they ask for", async () => {
    // stty reads back what it asked for, and complains where it is something else.
    await run("stty", "-F", path, "1200", "parenb", "parodd", "cs7");
    expect(await run("stty", "-a", "-F", path)).toMatch(/speed 1200 baud[\s\S]*\nparenb parodd .* cs7/);
    await run("stty", "-F", path, "-parenb", "cs8");
    expect(await run("stty", "-a", "-F", path)).toMatch(/-parenb.* cs8/);
  });

  it("are understood at the right parity only", async () => {
    const said = async (...parity: readonly string[]) => {
      far.heard.length = 0;
      await run("stty", "-F", path, "1200", ...parity);
      await run("sh", "-c", `printf hello > ${path}`);
      await until(() => far.heard.length === 5);
      return String.fromCharCode(...far.heard);
    };
    expect(await said("cs8", "parenb", "-parodd")).toBe("hello");
    expect(await said("cs8", "parenb", "parodd")).not.toBe("hello");
    expect(await said("cs8", "-parenb")).not.toBe("hello");
  });

  it("go on from tcdrain when the last byte has left", async () => {
    far.heard.length = 0;
    // More than the simulator takes in advance. That the part hears noise at this speed is of no matter here.
    const program = `
import os, sys, termios
fd = os.open("${path}", os.O_RDWR | os.O_NOCTTY)
attributes = termios.tcgetattr(fd)
attributes[4] = attributes[5] = termios.B115200
termios.tcsetattr(fd, termios.TCSADRAIN, attributes)
os.write(fd, bytes(3000))
termios.tcdrain(fd)
print("drained", flush=True)
sys.stdin.read()
`;
    const running = promisify(execFile)("python3", ["-c", program], {
      env: { ...process.env, ...offered.env },
    });
    const [drained] = await once(running.child.stdout!, "data");
    expect(String(drained)).toContain("drained");
    expect(far.heard).toHaveLength(3_000);
    expect(wire.isListenedTo).toBe(true);
    running.child.stdin!.end();
    await running;
  });

  it("garble nothing between serialport and a part at even parity and a speed of its own", async () => {
    const script = `
      const { SerialPort } = require("serialport");
      const tty = new SerialPort({ path: "${oddPath}", baudRate: 250000, parity: "even" });
      tty.write("hello", () => tty.drain(() => tty.close()));
    `;
    await run(process.execPath, "-e", script);
    expect(String.fromCharCode(...odd.heard)).toBe("hello");
  });
});
