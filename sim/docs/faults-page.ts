import { systemCalls } from "../ports/kernel-faults.ts";
import { faultVerbs } from "../scenario/faults.ts";
import { errnos, kernelVerbs } from "../scenario/kernel-verbs.ts";
import { partVerbs } from "../scenario/part-verbs.ts";
import { serialVerbs } from "../scenario/serial-verbs.ts";
import type { Verb } from "../scenario/verb.ts";
import { wireVerbs } from "../scenario/wire-verbs.ts";
import { html, type Markup, table } from "./html.ts";

const groups: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  "A part": partVerbs,
  "Its wires": wireVerbs,
  "Its serial line": serialVerbs,
  "Its device node": kernelVerbs,
};

const others: Readonly<Record<string, Verb>> = Object.fromEntries(
  Object.entries(faultVerbs).filter(([name]) => !Object.values(groups).some((verbs) => name in verbs)),
);

/** The words of a scenario's faults, of every kind. What a kind has besides is on its own page. */
export function faultsPage(): Markup {
  const sections = Object.entries({ ...groups, "The process, the broker, the mains": others });
  return html`<h1>Faults</h1>
<p class="summary">What an entry of <code>faults</code> or <code>offer</code> in a scenario can say. The words are the same in
virtual time, in <code>plinth hil</code> and on the street page; what a world cannot have is refused.</p>
<pre><code>faults:
  - { at: "22:00", for: 5 min, unit: lamp-01, role: climate, fault: errno, errno: EREMOTEIO, call: ioctl }</code></pre>
${sections.flatMap(([title, verbs]) => [html`<h2>${title}</h2>`, verbsTable(verbs)])}
<h2>Errno and call</h2>
<p>A fault of a device node is about the whole bus or line that the part of the role is on. <code>call</code> is one of
${systemCalls.join(", ")}, or all when left out; a GPIO line has no ioctl. A driver that claims an address keeps it from a
process that begins then: one that has it already keeps it, as in Linux.</p>
${table(
  ["Connected by", "errno"],
  Object.entries(errnos).map(([kind, names]) => [kind, names.join(", ")]),
)}`;
}

const verbsTable = (verbs: Readonly<Record<string, Verb>>) =>
  table(
    ["fault", "What happens", "Needs", "May say", "by"],
    Object.entries(verbs).map(([name, { title, needs, may, by }]) => [
      html`<code>${name}</code>`,
      title,
      needs.join(", "),
      may.join(", "),
      by ? `${by.title}: ${by.min} to ${by.max}${by.unit === "1" ? "" : ` ${by.unit}`}` : "",
    ]),
  );
