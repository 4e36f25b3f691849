// The New Backtest panel: a slide-over with a form, drawn from the server's table of fields.

import * as api from "./api.js";
import { guarded } from "./app.js";
import { chips, dateText, parseDate } from "./calendar.js";
import { h } from "./dom.js";
import { field } from "./fields.js";
import { icon } from "./icons.js";
import { builder, legType, strategies } from "./legs.js";
import { follow } from "./running.js";
import { changed, number, state } from "./store.js";
import { toast } from "./toast.js";
import { grouped, rebuild, type, validate, whole } from "./values.js";

const SLIDE_SECONDS = 0.2;
const LAST_DAY = "12/31/2026";

// Opens the panel, prefilled with a state of it, or blank.
export async function openPanel(values) {
  if (state.panel) return;
  const panel = {
    phase: "entering",
    isHydrated: false,
    values: null,
    problems: {},
    builds: {},
    dates: {},
    openList: null,
    calendar: null,
    strategy: "Select a strategy",
    legType: values ? "Fixed Premium" : "Delta",
    latest: latestDay(),
    isBusy: false,
  };
  state.panel = panel;
  changed();
  await guarded(async () => {
    const schema = await api.get("Panel");
    panel.phase = "open";
    panel.isStuck = schema.data.faults.includes("stuck_panel");
    changed();
    if (schema.data.faults.includes("panel_never_renders")) {
      console.error("There are no focusable elements inside the <FocusTrap />");
      return;
    }
    await api.pause(schema.data.hydration);
    panel.schema = schema.data;
    panel.values = structuredClone(values ?? blank(panel));
    panel.dates = { start_date: panel.values.start_date, end_date: panel.values.end_date };
    panel.isHydrated = true;
    changed();
  });
}

function latestDay() {
  const yesterday = new Date(Date.now() - 86_400_000);
  return dateText(new Date(Math.min(yesterday, parseDate(LAST_DAY))));
}

function blank(panel) {
  const leg = { side: "Sell", right: "Put", quantity: "1", value: "", unit: "Δ", dte: "0", child: false };
  return { ...panel.schema.blank, start_date: "", end_date: panel.latest, legs: [leg] };
}

export async function closePanel({ atOnce = false } = {}) {
  const { panel } = state;
  if (!panel || (panel.isStuck && !atOnce)) return;
  panel.phase = "leaving";
  changed();
  if (!atOnce) await api.pause(SLIDE_SECONDS);
  if (state.panel === panel) state.panel = null;
  changed();
}

export function onKey(event) {
  if (event.key !== "Escape" || !state.panel) return;
  if (!state.panel.openList) closePanel();
  else {
    state.panel.openList = null;
    changed();
  }
}

async function start(panel) {
  const { status, data } = await api.post("Backtests", panel.values);
  if (status === 202) {
    closePanel();
    await follow(data);
  } else if (status >= 429) {
    toast(status === 429 ? "Too many requests. Please try again later." : "The service is unavailable. Please try again later.");
  } else {
    panel.problems = data.problems ?? { legs: data.error };
    rebuild();
  }
}

async function submit(event) {
  event.preventDefault();
  const { panel } = state;
  if (panel.isBusy || panel.isStuck || panel.phase !== "open" || !validate()) return;
  panel.isBusy = true;
  await guarded(() => start(panel))
    .catch((error) => {
      if (!(error instanceof TypeError)) throw error;
      toast("Network error: the backtest could not be started.");
    })
    .finally(() => (panel.isBusy = false));
}

function section(name, index) {
  const { values, schema, builds } = state.panel;
  if (values.use_leg_groups && schema.grouped.includes(name)) return null;
  const drawn = fieldsOf(name, whole());
  if (name === "Dates") drawn.splice(0, drawn.length, chips(), h("div", { class: "flex gap-4 pb-4", key: "dates" }, fieldsOf(name, whole())));
  if (name === "Strategy") drawn.splice(1, 0, strategies(), legType(), !values.use_leg_groups && builder(whole()));
  if (name === "Leg Groups" && values.use_leg_groups) drawn.push(values.groups.map(group), addGroup());
  return framed(name, `${name}:${builds[index] ?? 0}`, drawn);
}

function fieldsOf(name, scope) {
  return state.panel.schema.fields.filter((row) => row.section === name).map((row) => field(row, scope));
}

function framed(name, key, content) {
  return h(
    "div",
    { class: "divide-y divide-ooGold", key },
    h("div", { class: "py-4" }, h("h3", { class: "heading text-white" }, name)),
    h("div", { class: "pt-6" }, content),
  );
}

// A leg group: its name, its legs, and its own exits under the same headings and labels as those of every other.
function group(values, index) {
  const scope = { id: `group-${index}-`, values };
  const drop = () => {
    state.panel.values.groups.splice(index, 1);
    rebuild();
  };
  const name = h("input", { class: "input", type: "text", required: true, value: values.name, onInput: (event) => type("name", event.target.value, values) });
  return h(
    "div",
    { class: "legGroup", key: scope.id },
    h("div", { class: "pb-4" }, h("label", { class: "label" }, " Group Name "), h("div", { class: "mt-1" }, name)),
    index > 0 && h("button", { type: "button", class: "iconButton", onClick: drop }, icon("close", "h-4 w-4 text-ooRed")),
    builder(scope),
    state.panel.schema.grouped.map((title) => framed(title, `${scope.id}${title}`, fieldsOf(title, scope))),
  );
}

function addGroup() {
  const { values, schema, problems } = state.panel;
  const add = () => {
    values.groups.push({ ...grouped(schema.blank), name: `Group ${values.groups.length + 1}`, legs: [] });
    rebuild();
  };
  return h(
    "div",
    { class: "mt-2 ml-1 pb-4 link", key: "add-group" },
    problems.groups && h("p", { class: "mt-1 text-sm text-ooRed" }, problems.groups),
    h("button", { type: "button", onClick: add }, "Add Leg Group"),
  );
}

function footer() {
  return h(
    "div",
    { class: "flex-shrink-0 px-4 py-4 flex justify-end panelFooter" },
    h("button", { type: "button", class: "btn", onClick: () => closePanel() }, "Cancel"),
    h("button", { type: "submit", class: "ml-4 btn-primary" }, h("span", {}, "Run")),
  );
}

export function panelDialog() {
  const { panel } = state;
  if (!panel) return null;
  const heading = h(
    "div",
    { class: "panelHeader bg-ooGold" },
    h("h2", { class: "text-lg font-medium text-ooBlack" }, "New Backtest"),
    h(
      "button",
      { type: "button", class: "iconButton text-ooBlack", onClick: () => closePanel(), mounted: (el) => el.focus() },
      h("span", { class: "sr-only" }, "Close panel"),
      icon("close"),
    ),
  );
  const body = panel.isHydrated ? panel.schema.sections.map(section) : [];
  return h(
    "div",
    { id: `headlessui-dialog-${number()}`, role: "dialog", "aria-modal": "true", class: "dialog", key: "panel" },
    h("div", { id: `headlessui-dialog-overlay-${number()}`, class: "overlay", "aria-hidden": "true", onClick: () => closePanel() }),
    h(
      "div",
      { class: `fixed inset-y-0 pl-16 xl:w-3/5 right-0 slide slide--${panel.phase}` },
      h("form", { class: "panelForm", onSubmit: submit }, heading, h("div", { class: "panelBody" }, body), footer()),
    ),
  );
}
