import { vedirectMppt } from "#devices/chips/vedirect-mppt.ts";
import { placeOf } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";
import { EnergyCounter } from "./energy-counter.ts";
import { Senses, type Source, type Twin, type TwinDefinition, type TwinEnvironment } from "./twin.ts";

/** Between two blocks. */
const blockMs = 1_000;

/** SmartSolar MPPT 75/15, firmware 1.59. */
const product = { PID: "0xA053", FW: "159", "SER#": "HQ0000SIM00" } as const;

/** The history counters in the block are 32 and 16 bits wide, in hundredths of a kilowatt-hour. */
const totalTopWh = 2 ** 32 * 10;
const todayTopWh = 2 ** 16 * 10;

const dayMs = 86_400_000;

/** An asynchronous HEX message, as chargers send them unasked: history of day 0 (register 0x1050). */
const hexMessage = ":A501000000000000000000000ED04C6040000000000C200000000000B0000000900C80D120172\n";

/**
 * A Victron MPPT at the far end of a VE.Direct line, in text mode. Set what it measures; where nothing was set, it
 * is dark, at a battery of 12.8 V. The yields count by themselves from `panelPower`: setting one puts it to that
 * many Wh, from where it goes on counting. Its day ends at midnight UTC, a charger's at dusk. No block is made while
 * nobody listens.
 */
class VeDirectMpptTwin implements Twin, SerialTarget {
  readonly part = vedirectMppt;
  readonly speed: LineSpeed = { baudRate: 19_200 };
  readonly untouchable = new Set<string>();
  readonly honesty = {
    modelled: [
      "PID",
      "FW",
      "SER#",
      "V",
      "I",
      "VPV",
      "PPV",
      "CS",
      "ERR",
      "LOAD",
      "IL",
      "H19",
      "H20",
      "Checksum",
    ],
    tagged: ["MPPT", "OR", "H21", "H22", "H23", "HSDS", "HEX mode"],
  };
  readonly #environment: TwinEnvironment;
  readonly #senses: Senses;
  readonly #yields: Readonly<Record<"yieldToday" | "yieldTotal", EnergyCounter>>;
  readonly #line: VirtualSerialLine;
  #day: number;
  #phaseMs: number;
  #hasLoadOutput = true;
  #isPlugged = true;
  #isSilent = false;
  #isBabbling = false;
  #blocksToCorrupt = 0;
  #blocksToInterrupt = 0;
  #nextBlock: Cancel = () => {};

