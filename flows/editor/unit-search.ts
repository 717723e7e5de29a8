import type { FoundUnit } from "../node/found-unit.ts";
import { type EditedNode, getJson, type Place } from "./editor-api.ts";
import { element, input } from "./elements.ts";

export interface UnitSearch {
  readonly node: EditedNode;
  /** Kind of the units to list; empty for all. */
  kind(): string;
  readonly button: HTMLElement;
  /** Where the answer is listed. */
  readonly list: HTMLElement;
  place(): Place | undefined;
  /** Units worth offering. */
  offers(unit: FoundUnit): boolean;
  chosen(unit: FoundUnit): boolean;
  choose(unit: FoundUnit): void;
}

/** Lists, when its button is pressed, the units that have described themselves on a site, to choose from. */
export function unitSearch(search: UnitSearch): void {
  const { node, button, list } = search;
  const say = (text: string) => list.replaceChildren(element("p", {}, text));
  button.addEventListener("click", async () => {
    const place = search.place();
    if (!place) return say(node._("form.noSite"));
    say(node._("form.searching"));
    try {
      const units = (await getJson("plinth/units", {
        ...place,
        kind: search.kind(),
      })) as readonly FoundUnit[];
      const offered = units.filter(search.offers);
      if (offered.length === 0) say(node._("form.noUnits"));
      else list.replaceChildren(...offered.map((unit) => choice(search, unit)));
    } catch (failure) {
      say(messageOf(failure) ?? node._("form.noAnswer"));
    }
  });
}

/** The row of a form in which a unit is named: its search, for the kind that is chosen meanwhile. */
export function unitField(node: EditedNode, kind: () => string, place: () => Place | undefined): void {
  const unit = input("node-input-unit");
  const list = input("node-input-unit-found");
  unitSearch({
    node,
    kind,
    button: input("node-input-unit-search"),
    list,
    place,
    offers: () => true,
    chosen: (found) => found.unit === unit.value,
    choose: (found) => {
      unit.value = found.unit;
      unit.dispatchEvent(new Event("change", { bubbles: true }));
      list.replaceChildren();
    },
  });
}

function choice(search: UnitSearch, unit: FoundUnit): HTMLElement {
  const made = element(
    "button",
    { type: "button" },
    element("span", { class: `plinth-dot${unit.online ? " plinth-online" : ""}` }),
    unit.unit,
    element("small", {}, unit.title),
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
export function messageOf(failure: unknown): string | undefined {
  const { responseJSON } = failure as { responseJSON?: { message?: string } };
  return responseJSON?.message;
}
