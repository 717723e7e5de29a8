import modbusSerial from "modbus-serial";
import { type Duration, milliseconds, seconds } from "#devices/duration.ts";
import { type Clock, deadline, sleep } from "#devices/ports/clock.ts";
import { PortError, type PortErrorKind } from "#devices/ports/error.ts";
import { checkRead, checkWrite, type ModbusLine, type ModbusPort } from "#devices/ports/modbus.ts";
import type { LineSpeed, SerialLine, SerialPortPort } from "#devices/ports/serial.ts";
import { RtuFramePort } from "./rtu-frame-port.ts";

/** Response time-out: 1 s to several seconds at 9600 baud (Modbus over Serial Line V1.02, section 2.4.1). */
const answerLimit = seconds(1);
/**
 * A unit that has just been silent is asked again with less patience, beyond what the frames themselves take: a sign without supply must not keep a meter on the
 * same line from being read. That is for a while only, or one that is slow would never be heard again.
 */
const silentLimit = milliseconds(250);
const silentFor = seconds(5);

/** Exception code 6, server device busy: ask again later (Modbus Application Protocol V1.1b3, section 7). */
const serverDeviceBusy = 6;

/**
 * Modbus RTU over serial lines. The library modbus-serial writes the requests and checks and reads the answers;
 * its timer stays off, since all waiting is done on the clock.
 */
export function modbusOverSerial(serial: SerialPortPort, clock: Clock): ModbusPort {
  const lines = new Map<string, OpenedLine>();

  const opened = (path: string, speed: LineSpeed): OpenedLine => {
    const gone = () => {
      if (lines.get(path) === fresh) lines.delete(path);
    };
    const opening = serial.open(path, speed).then((line) => {
      line.onClose(gone);
      return new RtuLine(line, speed, clock);
    });
    const fresh = { speed, users: 0, opening };
    opening.catch(gone);
    lines.set(path, fresh);
    return fresh;
  };

  return {
    async open(path, speed) {
      const shared = lines.get(path) ?? opened(path, speed);
      if (!isSameSpeed(shared.speed, speed))
        throw new PortError("bus", {
          port: path,
          operation: "open",
          detail: `it is in use at ${shared.speed.baudRate} baud, asked for were ${speed.baudRate}`,
        });
      shared.users++;
      const line = await shared.opening;
      return line.handle(async () => {
        if (--shared.users === 0) await line.close();
      });
    },
  };
}

interface OpenedLine {
  readonly speed: LineSpeed;
  readonly opening: Promise<RtuLine>;
  users: number;
}

const isSameSpeed = (one: LineSpeed, other: LineSpeed) =>
  one.baudRate === other.baudRate &&
  (one.dataBits ?? 8) === (other.dataBits ?? 8) &&
  (one.parity ?? "none") === (other.parity ?? "none") &&
  (one.stopBits ?? 1) === (other.stopBits ?? 1);

/** Of 11 bits on the line (Modbus over Serial Line, 2.5.1). */
const characterMs = ({ baudRate }: LineSpeed) => (11 * 1_000) / baudRate;

/** Between frames: 3.5 characters of 11 bits, 1.75 ms above 19 200 baud (Modbus over Serial Line, 2.5.1.1). */
const silence = (speed: LineSpeed) => milliseconds(speed.baudRate > 19_200 ? 1.75 : 3.5 * characterMs(speed));

/** Of a request and an answer without the values that they carry (Modbus Application Protocol V1.1b3, section 6). */
const readCharacters = 8 + 5;
const writeCharacters = 8 + 8;

type Client = InstanceType<typeof modbusSerial.default>;

/** One request: to whom, what for in words, and how the library is asked. */
interface Request<Answer> {
  readonly unit: number;
  readonly operation: string;
  /** Of the request and its answer together. */
  readonly characters: number;
  readonly ask: (client: Client, done: (error: Error | null, answer: Answer) => void) => void;
}

/** One line and its queue. */
class RtuLine {
  readonly #line: SerialLine;
  readonly #speed: LineSpeed;
  readonly #clock: Clock;
  readonly #port: RtuFramePort;
  readonly #client: Client;
  #fail: (error: Error) => void = () => {};
  #queue: Promise<unknown> = Promise.resolve();
  #quietSinceMs = Number.NEGATIVE_INFINITY;
  /** By unit: when it last left a request without an answer, monotonic ms. */
  readonly #silentAtMs = new Map<number, number>();

