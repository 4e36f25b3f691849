// The bar on top of every page behind the sign-in.

import { go, signOut } from "./app.js";
import { h } from "./dom.js";
import { hinted, icon } from "./icons.js";
import { changed, number, state } from "./store.js";

function menu(name, isActive) {
  return h(
    "div",
    { class: "relative inline-block" },
    h(
      "button",
      {
        id: `headlessui-menu-button-${number()}`,
        type: "button",
        "aria-haspopup": "true",
        class: `menuButton ${isActive ? "text-ooGold" : "text-white"}`,
        onClick: () => name === "Test" && go("/dashboard/tests"),
      },
      name,
    ),
  );
}

function avatar() {
  const entry = (text, onClick) =>
    h("a", { class: "block px-4 py-2 text-sm text-white", href: "#", role: "menuitem", onClick }, text);
  const leave = (event) => {
    event.preventDefault();
    state.isMenuOpen = false;
    signOut();
  };
  return h(
    "div",
    { class: "relative" },
    h(
      "button",
      {
        id: `headlessui-menu-button-${number()}`,
        type: "button",
        "aria-haspopup": "true",
        class: "avatar",
        onClick: () => {
          state.isMenuOpen = !state.isMenuOpen;
          changed();
        },
      },
      h("span", { class: "sr-only" }, "Open user menu"),
      "P",
    ),
    state.isMenuOpen &&
      h(
        "div",
        { id: `headlessui-menu-items-${number()}`, role: "menu", class: "menuItems" },
        entry("Settings", (event) => event.preventDefault()),
        entry("Sign out", leave),
      ),
  );
}

// It never stands still.
const alertIcon = () => hinted(icon("warning", "h-5 w-5 animate-ping"), "Show Alerts", "has-tooltip inline-flex text-amber-500");

export function header() {
  return h(
    "header",
    { class: "bg-transparent border-b-2 border-ooGold flex items-center px-8 py-4 gap-6" },
    h("img", { src: "/static/logo.svg", alt: "Option Omega", class: "logo" }),
    h("nav", { class: "flex gap-6 grow" }, menu("Model", false), menu("Test", true), menu("Trade", false)),
    h("span", { class: "practiceBadge" }, "practice site, made-up market"),
    h("button", { type: "button", class: "iconButton", "aria-label": "Discord" }, icon("chat")),
    hinted(icon("info"), "Documentation"),
    state.isAlerted && alertIcon(),
    state.isSignedIn ? avatar() : h("span", { class: "btn-primary", onClick: () => go("/login") }, "Sign in"),
  );
}
