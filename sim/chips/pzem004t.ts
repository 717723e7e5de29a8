import { pzem004t } from "#devices/chips/pzem004t.ts";
import { placeOf } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";
import { EnergyCounter } from "./energy-counter.ts";
import { Senses, type Source, type Twin, type TwinDefinition, type TwinEnvironment } from "./twin.ts";

/** The manual's slave address as delivered, and the one that every meter answers to (section 2.2). */
const factoryUnit = 0x01;
const generalUnit = 0xf8;

/** Below it the measuring side, which lives off the mains, does not work (section 1.1). */
const mainsVoltageMin = 80;

/** From the end of a request to the beginning of the answer. The manual gives none; this is a guess. */
const thinkMs = 20;

/** Function codes (section 2.2). */
const Code = {
  ReadHolding: 0x03,
  ReadInput: 0x04,
  WriteSingle: 0x06,
  Calibrate: 0x41,
  ResetEnergy: 0x42,
} as const;
const tagged = new Map<number, string>([
  [Code.ReadHolding, "0x03 Read Holding Register"],
  [Code.WriteSingle, "0x06 Write Single Register"],
  [Code.Calibrate, "0x41 Calibration"],
]);

/** Abnormal codes of an error reply (section 2.3). */
const Abnormal = { IllegalFunction: 0x01, IllegalAddress: 0x02 } as const;

/** The energy value goes on from zero after 9999.99 kWh (section 1.6). */
const energyWhTop = 10_000_000;

/**
 * PZEM-004T V3.0 at the far end of a serial line: answers Modbus RTU requests byte by byte, with its own framing
 * and CRC. Set voltage, current, power and the rest as the world has them. The energy counter counts by itself
 * from `activePower`; setting `activeEnergy` puts it to that many Wh, from where it goes on counting. Where
 * nothing was set, it hangs on 230 V, 50 Hz without load.
 */
export class Pzem004tTwin implements Twin, SerialTarget {
  readonly part = pzem004t;
  readonly speed: LineSpeed = { baudRate: 9_600 };
  readonly untouchable = new Set<string>();
  readonly honesty = {
    modelled: ["0x04 Read Input Register", "0x42 Reset energy"],
    tagged: [...tagged.values(), "power alarm threshold"],
  };
  readonly #environment: TwinEnvironment;
  readonly #senses: Senses;
  readonly #energy: EnergyCounter;
  readonly #line: VirtualSerialLine;
  readonly #unit: number;
  #mains: Source = 230;
  #isPlugged = true;
  #isSilent = false;
  #isBabbling = false;
  #answersToCorrupt = 0;
  #pending: Cancel = () => {};

  constructor(environment: TwinEnvironment) {
    const { path, unit = factoryUnit } = placeOf("serial", environment.place);
    this.#environment = environment;
    this.#unit = unit;
    this.#senses = new Senses(pzem004t.channels, environment.loop);
    this.#energy = new EnergyCounter(environment.loop, energyWhTop, (atMs) => this.#watts(atMs));
    this.#senses.set("voltage", 230);
    this.#senses.set("frequency", 50);
    this.#senses.set("powerFactor", 1);
    this.#senses.set("activeEnergy", () => this.#energy.wh);
    this.#line = environment.wiring.serial(path, this);
  }

  set(channel: string, source: Source): void {
    if (channel === "activeEnergy")
      this.#energy.put(typeof source === "number" ? source : source(this.#environment.loop.now));
    else {
      this.#energy.advance();
      this.#senses.set(channel, source);
    }
    if (channel === "voltage") this.#mains = source;
  }

  sensed(channel: string): number {
    return this.#senses.now(channel);
  }

  /** Its connector is pulled: it hears and says nothing. The counter goes on. */
  unplug(): void {
    this.#isPlugged = false;
    this.#pending();
  }

  stick(channel?: string): void {
    this.#energy.advance();
    this.#senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.#energy.advance();
    this.#senses.drift(channel, offset);
  }

