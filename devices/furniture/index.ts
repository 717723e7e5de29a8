/** The product catalogue: one line per kind, and the only list kept by hand. */
export { bench } from "./bench.ts";
export { streetlight } from "./streetlight.ts";
