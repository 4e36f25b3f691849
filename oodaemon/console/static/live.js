// Follows a stream of server-sent events and puts the fragments it brings into the page, by the id of their element.
// Sleeps while nobody looks: browsers allow few connections to one address.
import { holds, update } from "./update.js";

export function follow(path) {
  if (!path || !window.EventSource) return;
  const state = document.getElementById("live-state");
  const show = (word, isLive) => {
    if (!state) return;
    state.hidden = false;
    state.textContent = word;
    state.classList.toggle("is-live", isLive);
  };
  let source = null;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(path + window.location.search);
    source.addEventListener("open", () => show("live", true));
    source.addEventListener("error", () => {
      show("not connected", false);
      if (source.readyState === EventSource.CLOSED) { source = null; window.setTimeout(open, 5000); }
    });
    source.addEventListener("patch", (event) => patch(JSON.parse(event.data)));
    source.addEventListener("prepend", (event) => document.dispatchEvent(new CustomEvent("prepend", { detail: JSON.parse(event.data) })));
    source.addEventListener("bye", () => show("the daemon stops", false));
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; } else open();
  });
  window.addEventListener("pagehide", () => { source?.close(); source = null; });
  window.addEventListener("pageshow", open);
  open();
}

const shown = new Map();
const held = new Map();
const PRESSED = "a, button, input, label, select, summary";
let isPressed = false;

export function patch(fragments) {
  for (const [id, html] of Object.entries(fragments)) {
    held.delete(id);
    if (isPressed) {
      held.set(id, html);
      continue;
    }
    const element = document.getElementById(id);
    if (!element || shown.get(id) === html) continue;
    const made = document.createElement("template");
    made.innerHTML = html;
    const fresh = document.importNode(made.content, true);
    if (isWrittenIn(element, fresh)) {
      held.set(id, html);
      continue;
    }
    update(element, fresh);
    shown.set(id, html);
  }
  document.dispatchEvent(new CustomEvent("patched", { detail: Object.keys(fragments) }));
}

// Somebody is in a field that is no longer there: what they do is worth more than what is new, which waits until they leave it.
function isWrittenIn(element, fresh) {
  const active = document.activeElement;
  return element.contains(active) && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName) && !holds(fresh, active);
}

function release() {
  window.setTimeout(() => { if (held.size) patch(Object.fromEntries(held)); });
}

document.addEventListener("focusout", release);

// A finger is on a link or a button: whatever is new, and would move it away, waits until the click is done.
let letGo = 0;

document.addEventListener("pointerdown", (event) => {
  window.clearTimeout(letGo);
  isPressed = Boolean(event.target.closest?.(PRESSED));
}, true);

for (const name of ["pointerup", "pointercancel", "blur"]) window.addEventListener(name, afterClick);
window.addEventListener("pointermove", (event) => { if (!event.buttons) afterClick(); }); // it was let go where we do not hear of it

// Where there is no mouse, the click comes a while after the finger has left.
function afterClick() {
  if (!isPressed) return;
  window.clearTimeout(letGo);
  letGo = window.setTimeout(() => { isPressed = false; release(); }, 100);
}
