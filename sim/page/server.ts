import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { type Asset, buildAssets, docsAssets } from "./assets.ts";
import { EventStreams } from "./event-streams.ts";
import { Guard, RequestError, readObject } from "./request.ts";
import { menuAsked, streetRequests } from "./street-requests.ts";
import { detailAsked, historyAsked } from "./unit-query.ts";
import type { StreetView } from "./view.ts";

export interface PageOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Default 127.0.0.1. Who reaches the page can break the street's lamps. */
  readonly host?: string;
  readonly view: StreetView;
  /** Pages by path, served under /docs/. */
  readonly docs?: ReadonlyMap<string, string>;
  /** Paces the frames. Default: real time. */
  readonly clock?: Clock;
}

export interface Page {
  /** With a slash at its end. */
  readonly url: string;
  /** Ends open streams, then the server. */
  close(): Promise<void>;
}

const streamsMax = 32;
const requestMsMax = 10_000;

/** Nothing but what this server serves may run, be shown or be asked, and no other page may frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const securityHeaders = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/**
 * Serves the street page. Rejects with the system's error when it cannot listen: `code` EADDRINUSE and `port` when
 * somebody else has the port.
 */
export async function startPage({ port, host = "127.0.0.1", view, docs, clock }: PageOptions): Promise<Page> {
  const assets = new Map([...(await buildAssets()), ...docsAssets(docs ?? new Map())]);
  const server = createServer();
  server.requestTimeout = requestMsMax;
  const address = await listen(server, port, host);
  const streams = new EventStreams(() => view.state(), clock ?? systemClock());
  const guard = new Guard(host, address.port);
  server.on("request", (request, response) => {
    answer({ assets, guard, streams, view }, request, response).catch((error) => refuse(response, error));
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        streams.close();
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

interface Context {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly guard: Guard;
  readonly streams: EventStreams;
  readonly view: StreetView;
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  context.guard.checkHost(request);
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const asset = context.assets.get(path);
  if (asset) {
    checkMethod(request, response, "GET");
    response.writeHead(200, { "Content-Type": asset.type }).end(asset.body);
  } else if (path === "/events") {
    checkMethod(request, response, "GET");
    if (context.streams.size >= streamsMax)
      throw new RequestError(503, `${streamsMax} pages are open already: close one`);
    context.streams.add(response);
  } else if (path === "/detail" || path === "/history") {
    checkMethod(request, response, "GET");
    const asked = (path === "/detail" ? detailAsked : historyAsked)(context.view, new URLSearchParams(query));
    response.writeHead(200, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(asked));
  } else if (path === "/faults" || path === "/scenarios") {
    checkMethod(request, response, "GET");
    const { view } = context;
    const told = path === "/faults" ? menuAsked(view, new URLSearchParams(query)) : view.scenarios();
    response.writeHead(200, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(told));
  } else if (path === "/recording") {
    checkMethod(request, response, "GET");
    const told = context.view.recording();
    response
      .writeHead(200, {
        "Content-Type": "application/yaml; charset=utf-8",
        "Content-Disposition": 'attachment; filename="recording.yaml"',
      })
      .end(told);
  } else if (Object.hasOwn(streetRequests, path)) {
    checkMethod(request, response, "POST");
    context.guard.checkOrigin(request);
    await streetRequests[path]!(context.view, await readObject(request));
    response.writeHead(204).end();
  } else throw new RequestError(404, `there is nothing at ${path}`);
}

function checkMethod({ method }: IncomingMessage, response: ServerResponse, expected: string): void {
  if (method === expected) return;
  response.setHeader("Allow", expected);
  throw new RequestError(405, `${method} is not possible here: expected ${expected}`);
}

/** What went wrong, as JSON. The rest of a request that was refused early is not read: the connection ends. */
function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const status = error instanceof RequestError ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  response
    .writeHead(status, { "Content-Type": "application/json; charset=utf-8", Connection: "close" })
    .end(JSON.stringify({ error: message }));
}
