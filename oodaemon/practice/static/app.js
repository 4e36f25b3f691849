// The single page: which view belongs to an address, who is signed in, and the one place where everything is drawn.

import * as api from "./api.js";
import { h, patch } from "./dom.js";
import { announcementDialog } from "./faults.js";
import { header } from "./header.js";
import { landing, login } from "./login.js";
import { closePanel, onKey, panelDialog } from "./panel.js";
import { resultPage, showTest } from "./result.js";
import { runningDialog, stopRunning } from "./running.js";
import { closeSaving, savingDialog } from "./saved.js";
import { changed, onRender, state } from "./store.js";
import { toasts } from "./toast.js";
import { loadTests, testList } from "./tests.js";

const app = document.getElementById("app");
const portal = document.getElementById("headlessui-portal-root");
let drawn = null;
let drawnPortal = null;
let channel = null;
let visit = 0;

export function go(path, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  enter();
}

const needsSession = (path) => path !== "/" && path !== "/login";

async function enter() {
  visit += 1;
  const mine = visit;
  state.path = location.pathname;
  closePanel({ atOnce: true });
  stopRunning();
  state.page = null;
  state.isAnnounced = state.isAlerted = false;
  state.saving = null;
  changed();
  if (state.isSignedIn === null) state.isSignedIn = (await api.get("Session")).status === 200;
  if (mine !== visit) return;
  if (state.isSignedIn) listen();
  changed();
  if (needsSession(state.path) && !state.isSignedIn) await readWithout(() => mine === visit);
  else if (state.path === "/login" && state.isSignedIn) go("/dashboard/tests", { replace: true });
  else await guarded(() => load(() => mine === visit));
}

const TEST_PATH = /^\/(test|share)\/([A-Za-z0-9]+)$/;

// Without a session a shared test can be read, and by a fault any other.
async function readWithout(isCurrent) {
  const [, kind, test] = TEST_PATH.exec(state.path) ?? [];
  const { status, data } = test ? await api.get(`${kind === "share" ? "Shared" : "Cached"}/${test}`) : {};
  if (!isCurrent()) return;
  if (status === 200) showTest(data);
  else go("/login", { replace: true });
}

async function giveWay(isCurrent) {
  await api.pause(0.4);
  if (isCurrent()) go("/dashboard/tests");
}

// What an address needs; dropped when the visitor has gone on in the meantime.
async function load(isCurrent) {
  const test = TEST_PATH.exec(state.path)?.[2];
  if (test) {
    const { status, data } = await api.get(`Tests/${test}`);
    if (!isCurrent()) return;
    if (status !== 200 || data.faults.includes("redirect_to_list")) {
      go("/dashboard/tests", { replace: true });
      return;
    }
    showTest(data);
    if (data.faults.includes("late_redirect")) giveWay(isCurrent);
  } else if (state.path === "/dashboard/tests") {
    await loadTests();
  } else if (needsSession(state.path)) {
    go("/dashboard/tests", { replace: true });
  } else {
    state.settings = (await api.get("Settings")).data;
    changed();
  }
}

// Anything that finds the session gone ends up at the sign-in form.
export async function guarded(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof api.SignedOut)) throw error;
    signedOut();
  }
}

export function signedOut() {
  if (!state.isSignedIn) return;
  state.isSignedIn = false;
  channel = null;
  state.login = { email: "", password: "", error: "", isBusy: false };
  go("/login");
}

export function signedIn() {
  state.isSignedIn = true;
  go("/dashboard/tests");
}

export async function signOut() {
  await api.remove("Session");
  signedOut();
}

// The channel that is always open, as on the real site: the page is never idle, and learns of its sign-out.
async function listen() {
  if (channel) return;
  const mine = {};
  channel = mine;
  while (channel === mine) {
    try {
      await api.get("Listen");
    } catch (error) {
      if (!(error instanceof api.SignedOut)) await api.pause(1);
      else if (channel === mine) signedOut();
    }
  }
}

const isTestPage = () => /^\/(test|share)\//.test(state.path);

function view() {
  if (state.path === "/") return [landing()];
  if (state.path === "/login") return [login()];
  if (!state.isSignedIn && !state.page) return [];
  return [header(), h("main", { class: "px-8 py-6" }, isTestPage() ? resultPage() : testList())];
}

function title() {
  if (!isTestPage() || !state.page) return "Option Omega";
  return state.page.isUnsaved ? "Option Omega" : `Option Omega - ${state.page.saved.name}`;
}

onRender(() => {
  drawn = patch(app, drawn, view());
  const dialogs = [panelDialog(), runningDialog(), savingDialog(), announcementDialog()].filter(Boolean);
  drawnPortal = patch(portal, drawnPortal, [dialogs, toasts()]);
  app.toggleAttribute("inert", dialogs.length > 0);
  if (dialogs.length) app.setAttribute("aria-hidden", "true");
  else app.removeAttribute("aria-hidden");
  if (document.title !== title()) document.title = title();
});

addEventListener("popstate", enter);
addEventListener("keydown", onKey);
addEventListener("keydown", (event) => event.key === "Escape" && state.saving && closeSaving());
enter();
