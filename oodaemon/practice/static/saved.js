// What Edit and Remove of a saved test open. What the real site opens was never captured: this is one way it may be, with others to
// choose from in the behaviour (`edits`, `removals`).

import * as api from "./api.js";
import { go, guarded } from "./app.js";
import { h } from "./dom.js";
import { openPanel } from "./panel.js";
import { changed, number, state } from "./store.js";

export async function edit() {
  const { page } = state;
  const { edits } = (await api.get("Settings")).data;
  if (edits === "nothing") return;
  if (edits === "panel") openPanel(page.result.state);
  else state.saving = { kind: "edit", edits, id: page.saved.id, name: page.saved.name, description: page.saved.description, isShared: true, error: "" };
  changed();
}

export async function removeTest() {
  const { page } = state;
  const { removals } = (await api.get("Settings")).data;
  if (removals === "at_once") await carryOutRemoval(page.saved.id);
  else if (removals === "confirm") {
    if (confirm(`Are you sure you want to remove the test "${page.saved.name}"?`)) await carryOutRemoval(page.saved.id);
  } else state.saving = { kind: "remove", removals, id: page.saved.id, name: page.saved.name, typed: "" };
  changed();
}

export function closeSaving() {
  state.saving = null;
  changed();
}

async function carryOutRemoval(id) {
  await guarded(async () => {
    await api.remove(`Tests/${id}`);
    state.saving = null;
    go("/dashboard/tests");
  });
}

async function save(event) {
  event.preventDefault();
  const { saving } = state;
  if (!saving.name.trim()) {
    saving.error = "A name is required.";
    changed();
    return;
  }
  await guarded(async () => {
    const { status, data } = await api.post(`Tests/${saving.id}`, { name: saving.name, description: saving.description });
    if (status === 200) {
      Object.assign(state.page.saved, data);
      state.saving = null;
    } else saving.error = data.error;
  });
  changed();
}

const entry = (label, tag, name, type) =>
  h(
    "div",
    { class: "pb-4 w-full" },
    h("label", { class: "label" }, label),
    h(
      "div",
      { class: "mt-1" },
      h(tag, {
        class: "input",
        type,
        value: state.saving[name],
        onInput: (event) => {
          state.saving[name] = event.target.value;
          changed();
        },
      }),
    ),
  );

function share() {
  const { saving } = state;
  const toggle = () => {
    saving.isShared = !saving.isShared;
    changed();
  };
  const classes = `toggle ${saving.isShared ? "bg-ooGreen" : "bg-ooGray"}`;
  return h(
    "div",
    { class: "flex items-center py-1 pb-6" },
    h("button", { type: "button", role: "switch", "aria-checked": String(saving.isShared), class: classes, onClick: toggle }),
    h("span", { class: "toggleDescription ml-3" }, "Share this test"),
  );
}

function editForm() {
  const { saving } = state;
  return h(
    "form",
    { onSubmit: save },
    h("h2", { class: "text-lg font-medium text-white" }, "Edit Test"),
    entry("Name", "input", "name", "text"),
    entry("Description", "textarea", "description"),
    saving.edits === "twice" && entry("Shown as", "input", "name", "text"),
    share(),
    saving.error && h("p", { class: "text-sm text-ooRed" }, saving.error),
    h(
      "div",
      { class: "flex justify-end" },
      h("button", { type: "button", class: "btn", onClick: closeSaving }, "Cancel"),
      h("button", { type: "submit", class: "ml-4 btn-primary" }, h("span", {}, "Save")),
    ),
  );
}

const QUESTIONS = {
  dialog: (name) => `Are you sure you want to remove the test "${name}"? This cannot be undone.`,
  forgotten: (name) => `Are you sure you want to remove the test "${name}"?`,
  typed: (name) => `Type the name of the test "${name}" to remove it.`,
  unclear: () => "Automated strategies use this. Go on?",
};

function question() {
  const { saving } = state;
  const yes = saving.removals === "unclear" ? "OK" : "Remove";
  const mayGo = saving.removals !== "typed" || saving.typed === saving.name;
  return [
    h("h2", { class: "text-lg font-medium text-white" }, saving.removals === "unclear" ? "Please note" : "Remove Test"),
    h("p", { class: "text-sm text-gray-300" }, QUESTIONS[saving.removals](saving.name)),
    saving.removals === "typed" && entry("Name", "input", "typed", "text"),
    h(
      "div",
      { class: "flex justify-end" },
      h("button", { type: "button", class: "btn", onClick: closeSaving }, "Cancel"),
      h("button", { type: "button", class: "ml-4 btn-primary", disabled: !mayGo, onClick: () => carryOutRemoval(saving.id) }, yes),
    ),
  ];
}

export function savingDialog() {
  const { saving } = state;
  if (!saving) return null;
  return h(
    "div",
    { id: `headlessui-dialog-${number()}`, role: "dialog", "aria-modal": "true", class: "dialog", key: "saving" },
    h("div", { id: `headlessui-dialog-overlay-${number()}`, class: "overlay", "aria-hidden": "true" }),
    h("div", { class: "popup" }, saving.kind === "edit" ? editForm() : question()),
  );
}
