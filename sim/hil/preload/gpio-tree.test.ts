import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { VirtualGpio } from "../../ports/gpio.ts";
import { KernelFaults } from "../../ports/kernel-faults.ts";
import { overlayFolder, socketOf } from "../overlay-folder.ts";
import type { Operation } from "./frames.ts";
import { GpioTree } from "./gpio-tree.ts";
import { NodeServer } from "./node-server.ts";

const { EBUSY, EIO, EINVAL, ENODEV, ENOENT } = constants.errno;
const tree = "/sys/class/gpio";

/** The library's side of a connection: requests and answers as plinth-preload.c has them, events in between. */
class Client {
  readonly #socket: Socket;
  #heard = Buffer.alloc(0);
  #wake = () => {};
  events = 0;

  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.on("data", (chunk: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, chunk]);
      // An event stands where an answer would begin, and no answer here is 33 bytes long.
      while (this.#heard[0] === 0x21) {
        this.events++;
        this.#heard = this.#heard.subarray(1);
      }
      this.#wake();
    });
  }

  async ask(operation: Operation, payload: Uint8Array = Buffer.alloc(0)) {
    const head = Buffer.alloc(5, operation);
    head.writeUInt32LE(1 + payload.length);
    this.#socket.write(Buffer.concat([head, payload]));
    while (this.#heard.length < 12 || this.#heard.length < 12 + this.#heard.readUInt32LE(0))
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const end = 12 + this.#heard.readUInt32LE(0);
    const answer = { errno: this.#heard.readUInt32LE(4), payload: this.#heard.subarray(12, end) };
    this.#heard = this.#heard.subarray(end);
    return answer;
  }

  /** @param label by which a second connection finds the open file */
  async open(path: string, label = "00001"): Promise<number> {
    const head = Buffer.alloc(12);
    head.write(label, 4, "latin1");
    return (await this.ask("O", Buffer.concat([head, Buffer.from(path)]))).errno;
  }

  async write(text: string): Promise<number> {
    return (await this.ask("T", Buffer.from(text))).errno;
  }

  /** A flag, whether the read clears an event; then the text. */
  async read(): Promise<[cleared: number, text: string]> {
    const { payload } = await this.ask("R");
    return [payload.readUInt32LE(), payload.toString("latin1", 4)];
  }

  close(): void {
    this.#socket.destroy();
  }
}

describe("the GPIO tree that is offered", () => {
  let folder: string;
  let server: NodeServer;
  let faults: KernelFaults;
  let gpio: VirtualGpio;
  let loop: EventLoop;
  let pacing: Promise<void>;
  const clients: Client[] = [];

  beforeEach(async () => {
    folder = await overlayFolder();
    loop = new EventLoop();
    gpio = new VirtualGpio();
    gpio.addChip("pinctrl-bcm2711", 58);
    gpio.addChip("raspberrypi-exp-gpio", 8);
    faults = new KernelFaults();
    server = new NodeServer(folder, loop, faults);
    await server.listen();
    new GpioTree(server).offer(gpio, 512);
    pacing = loop.pace(
      () => 1,
      () => performance.now(),
    );
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.close();
    loop.stop();
    await pacing;
    rmSync(folder, { recursive: true });
  });

  const client = () => {
    const next = new Client(socketOf(folder));
    clients.push(next);
    return next;
  };
  const opened = async (path: string, label?: string) => {
    const next = client();
    expect(await next.open(`${tree}/${path}`, label)).toBe(0);
    return next;
  };
  const written = async (path: string, text: string) => (await opened(path)).write(text);

  it("numbers one chip after the other, as plain files", () => {
    expect(readdirSync(join(folder, tree)).sort()).toEqual([
      "export",
      "gpiochip512",
      "gpiochip570",
      "unexport",
    ]);
    const of = (chip: string) =>
      ["label", "base", "ngpio"].map((name) => readFileSync(join(folder, tree, chip, name), "utf8"));
    expect(of("gpiochip512")).toEqual(["pinctrl-bcm2711\n", "512\n", "58\n"]);
    expect(of("gpiochip570")).toEqual(["raspberrypi-exp-gpio\n", "570\n", "8\n"]);
  });

  // gpiolib-sysfs.c, export_store and unexport_store.
  it("exports a line once, and none that there is not", async () => {
    expect(await written("export", "529\n")).toBe(0);
    expect(readdirSync(join(folder, tree, "gpio529")).sort()).toEqual([
      "active_low",
      "direction",
      "edge",
      "value",
    ]);
    expect(statSync(join(folder, tree, "gpio529/value")).isSocket()).toBe(true);
    expect(await written("export", "529")).toBe(EBUSY);
    for (const number of ["511", "578", "seventeen", ""])
      expect(await written("export", number)).toBe(EINVAL);
    expect(await written("unexport", "529")).toBe(0);
    expect(existsSync(join(folder, tree, "gpio529"))).toBe(false);
    expect(await written("unexport", "529")).toBe(EINVAL);
    expect((await (await opened("export")).ask("R")).errno).toBe(EIO);
    expect(await client().open(`${tree}/gpio529/value`)).toBe(ENOENT);
  });

  it("tells whoever has a value open of an edge, once until it is read; the first when it is opened", async () => {
    await written("export", "529");
    await written("gpio529/edge", "rising");
    const wire = gpio.line("pinctrl-bcm2711", 17);
    const [one, other] = [await opened("gpio529/value", "one"), await opened("gpio529/value", "other")];
    const requests = client();
    expect((await requests.ask("A", Buffer.from("one\0\0\0\0\0"))).payload.toString("latin1", 0, 1)).toBe(
      "v",
    );
    expect(await requests.read()).toEqual([1, "0\n"]);
    expect(await requests.read()).toEqual([0, "0\n"]);
    for (const level of [1, 0, 1] as const) wire.drive(level);
    expect(await requests.read()).toEqual([1, "1\n"]);
    expect(await other.read()).toEqual([1, "1\n"]);
    await expect.poll(() => [one.events, other.events]).toEqual([2, 1]);
  });

  it("has nothing more to say of a line that was unexported", async () => {
    await written("export", "529");
    const value = await opened("gpio529/value");
    await value.read();
    await written("unexport", "529");
    expect((await value.ask("R")).errno).toBe(ENODEV);
    await expect.poll(() => value.events).toBe(2);
  });

  it("fails, hangs and goes on as it is told to", async () => {
    await written("export", "529");
    const value = await opened("gpio529/value");
    const path = `${tree}/gpio529/value`;
    const node = faults.node("pinctrl-bcm2711:17");
    node.fail("EIO", { call: "read", times: 1 });
    expect((await value.ask("R")).errno).toBe(EIO);
    expect(await value.read()).toEqual([1, "0\n"]);
    node.fail("EACCES", { call: "open" });
    expect(await client().open(path)).toBe(constants.errno.EACCES);
    node.hang({ call: "read" });
    const hanging = value.read();
    gpio.line("pinctrl-bcm2711", 17).drive(1);
    expect(await written("gpio529/edge", "both")).toBe(0);
    node.mend();
    expect(await hanging).toEqual([0, "1\n"]);
  });
});
