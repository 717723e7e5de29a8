import { mkdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { lineName } from "#devices/ports/gpio.ts";
import type { VirtualGpio, VirtualLine } from "../../ports/gpio.ts";
import type { Answer, Request } from "./frames.ts";
import { ExportedLine, type LineAttribute, lineAttributes, parsedNumber } from "./gpio-line.ts";
import { type NodeServer, type OpenNode, unsupported } from "./node-server.ts";

const { EBUSY, EINVAL, EIO, ENODEV } = constants.errno;

const root = "/sys/class/gpio";

/** A value that is open in a program: whether it was told of an edge that it has not yet read. */
interface Watch {
  readonly tell: () => void;
  isTold: boolean;
}

/** The GPIO tree of sysfs (Linux, Documentation/admin-guide/gpio/sysfs.rst) over a board's chips. */
export class GpioTree {
  readonly #server: NodeServer;
  readonly #lines = new Map<number, { readonly line: VirtualLine; readonly name: string }>();
  readonly #exported = new Map<number, Exported>();

  constructor(server: NodeServer) {
    this.#server = server;
  }

  /** @param base the number of the first chip's first line; the next chips follow */
  offer(gpio: VirtualGpio, base: number): void {
    let next = base;
    for (const [label, lines] of gpio.chips) {
      const folder = join(this.#server.folder, root, `gpiochip${next}`);
      mkdirSync(folder, { recursive: true });
      for (const [name, value] of Object.entries({ base: next, label, ngpio: lines.length }))
        writeFileSync(join(folder, name), `${value}\n`);
      for (const [offset, line] of lines.entries())
        this.#lines.set(next + offset, { line, name: lineName({ chip: label, offset }) });
      next += lines.length;
    }
    this.#server.add(`${root}/export`, () => this.#control((number) => this.#export(number)));
    this.#server.add(`${root}/unexport`, () => this.#control((number) => this.#unexport(number)));
  }

  #control(act: (number: number) => number): OpenNode {
    return {
      kind: "a",
      handle({ operation, payload }, answer) {
        // These two files can only be written: the kernel has no show for them.
        if (operation !== "T") return answer({ errno: EIO });
        const number = parsedNumber(payload.toString("latin1"));
        answer({ errno: number === undefined ? EINVAL : act(number) });
      },
      close() {},
    };
  }

  #export(number: number): number {
    const found = this.#lines.get(number);
    if (!found) return EINVAL;
    if (this.#exported.has(number)) return EBUSY;
    const exported = new Exported(found.line);
    this.#exported.set(number, exported);
    for (const name of lineAttributes)
      this.#server.add(
        `${folderOf(number)}/${name}`,
        (tell) => exported.open(name, tell),
        name === "value" ? found.name : undefined,
      );
    return 0;
  }

  #unexport(number: number): number {
    const exported = this.#exported.get(number);
    if (!exported) return EINVAL;
    this.#exported.delete(number);
    exported.end();
    this.#server.remove(folderOf(number));
    return 0;
  }
}

const folderOf = (number: number) => `${root}/gpio${number}`;

/** A line's files, and who has its value open. */
class Exported {
  readonly #line: ExportedLine;
  readonly #watches = new Set<Watch>();
  #isGone = false;

  constructor(line: VirtualLine) {
    this.#line = new ExportedLine(line, () => {
      for (const watch of this.#watches) tellOnce(watch);
    });
  }

  open(name: LineAttribute, tell: () => void): OpenNode {
    if (name !== "value")
      return { kind: "a", handle: (request, answer) => answer(this.#handle(name, request)), close() {} };
    const watch: Watch = { tell, isTold: false };
    this.#watches.add(watch);
    return {
      kind: "v",
      // An open file has seen no event yet, so the first poll returns at once (kernfs_generic_poll).
      begin: () => tellOnce(watch),
      handle: (request, answer) => answer(this.#handle(name, request, watch)),
      close: () => void this.#watches.delete(watch),
    };
  }

  end(): void {
    this.#isGone = true;
    this.#line.unexport();
    // Whoever polls learns that the file is gone.
    for (const watch of this.#watches) tellOnce(watch);
  }

  #handle(name: LineAttribute, { operation, payload }: Request, watch?: Watch): Answer {
    if (this.#isGone) return { errno: ENODEV };
    if (operation === "T") return { errno: this.#line.store(name, payload.toString("latin1")) };
    if (operation !== "R") return unsupported;
    const wasTold = Buffer.from(Uint32Array.of(watch?.isTold ? 1 : 0).buffer);
    if (watch) watch.isTold = false;
    return { payload: Buffer.concat([wasTold, Buffer.from(this.#line.show(name), "latin1")]) };
  }
}

function tellOnce(watch: Watch): void {
  if (watch.isTold) return;
  watch.isTold = true;
  watch.tell();
}
