import { chmodSync, linkSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import type { EventLoop } from "../../loop.ts";
import { errnoOf } from "../../ports/errno.ts";
import type { KernelFaults } from "../../ports/kernel-faults.ts";
import { socketOf } from "../overlay-folder.ts";
import { type Answer, type Request, RequestReader, sendAnswer } from "./frames.ts";
import { callOf } from "./kernel-call.ts";

const { ENODEV, ENOENT, EOPNOTSUPP } = constants.errno;

/** An open file of a live node, in the kernel's sense. */
export interface OpenNode {
  readonly kind: "a" | "i" | "v";
  /** Of an I2C bus. */
  readonly minor?: number;
  readonly address?: number;
  /** The program has it, and may be told of events. */
  begin?(): void;
  /** Answers when it can: a hung call never does. */
  handle(request: Request, answer: (answer: Answer) => void): void;
  close(): void;
}

/** What stands behind a path: opens it, or says why not by an errno. @param tell sends a poll event */
export type LiveNode = (tell: () => void) => OpenNode | { readonly errno: number };

/** An open file: programs that were given a descriptor of it by fork or exec know it again by its label. */
interface Handle {
  readonly label: string;
  readonly path: string;
  readonly node: OpenNode;
}

/**
 * The socket that the preloaded library connects to, in a folder that lies over /dev and /sys: live nodes are names
 * of it (hard links). One connection for each open file; a second for the requests of a value, whose first carries
 * nothing but its poll events. What is asked is done at the real instant in the loop's time.
 */
export class NodeServer {
  readonly folder: string;
  readonly #faults: KernelFaults;
  readonly #loop: EventLoop;
  readonly #server: Server;
  readonly #nodes = new Map<string, LiveNode>();
  /** By path, how faults know a node that they do not know by that. */
  readonly #names = new Map<string, string>();
  /** Paths of serial lines. */
  readonly #lines: string[] = [];
  readonly #stopWatching: (() => void)[] = [];
  readonly #handles = new Map<string, Handle>();
  readonly #sockets = new Set<Socket>();

  constructor(folder: string, loop: EventLoop, faults: KernelFaults) {
    this.folder = folder;
    this.#faults = faults;
    this.#loop = loop;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(): Promise<void> {
    const path = socketOf(this.folder);
    await new Promise<void>(
      (resolve, reject) => void this.#server.once("error", reject).listen(path, resolve),
    );
    chmodSync(path, 0o660);
  }

  /** Makes `path`, such as `/dev/i2c-1`, a live node. @param name by which faults know it: the path, when not given */
  add(path: string, node: LiveNode, name = path): void {
    const place = join(this.folder, path);
    mkdirSync(dirname(place), { recursive: true });
    this.#nodes.set(path, node);
    this.#names.set(path, name);
    linkSync(socketOf(this.folder), place);
  }

  /** Faults of a serial line act too: the library asks before its calls, while one of them has any. */
  addLine(path: string): void {
    this.#lines.push(path);
    const follow = () => {
      const flag = join(this.folder, "tty/faulty");
      if (this.#lines.some((line) => this.#faults.node(line).isTroubled)) writeFileSync(flag, "");
      else rmSync(flag, { force: true });
    };
    this.#stopWatching.push(this.#faults.node(path).watch(follow));
    follow();
  }

  /** Takes a folder away, with the live nodes in it. */
  remove(folder: string): void {
    for (const path of this.#nodes.keys()) if (path.startsWith(`${folder}/`)) this.#nodes.delete(path);
    rmSync(join(this.folder, folder), { recursive: true });
  }

  /** Programs that wait for an answer, or have a node open, are told that the device is gone. */
  async close(): Promise<void> {
    for (const stop of this.#stopWatching) stop();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    const requests = new RequestReader();
    let handle: Handle | undefined;
    let owned: Handle | undefined;
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (!owned) return;
      this.#handles.delete(owned.label);
      this.#loop.fromOutside(() => owned!.node.close());
    });
    const answer = (answered: Answer) => sendAnswer(socket, answered);
    const perform = (request: Request) => {
      // Of a serial line: whatever else it may do, it does at its pseudo-terminal.
      if (request.operation === "C") return answer({});
      if (socket.destroyed) return;
      if (request.operation === "O") {
        const opened = this.#open(request, socket);
        if ("errno" in opened) return answer(opened);
        handle = owned = opened;
      } else if (request.operation === "A") handle = this.#handles.get(labelAt(request.payload, 0));
      if (!handle) return answer({ errno: ENODEV });
      if (request.operation !== "O" && request.operation !== "A") return handle.node.handle(request, answer);
      answer(introduction(handle));
      if (handle === owned) handle.node.begin?.();
    };
    const begin = (request: Request) => {
      const path = this.#pathFor(request) ?? handle?.path;
      const proceed = () => perform(request);
      const met = path === undefined ? undefined : this.#met(path, request, proceed);
      if (met === undefined) proceed();
      else if (met !== "hangs") answer({ errno: errnoOf(met) });
    };
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const request of requests.read(chunk)) this.#loop.fromOutside(() => begin(request));
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }

  #met(path: string, request: Request, proceed: () => void) {
    const call = callOf(request);
    const node = this.#faults.node(this.#names.get(path) ?? path);
    return call && node.isTroubled ? node.meet(call.name, proceed, call.address) : undefined;
  }

  /** Of a request that names one. */
  #pathFor({ operation, payload }: Request): string | undefined {
    if (operation === "O") return pathOf(payload);
    if (operation !== "C") return undefined;
    const asked = payload.toString("utf8", 1);
    return this.#lines.find((line) => line === asked || this.#terminalOf(line) === asked);
  }

  #terminalOf(line: string): string | undefined {
    try {
      return readlinkSync(join(this.folder, line));
    } catch {
      // It is unplugged.
      return undefined;
    }
  }

  #open(request: Request, socket: Socket): Handle | { readonly errno: number } {
    const path = pathOf(request.payload);
    const node = this.#nodes.get(path)?.(() => void socket.write("!"));
    if (!node) return { errno: ENOENT };
    if ("errno" in node) return node;
    const handle = { label: labelAt(request.payload, 4), path, node };
    this.#handles.set(handle.label, handle);
    return handle;
  }
}

const labelAt = (payload: Buffer, offset: number) => payload.toString("latin1", offset, offset + 8);

/** u32 flags, a label of 8 bytes, then the path. */
const pathOf = (payload: Buffer) => payload.toString("utf8", 12);

/** u8 kind, u8 minor, u16 address, u32 inode: `struct opened` in plinth-preload.c. */
function introduction({ node, path }: Handle): Answer {
  const payload = Buffer.alloc(8);
  payload.write(node.kind, 0, "latin1");
  payload.writeUInt8(node.minor ?? 0, 1);
  payload.writeUInt16LE(node.address ?? 0, 2);
  payload.writeUInt32LE(inodeOf(path), 4);
  return { payload };
}

/** FNV-1a, as `inode_of` in plinth-preload.c: a file is the same whether asked for by path or by descriptor. */
function inodeOf(path: string): number {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(path)) hash = Math.imul(hash ^ byte, 16_777_619);
  return hash >>> 0;
}

/** Answers what a node does not know. */
export const unsupported: Answer = { errno: EOPNOTSUPP };
