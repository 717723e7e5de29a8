/** A system call of a traced program, as far as it changes a file system, or a line that the program printed. */
export type Call =
  | { readonly call: "open"; readonly path: string; readonly created: boolean; readonly truncated: boolean }
  | { readonly call: "write"; readonly path: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly call: "truncate"; readonly path: string; readonly size: number }
  | { readonly call: "sync"; readonly path: string }
  | { readonly call: "rename"; readonly from: string; readonly to: string }
  | { readonly call: "unlink"; readonly path: string }
  | { readonly call: "mkdir"; readonly path: string }
  | { readonly call: "print"; readonly text: string };

/** What strace(1) must be told for `parseTrace` to understand it: every byte in hex, every descriptor's path. */
export const straceOptions = [
  ...["-f", "-yy", "-xx", "-s", String(1 << 24), "-e", "signal=none", "-e"],
  "trace=open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,truncate,ftruncate,fallocate,fsync,fdatasync," +
    "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat",
];

/** Descriptors of pipes and sockets are not in hex: they come out as nothing, and name no file. */
const unhex = (text: string) => Buffer.from(text.replaceAll("\\x", ""), "hex");

/** The finished calls of a `strace -f` log, in the order in which they returned: `name`, arguments, result. */
function* finished(log: string): Generator<[name: string, args: string, result: string]> {
  const begun = new Map<string, string>();
  for (const line of log.split("\n")) {
    const [, thread, rest] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (thread === undefined || rest === undefined) continue;
    if (rest.endsWith("<unfinished ...>")) {
      begun.set(thread, rest.slice(0, -"<unfinished ...>".length).trimEnd());
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const whole = resumed === null ? rest : `${begun.get(thread) ?? ""}${resumed[1]}`;
    const [, name, args, result] = /^(\w+)\((.*)\)\s+=\s+(.*)$/.exec(whole) ?? [];
    if (name !== undefined && args !== undefined && result !== undefined) yield [name, args, result];
  }
}

/** Calls under `root` that succeeded. Error on a call that changes files in a way not understood here. */
export function parseTrace(log: string, root: string): Call[] {
  const calls: Call[] = [];
  const positions = new Map<string, number>();
  const known = new Set<string>();
  for (const [name, args, result] of finished(log)) {
    if (result.startsWith("-1")) continue;
    const paths = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map((match) => unhex(match[1]!).toString());
    const descriptor = /^(\d+)<([^>]*)>/.exec(args);
    const path = descriptor === null ? (paths[0] ?? "") : unhex(descriptor[2]!).toString();
    if (name === "write" && descriptor?.[1] === "1") calls.push({ call: "print", text: paths[0] ?? "" });
    else if (path.startsWith(root) || paths.some((other) => other.startsWith(root)))
      calls.push(translate(name, args, result, paths, path, positions, known));
  }
  return calls;
}

function translate(
  name: string,
  args: string,
  result: string,
  paths: readonly string[],
  path: string,
  positions: Map<string, number>,
  known: Set<string>,
): Call {
  const numbers = args.split(", ").map(Number);
  switch (name) {
    case "open":
    case "openat": {
      const opened = paths[0]!;
      positions.set(opened, 0);
      const created = args.includes("O_CREAT") && !known.has(opened);
      if (created) known.add(opened);
      return { call: "open", path: opened, created, truncated: args.includes("O_TRUNC") };
    }
    case "write":
    case "pwrite64": {
      const bytes = unhex(/"((?:\\x[0-9a-f]{2})*)"/.exec(args)![1]!).subarray(0, Number(result));
      const offset = name === "write" ? (positions.get(path) ?? 0) : numbers.at(-1)!;
      if (name === "write") positions.set(path, offset + bytes.length);
      return { call: "write", path, offset, bytes };
    }
    case "ftruncate":
      return { call: "truncate", path, size: numbers.at(-1)! };
    case "fsync":
    case "fdatasync":
      return { call: "sync", path };
    case "rename":
    case "renameat":
    case "renameat2":
      known.delete(paths[0]!);
      known.add(paths[1]!);
      return { call: "rename", from: paths[0]!, to: paths[1]! };
    case "unlink":
    case "unlinkat":
      known.delete(paths[0]!);
      return { call: "unlink", path: paths[0]! };
    case "mkdir":
    case "mkdirat":
      return { call: "mkdir", path: paths[0]! };
    default:
      throw new Error(
        `${name}(${args.slice(0, 120)}) is not understood: teach it to scripts/crash-images/trace.ts`,
      );
  }
}
