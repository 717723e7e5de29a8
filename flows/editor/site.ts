/** What the form of a site calls, as the global `plinthSite`. */
import type { FoundUnit } from "../node/found-unit.ts";
import { type EditedNode, getJson } from "./editor-api.ts";
import { element, input } from "./elements.ts";
import { messageOf } from "./unit-search.ts";

export { nameProblem } from "./names.ts";

/** Called when the form opens: its button lists the sites of the units that are on the broker. */
export function prepare(node: EditedNode): void {
  const list = input("node-config-input-site-found");
  const say = (text: string) => list.replaceChildren(element("p", {}, text));
  input("node-config-input-site-search").addEventListener("click", async () => {
    const broker = input("node-config-input-broker").value;
    if (broker === "" || broker === "_ADD_") return say(node._("form.noBroker"));
    say(node._("form.searching"));
    try {
      const units = (await getJson("plinth/units", { broker })) as readonly FoundUnit[];
      const sites = [...new Set(units.map(({ site }) => site))];
      if (sites.length === 0) say(node._("form.noSites"));
      else list.replaceChildren(...sites.map((site) => choice(node, site, units)));
    } catch (failure) {
      say(messageOf(failure) ?? node._("form.noAnswer"));
    }
  });
}

function choice(node: EditedNode, site: string, units: readonly FoundUnit[]): HTMLElement {
  const own = units.filter((unit) => unit.site === site);
  const online = own.filter((unit) => unit.online).length;
  const summary = `${own.length} ${node._("form.units")} · ${online} ${node._("form.online")}`;
  const made = element("button", { type: "button" }, site, element("small", {}, summary));
  made.addEventListener("click", () => {
    const field = input("node-config-input-site");
    field.value = site;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    input("node-config-input-site-found").replaceChildren();
  });
  return made;
}
