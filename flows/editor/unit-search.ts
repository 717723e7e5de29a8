import type { FoundUnit } from "../node/units.ts";
import { type EditedNode, getJson } from "./editor-api.ts";
import { element } from "./elements.ts";

export interface UnitSearch {
  readonly node: EditedNode;
  readonly kind: string;
  readonly button: HTMLElement;
  /** Where the answer is listed. */
  readonly list: HTMLElement;
  broker(): string;
  /** Units worth offering. */
  offers(unit: FoundUnit): boolean;
  chosen(unit: FoundUnit): boolean;
  choose(unit: FoundUnit): void;
}

/** Lists, when its button is pressed, the units that have described themselves on the broker, to choose from. */
export function unitSearch(search: UnitSearch): void {
  const { node, kind, button, list } = search;
  const say = (text: string) => list.replaceChildren(element("p", {}, text));
  button.addEventListener("click", async () => {
    const broker = search.broker();
    if (broker === "" || broker === "_ADD_") return say(node._("form.noBroker"));
    say(node._("form.searching"));
    try {
      const units = (await getJson(`plinth/${kind}/units`, { broker })) as readonly FoundUnit[];
      const offered = units.filter(search.offers);
      if (offered.length === 0) say(node._("form.noUnits"));
      else list.replaceChildren(...offered.map((unit) => choice(search, unit)));
    } catch (failure) {
      say(messageOf(failure) ?? node._("form.noAnswer"));
    }
  });
}

function choice(search: UnitSearch, unit: FoundUnit): HTMLElement {
  const made = element(
    "button",
    { type: "button" },
    element("span", { class: `plinth-dot${unit.online ? " plinth-online" : ""}` }),
    unit.unit,
    element("small", {}, `${unit.site} · ${unit.title}`),
  );
  const show = () => made.setAttribute("aria-pressed", String(search.chosen(unit)));
  made.addEventListener("click", () => {
    search.choose(unit);
    show();
  });
  show();
  return made;
}

/** The words of our own endpoint, in what jQuery rejects with. */
function messageOf(failure: unknown): string | undefined {
  const { responseJSON } = failure as { responseJSON?: { message?: string } };
  return responseJSON?.message;
}
