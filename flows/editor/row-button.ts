import { element } from "./elements.ts";

/** A small button as Node-RED has them. @param icon Font Awesome's name, @param label beside it, where there is room */
export function rowButton(icon: string, title: string, press: () => void, label = ""): HTMLButtonElement {
  const button = element("button", { type: "button", class: "red-ui-button red-ui-button-small" });
  button.append(element("i", { class: `fa fa-${icon}` }), label && ` ${label}`);
  button.title = title;
  button.addEventListener("click", press);
  return button;
}
