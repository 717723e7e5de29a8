import type { IncomingMessage } from "node:http";

/** A request that is not carried out: the status to answer with, and a message for whoever sent it. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = status;
  }
}

const bodyBytesMax = 1_024;
/** Names under which a page on this machine may be asked for. */
const loopbackNames = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Guards a server on loopback against pages of other sites that run in the same browser: against a foreign name
 * that was made to resolve to this machine (DNS rebinding) by the Host header, against forged requests by Origin.
 */
export class Guard {
  readonly #hosts: ReadonlySet<string>;

  constructor(host: string, port: number) {
    const names = [host.includes(":") ? `[${host}]` : host, ...loopbackNames];
    this.#hosts = new Set(
      names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])),
    );
  }

  /** Throws RequestError when the request is not meant for this server. */
  checkHost({ headers }: IncomingMessage): void {
    if (this.#hosts.has((headers.host ?? "").toLowerCase())) return;
    const expected = [...this.#hosts].join(" or ");
    throw new RequestError(421, `Host is "${headers.host ?? ""}": expected ${expected}`);
  }

  /** Throws RequestError when a page from elsewhere asks. Programs that are no browser send no Origin. */
  checkOrigin({ headers: { origin } }: IncomingMessage): void {
    if (origin === undefined) return;
    if (origin.startsWith("http://") && this.#hosts.has(origin.slice("http://".length).toLowerCase())) return;
    throw new RequestError(403, `Origin is "${origin}": only the street page itself may ask for this`);
  }
}

/** The JSON object that a request carries. Rejects with RequestError: wrong type, too long, or no object. */
export async function readObject(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json")
    throw new RequestError(415, `Content-Type is "${type}": expected application/json`);
  const value = parse(await readText(request));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RequestError(400, "the body is no JSON object");
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestError(400, `the body is no JSON: ${(error as Error).message}`);
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > bodyBytesMax) throw new RequestError(413, `the body is longer than ${bodyBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Throws RequestError unless the object has exactly these members; `others` may be left out. */
export function checkMembers(
  body: Readonly<Record<string, unknown>>,
  names: readonly string[],
  others: readonly string[] = [],
): void {
  const missing = names.find((name) => !Object.hasOwn(body, name));
  if (missing) throw new RequestError(400, `"${missing}" is missing`);
  const known = [...names, ...others];
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown)
    throw new RequestError(400, `"${unknown}" is not known: expected ${known.join(", ") || "nothing"}`);
}
