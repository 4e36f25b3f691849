// A listbox: a button with the current value, and a list that exists only while it is open.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { changed, number, state } from "./store.js";

export function listbox(key, current, options, onChoose, isNested = false) {
  const isOpen = state.panel.openList === key;
  const flip = () => {
    state.panel.openList = isOpen ? null : key;
    changed();
  };
  const button = h(
    "button",
    {
      id: `headlessui-listbox-button-${number()}`,
      type: "button",
      class: isNested ? "selectInput selectInput--nested" : "selectInput",
      "aria-haspopup": "listbox",
      "aria-expanded": String(isOpen),
      onClick: flip,
    },
    h("span", { class: "block truncate" }, current),
    icon("updown", "h-4 w-4"),
  );
  return h("div", { class: "listbox relative" }, button, isOpen && list(current, options, onChoose));
}

function list(current, options, onChoose) {
  const option = ({ value, text }) => {
    const isSelected = value === current;
    return h(
      "li",
      {
        id: `headlessui-listbox-option-${number()}`,
        role: "option",
        tabindex: "-1",
        class: `listOption ${isSelected ? "bg-ooGold text-ooBlack" : "text-white"}`,
        "aria-selected": String(isSelected),
        onClick: () => onChoose(value),
      },
      h("span", { class: "block truncate" }, text),
      isSelected && icon("check", "h-4 w-4"),
    );
  };
  const id = `headlessui-listbox-options-${number()}`;
  return h("ul", { id, role: "listbox", tabindex: "0", class: "listOptions" }, options.map(option));
}

// A press anywhere else closes the open list.
addEventListener("pointerdown", (event) => {
  const open = state.panel?.openList;
  if (open && !event.target.closest?.(".listbox:has(ul)")) {
    state.panel.openList = null;
    changed();
  }
});
