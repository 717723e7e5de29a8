/** A piece of HTML that is complete in itself. Only `html` makes one, so that no text gets into a page unescaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = string | number | Markup | readonly Piece[] | undefined;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const textOf = (piece: Piece): string => {
  if (piece === undefined) return "";
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === "object") return piece.map(textOf).join("");
  return String(piece).replace(/[&<>"]/g, (character) => escapes[character]!);
};

/** HTML with values in it: texts are escaped, lists are joined. */
export const html = (strings: TemplateStringsArray, ...values: readonly Piece[]): Markup =>
  new Markup(strings.map((string, index) => string + textOf(values[index])).join(""));

/** A table; nothing at all where there are no rows. */
export function table(heads: readonly string[], rows: readonly (readonly Piece[])[]): Markup {
  if (rows.length === 0) return html``;
  return html`<div class="wide" role="region" aria-label="Table: ${heads.join(", ")}" tabindex="0"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>
`;
}

/** A headed section that can be linked to. */
export const section = (id: string, title: string, ...content: readonly Piece[]): Markup =>
  html`<section id="${id}">
<h2>${title}</h2>
${content}
</section>
`;
