/** The product catalogue: one line per kind, and the only list kept by hand. */
export { bench } from "./bench.ts";
export { curb } from "./curb.ts";
export { floor } from "./floor.ts";
export { streetlight } from "./streetlight.ts";