  constructor(environment: TwinEnvironment) {
    const { loop, random, place, wiring } = environment;
    this.#environment = environment;
    this.#senses = new Senses(vedirectMppt.channels, loop);
    const watts = (atMs: number) => this.#senses.at("panelPower", atMs);
    this.#yields = {
      yieldToday: new EnergyCounter(loop, todayTopWh, watts),
      yieldTotal: new EnergyCounter(loop, totalTopWh, watts),
    };
    this.#day = Math.floor(loop.now / dayMs);
    this.#phaseMs = random() * blockMs;
    this.#senses.set("batteryVoltage", 12.8);
    this.#senses.set("yieldToday", () => this.#countedToday());
    this.#senses.set("yieldTotal", () => this.#yields.yieldTotal.wh);
    this.#line = wiring.serial(placeOf("serial", place).path, this);
  }

  set(channel: string, source: Source): void {
    if (channel === "yieldToday" || channel === "yieldTotal") {
      this.#countedToday();
      this.#yields[channel].put(typeof source === "number" ? source : source(this.#environment.loop.now));
    } else {
      this.#advance();
      this.#senses.set(channel, source);
    }
  }

  sensed(channel: string): number {
    return this.#senses.now(channel);
  }

  /** Larger chargers have no load output, and leave its fields out of the block. */
  removeLoadOutput(): void {
    this.#hasLoadOutput = false;
  }

  /** Its connector is pulled: the line stays, and is silent. The charger charges on. */
  unplug(): void {
    this.#isPlugged = false;
  }

  stick(channel?: string): void {
    this.#advance();
    this.#senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.#advance();
    this.#senses.drift(channel, offset);
  }

  /** It starts again, with another phase of its blocks; its history is kept. */
  brownOut(): void {
    this.#phaseMs = this.#environment.random() * blockMs;
    if (this.#line.isListenedTo) this.#schedule();
  }

  /** The next `count` blocks arrive with one bit wrong. */
  corruptChecksum(count: number): void {
    this.#blocksToCorrupt = count;
  }

  /** The next `count` blocks are interrupted by a HEX message, somewhere. */
  interrupt(count: number): void {
    this.#blocksToInterrupt = count;
  }

  /** It sends nothing: as when it was switched to HEX mode. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Noise in place of blocks. */
  garbage(): void {
    this.#isBabbling = true;
  }

  mend(): void {
    this.#advance();
    this.#senses.mend();
    this.#isPlugged = true;
    this.#isSilent = false;
    this.#isBabbling = false;
    this.#blocksToCorrupt = 0;
    this.#blocksToInterrupt = 0;
  }

  listening(yes: boolean): void {
    if (yes) this.#schedule();
    else this.#nextBlock();
  }

  /** Whatever is written to it may be a HEX command. */
  receive(): void {
    this.untouchable.add("HEX mode");
  }

  /** Counts what has flowed, before anything changes what flows. */
  #advance(): void {
    this.#countedToday();
    this.#yields.yieldTotal.advance();
  }

  #countedToday(): number {
    const { yieldToday } = this.#yields;
    const day = Math.floor(this.#environment.loop.now / dayMs);
    if (day !== this.#day) yieldToday.put(0);
    this.#day = day;
    return yieldToday.wh;
  }

  /** The next block on the charger's own grid of a second. */
  #schedule(): void {
    this.#nextBlock();
    const { loop } = this.#environment;
    const due = Math.floor((loop.now - this.#phaseMs) / blockMs + 1 + 1e-6) * blockMs + this.#phaseMs;
    this.#nextBlock = loop.at(due, () => {
      if (this.#isPlugged && !this.#isSilent)
        this.#line.send(this.#isBabbling ? this.#noise() : this.#sent());
      this.#schedule();
    });
  }

  /** The block as it goes over the wire, with what befalls it. */
  #sent(): Uint8Array {
    const { random } = this.#environment;
    const bytes = this.#block();
    if (this.#blocksToCorrupt > 0) {
      this.#blocksToCorrupt--;
      bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
    }
    if (this.#blocksToInterrupt === 0) return bytes;
    this.#blocksToInterrupt--;
    // Before the last tab: after it, a colon is the checksum.
    const at = Math.floor(random() * (bytes.length - 1));
    return Uint8Array.from([...bytes.subarray(0, at), ...Buffer.from(hexMessage), ...bytes.subarray(at)]);
  }

  #block(): Uint8Array {
    const inSteps = (channel: string, step: number) => Math.round(this.sensed(channel) / step);
    const tens = (channel: string) => Math.floor(this.sensed(channel) / 10 + 1e-9);
    const load = this.sensed("loadCurrent");
    const fields: Readonly<Record<string, string | number>> = {
      ...product,
      V: inSteps("batteryVoltage", 0.01) * 10,
      I: inSteps("batteryCurrent", 0.01) * 10,
      VPV: inSteps("panelVoltage", 0.01) * 10,
      PPV: inSteps("panelPower", 1),
      CS: inSteps("chargeState", 1),
      ERR: inSteps("errorCode", 1),
      ...(this.#hasLoadOutput
        ? { LOAD: load > 0 ? "ON" : "OFF", IL: inSteps("loadCurrent", 0.1) * 100 }
        : {}),
      H19: tens("yieldTotal"),
      H20: tens("yieldToday"),
    };
    const lines = Object.entries(fields).map(([label, value]) => `\r\n${label}\t${value}`);
    const bytes = Buffer.from(`${lines.join("")}\r\nChecksum\t\0`, "latin1");
    let sum = 0;
    for (const byte of bytes) sum += byte;
    bytes[bytes.length - 1] = 256 - (sum % 256);
    return bytes;
  }

  #noise(): Uint8Array {
    return Uint8Array.from({ length: 200 }, () => Math.floor(this.#environment.random() * 256));
  }
}

export const twin = {
  part: vedirectMppt,
  create: (environment: TwinEnvironment) => new VeDirectMpptTwin(environment),
} satisfies TwinDefinition;