  /** It starts again: an answer that was due is lost, the counter is not. */
  brownOut(): void {
    this.#pending();
  }

  /** The next `count` answers arrive with one bit wrong. */
  corruptCrc(count: number): void {
    this.#answersToCorrupt = count;
  }

  /** It takes requests and answers none. */
  silence(): void {
    this.#isSilent = true;
  }

  /** It answers every request with noise of random length. */
  garbage(): void {
    this.#isBabbling = true;
  }

  mend(): void {
    this.#energy.advance();
    this.#senses.mend();
    this.#isPlugged = true;
    this.#isSilent = false;
    this.#isBabbling = false;
    this.#answersToCorrupt = 0;
  }

  receive(request: Uint8Array): void {
    if (!this.#isPlugged || this.#isSilent || !this.#hasMains) return;
    const [unit, code] = request;
    if (request.length < 4 || crc16(request) !== 0) return;
    if (unit !== this.#unit && unit !== generalUnit) return;
    const answer = withCrc([unit, ...this.#answer(code!, request)]);
    this.#pending = this.#environment.loop.at(this.#environment.loop.now + thinkMs, () =>
      this.#line.send(this.#spoiled(answer)),
    );
  }

  get #hasMains(): boolean {
    const mains = this.#mains;
    return (typeof mains === "number" ? mains : mains(this.#environment.loop.now)) >= mainsVoltageMin;
  }

  #watts(atMs: number): number {
    return this.#senses.at("activePower", atMs);
  }

  /** Function code and data of the reply. */
  #answer(code: number, request: Uint8Array): number[] {
    if (code === Code.ReadInput && request.length === 8) return this.#readInput(request);
    if (code === Code.ResetEnergy && request.length === 4) {
      this.#energy.put(0);
      return [code];
    }
    const name = tagged.get(code);
    if (name) this.untouchable.add(name);
    return [code | 0x80, Abnormal.IllegalFunction];
  }

  #readInput(request: Uint8Array): number[] {
    const address = (request[2]! << 8) | request[3]!;
    const count = (request[4]! << 8) | request[5]!;
    const registers = this.#registers();
    if (count === 0 || address + count > registers.length)
      return [Code.ReadInput | 0x80, Abnormal.IllegalAddress];
    const wanted = registers.slice(address, address + count);
    return [Code.ReadInput, 2 * count, ...wanted.flatMap((word) => [word >> 8, word & 0xff])];
  }

  /** Input registers 0x0000 to 0x0009 (section 2.3): of each pair of words, the low one comes first. */
  #registers(): number[] {
    const counts = (channel: string, lsb: number) => Math.round(this.sensed(channel) / lsb);
    const pair = (value: number) => [value & 0xffff, Math.floor(value / 0x1_0000)];
    return [
      counts("voltage", 0.1),
      ...pair(counts("current", 0.001)),
      ...pair(counts("activePower", 0.1)),
      ...pair(Math.floor(this.sensed("activeEnergy"))),
      counts("frequency", 0.1),
      counts("powerFactor", 0.01),
      0x0000,
    ];
  }

  #spoiled(answer: Uint8Array): Uint8Array {
    const { random } = this.#environment;
    if (this.#isBabbling)
      return Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(random() * 256));
    if (this.#answersToCorrupt === 0) return answer;
    this.#answersToCorrupt--;
    const spoiled = answer.slice();
    spoiled[Math.floor(random() * answer.length)]! ^= 1 << Math.floor(random() * 8);
    return spoiled;
  }
}

/** CRC-16/MODBUS, low byte sent first: zero over a frame with its own CRC (Modbus over Serial Line, appendix B). */
export function crc16(bytes: Iterable<number>): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

function withCrc(frame: readonly number[]): Uint8Array {
  const crc = crc16(frame);
  return Uint8Array.of(...frame, crc & 0xff, crc >> 8);
}

export const twin = {
  part: pzem004t,
  create: (environment: TwinEnvironment) => new Pzem004tTwin(environment),
} satisfies TwinDefinition;
