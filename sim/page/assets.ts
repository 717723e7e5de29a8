import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Asset {
  readonly type: string;
  readonly body: string | Uint8Array;
}

const app = fileURLToPath(new URL("app/", import.meta.url));

/** The page's files, by path: its document as it is, script and style bundled for browsers of 2022 and later. */
export async function buildAssets(): Promise<ReadonlyMap<string, Asset>> {
  const [document, { outputFiles }] = await Promise.all([
    readFile(`${app}index.html`, "utf8"),
    build({
      entryPoints: { app: `${app}main.ts`, style: `${app}style.css` },
      outdir: app,
      bundle: true,
      write: false,
      minify: true,
      format: "iife",
      target: ["chrome105", "firefox110", "safari16"],
      charset: "utf8",
      logLevel: "silent",
    }),
  ]);
  const built = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))!.contents;
  return new Map([
    ["/", { type: "text/html; charset=utf-8", body: document }],
    ["/app.js", { type: "text/javascript; charset=utf-8", body: built("app.js") }],
    ["/style.css", { type: "text/css; charset=utf-8", body: built("style.css") }],
  ]);
}

/** Pages under /docs/: the first of them at the folder itself. */
export function docsAssets(docs: ReadonlyMap<string, string>): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const [path, body] of docs) {
    const type = `text/${path.endsWith(".css") ? "css" : "html"}; charset=utf-8`;
    assets.set(`/docs/${path}`, { type, body });
    if (path === "index.html") assets.set("/docs/", { type, body });
  }
  return assets;
}
