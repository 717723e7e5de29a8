import { type MessagePort, parentPort } from "node:worker_threads";
import { type Furniture, sized } from "#devices/furniture/vocabulary.ts";
import type { Driver, Ports } from "#devices/part.ts";
import { PortError } from "#devices/ports/error.ts";
import { FineClock } from "../ports/clock.ts";
import { type LinuxI2cOptions, linuxI2cPort } from "../ports/i2c.ts";
import type { During } from "../ports/kernel-turn.ts";
import { localStreams } from "./local.ts";
import { type Asked, failureOf, type Request, sharedNowMs, type Told } from "./messages.ts";
import type { StreamPort } from "./port.ts";

/** The thread of a board that streams: its own I2C buses, and nothing else. */
export function streamThread(declaration: Furniture, options: LinuxI2cOptions = {}): void {
  if (!parentPort) throw new Error("this is the thread that streams: the unit starts it");
  const ports = portsOfThread(options);
  // Of a kind that comes in sizes, the largest has the roles of all others.
  const largest = sized(declaration, declaration.size?.max);
  serveStreams(parentPort, localStreams(ports), largest, () => sharedNowMs() - ports.clock.now());
}

/** Conversions are fetched in the order in which they were begun, and to parts of a millisecond. */
export function portsOfThread(options: LinuxI2cOptions): Ports {
  const clock = new FineClock();
  const during: During = (work) => clock.during(work);
  return {
    clock,
    i2c: linuxI2cPort(clock, { ...options, inOrder: true, during }),
    gpio: nowhere("GPIO"),
    serial: nowhere("serial"),
    modbus: nowhere("Modbus"),
    components: { motion: nowhere("GPIO").open, contact: nowhere("GPIO").open },
  };
}

const nowhere = (port: string) => ({
  open: () =>
    Promise.reject(
      new PortError("bus", {
        port,
        operation: "open",
        detail: "what streams is on I2C: this thread has no other port",
      }),
    ),
});

/**
 * Answers what the unit asks, over `port`.
 * @param originMs where the clock of `streams` began, by the clock that all threads share
 */
export function serveStreams(
  port: Pick<MessagePort, "on" | "postMessage">,
  streams: StreamPort,
  declaration: Furniture,
  originMs: () => number,
): void {
  const drivers = new Map<string, Driver>();
  const tell = (told: Told) => port.postMessage(told);
  port.on("message", ({ id, request }: Asked) => {
    answer(request).then(
      (reading) => tell(reading ? { id, reading } : { id }),
      (error: unknown) => tell({ id, failure: failureOf(error) }),
    );
  });

  async function answer(request: Request): Promise<Readonly<Record<string, number>> | undefined> {
    if (request.call === "open") return void (await open(request));
    const driver = drivers.get(request.role);
    if (!driver) throw new Error(`${request.role} is not open`);
    if (request.call === "sample") return driver.sample();
    if (request.call === "close") drivers.delete(request.role);
    await driver[request.call]();
    return undefined;
  }

  async function open({ role, part: id, place }: Extract<Request, { call: "open" }>): Promise<void> {
    const { accepts, stream } = declaration.roles[role] ?? {};
    const part = accepts?.find((one) => one.id === id);
    if (!part || !stream) throw new Error(`${declaration.kind} streams no ${id} as ${role}`);
    await drivers.get(role)?.close();
    const driver = await streams.open({ role, part, place, stream }, (detections) => {
      const origin = originMs();
      tell({ role, detections: detections.map((one) => ({ ...one, atMs: one.atMs + origin })) });
    });
    drivers.set(role, driver);
  }
}
