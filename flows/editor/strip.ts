import { nightOf, type Point, sun } from "./night.ts";

const width = 720;
const height = 96;
const floor = 78;
const ceiling = 8;

const x = (minute: number) => (minute / 1_440) * width;
const y = (level: number) => floor - (level / 100) * (floor - ceiling);

/** Where a level is in the strip's height, 0 on top and 1 at the bottom. */
export const topOf = (level: number): number => y(level) / height;

/** The level at such a place. */
export const levelAt = (top: number): number => ((floor - top * height) / (floor - ceiling)) * 100;

/** Draws a profile from noon to noon: the sky behind, the light in front, hours below. */
export function drawStrip(svg: SVGSVGElement, points: readonly Point[]): void {
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.replaceChildren(...sky(), ...light(points), ...sunMarks(), ...hours());
}

function sky(): SVGElement[] {
  const stops = [
    [0, "#a9cbe6"],
    [(sun.sunset - 60) / 1_440, "#a9cbe6"],
    [sun.sunset / 1_440, "#d99a6c"],
    [(sun.sunset + 60) / 1_440, "#1d2a44"],
    [(sun.sunrise - 60) / 1_440, "#1d2a44"],
    [sun.sunrise / 1_440, "#d99a6c"],
    [(sun.sunrise + 60) / 1_440, "#a9cbe6"],
    [1, "#a9cbe6"],
  ] as const;
  const gradient = shape("linearGradient", { id: "plinth-sky" });
  gradient.append(...stops.map(([offset, color]) => shape("stop", { offset, "stop-color": color })));
  return [gradient, shape("rect", { width, height, fill: "url(#plinth-sky)" })];
}

function light(points: readonly Point[]): SVGElement[] {
  const spans = nightOf(points);
  return spans.flatMap(({ from, to, level }) => [
    shape("rect", {
      x: x(from),
      y: y(level),
      width: x(to) - x(from),
      height: floor - y(level),
      fill: "#ffd873",
      "fill-opacity": 0.35 + level / 170,
    }),
    shape("rect", { x: x(from), y: y(level) - 1, width: x(to) - x(from), height: 2, fill: "#ffe9ad" }),
  ]);
}

/** Where the sun is drawn to set and to rise. */
function sunMarks(): SVGElement[] {
  return [sun.sunset, sun.sunrise].map((minute) =>
    shape("line", {
      ...{ class: "plinth-sun", x1: x(minute), x2: x(minute), y1: 0, y2: floor },
      ...{ stroke: "#fff4d6", "stroke-width": 1.5, "stroke-dasharray": "3 3" },
    }),
  );
}

function hours(): SVGElement[] {
  return [15, 18, 21, 0, 3, 6, 9].flatMap((hour) => {
    const at = x(((hour + 12) % 24) * 60);
    const night = hour >= 20 || hour < 5;
    const color = night ? "#c9d3e6" : "#2f3b52";
    const label = shape("text", {
      x: at,
      y: height - 5,
      fill: color,
      "font-size": 11,
      "text-anchor": "middle",
    });
    label.textContent = `${String(hour).padStart(2, "0")}:00`;
    return [shape("rect", { x: at, y: floor, width: 1, height: 4, fill: color }), label];
  });
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
