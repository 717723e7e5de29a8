import { make } from "./dom.ts";

/** A section with a heading and a table under it, whose rows come later. */
export function tableOf(title: string, className: string, columns: readonly string[]) {
  const headings = columns.map((text) => {
    // Above the rows' own headings stands none.
    if (text === "") return make("td");
    const heading = make("th", "", text);
    heading.scope = "col";
    return heading;
  });
  const body = make("tbody");
  const table = make("table", className, make("thead", "", make("tr", "", ...headings)), body);
  const heading = make("h3", "", title);
  return { element: make("section", "", heading, table), heading, body };
}