  constructor(line: SerialLine, speed: LineSpeed, clock: Clock) {
    this.#line = line;
    this.#speed = speed;
    this.#clock = clock;
    this.#port = new RtuFramePort((request) => {
      line.write(request, answerLimit).catch((error: Error) => this.#fail(error));
    });
    this.#client = new modbusSerial.default(this.#port);
    this.#client.open();
    line.onClose(() => this.#fail(this.#error("not-ready", undefined, "wait for an answer", "unplugged")));
  }

  /** The line as one of its users sees it. */
  handle(release: () => Promise<void>): ModbusLine {
    let open = true;
    const request = <Answer>(wanted: Request<Answer>) =>
      this.#queued(() => {
        if (open && this.#line.isOpen) return this.#exchange(wanted);
        throw this.#error("not-ready", wanted.unit, wanted.operation, "the line is closed");
      });
    const read = async (code: "writeFC3" | "writeFC4", unit: number, address: number, count: number) => {
      checkRead(unit, address, count);
      const kind = code === "writeFC3" ? "holding" : "input";
      const operation = `read ${kind} ${registers(address, count)}`;
      const { data } = await request<{ data: number[] }>({
        unit,
        operation,
        characters: readCharacters + 2 * count,
        ask: (client, done) => client[code](unit, address, count, done),
      });
      return Uint16Array.from(data);
    };
    return {
      path: this.#line.path,
      readInputRegisters: (...wanted) => read("writeFC4", ...wanted),
      readHoldingRegisters: (...wanted) => read("writeFC3", ...wanted),
      writeRegister: async (unit, address, value) => {
        checkWrite(unit, address, [value]);
        await request({
          unit,
          operation: `write ${registers(address, 1)}`,
          characters: writeCharacters,
          ask: (client, done) => client.writeFC6(unit, address, value, done),
        });
      },
      writeRegisters: async (unit, address, values) => {
        checkWrite(unit, address, values);
        await request({
          unit,
          operation: `write ${registers(address, values.length)}`,
          characters: writeCharacters + 1 + 2 * values.length,
          ask: (client, done) => client.writeFC16(unit, address, [...values], done),
        });
      },
      close: async () => {
        if (!open) return;
        open = false;
        await release();
      },
    };
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  async #exchange<Answer>(request: Request<Answer>): Promise<Answer> {
    const pauseMs = this.#quietSinceMs + silence(this.#speed) - this.#clock.now();
    if (pauseMs > 0) await sleep(this.#clock, milliseconds(pauseMs));
    await this.#line.flush();
    const stop = this.#line.onData((chunk) => this.#port.receive(chunk));
    const limit = this.#patience(request);
    try {
      return await deadline(this.#clock, limit, this.#ask(request), () => this.#noAnswer(request, limit));
    } finally {
      stop();
      this.#quietSinceMs = this.#clock.now();
    }
  }

  #ask<Answer>(request: Request<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      request.ask(this.#client, (error, answer) => {
        if (error) reject(this.#refused(error, request));
        else {
          this.#silentAtMs.delete(request.unit);
          resolve(answer);
        }
      });
    });
  }

  /** What modbus-serial makes of an answer that it does not like. */
  #refused(error: Error, { unit, operation }: Request<unknown>): PortError {
    if (!("modbusCode" in error)) return this.#error("checksum", unit, operation, error.message, error);
    const kind = error.modbusCode === serverDeviceBusy ? "not-ready" : "wrong-device";
    return this.#error(kind, unit, operation, error.message, error);
  }

  #patience({ unit, characters }: Request<unknown>): Duration {
    const silentAtMs = this.#silentAtMs.get(unit) ?? Number.NEGATIVE_INFINITY;
    if (this.#clock.now() - silentAtMs >= silentFor) return answerLimit;
    return milliseconds(Math.min(answerLimit, silentLimit + characters * characterMs(this.#speed)));
  }

  #noAnswer({ unit, operation }: Request<unknown>, limit: Duration): PortError {
    const { received } = this.#port;
    if (received === 0) {
      this.#silentAtMs.set(unit, this.#clock.now());
      return this.#error("timeout", unit, operation, `silent for ${Math.round(limit)} ms`);
    }
    return this.#error("checksum", unit, operation, `${received} bytes came, and no answer among them`);
  }

  #error(kind: PortErrorKind, unit: number | undefined, operation: string, detail: string, cause?: Error) {
    const address = unit === undefined ? {} : { address: unit };
    return new PortError(kind, { port: this.#line.path, ...address, operation, detail, cause });
  }
}

const registers = (address: number, count: number) => `registers ${address} to ${address + count - 1}`;
