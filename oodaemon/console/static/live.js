// Follows a stream of server-sent events and puts the fragments it brings into the page, by the id of their element.
// Sleeps while nobody looks: browsers allow few connections to one address.

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

export function patch(fragments) {
  for (const [id, html] of Object.entries(fragments)) {
    const element = document.getElementById(id);
    if (!element || isBusy(element) || shown.get(id) === html) continue;
    replace(element, html);
    shown.set(id, html);
  }
  document.dispatchEvent(new CustomEvent("patched", { detail: Object.keys(fragments) }));
}

// Somebody is writing or choosing in it: what they do is worth more than what is new.
function isBusy(element) {
  const active = document.activeElement;
  return element.contains(active) && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName);
}

function replace(element, html) {
  const opened = [...element.querySelectorAll("details[id][open]")].map((each) => each.id);
  const scrolled = [...element.querySelectorAll(".scroll")].map((each) => [each.scrollLeft, each.scrollTop]);
  const focus = element.contains(document.activeElement) ? mark(document.activeElement) : null;
  const written = [...element.querySelectorAll("input[id], textarea[id]")]
    .filter((each) => each.value !== each.defaultValue).map((each) => [each.id, each.value]);
  const made = document.createElement("template");
  made.innerHTML = html;
  element.replaceChildren(made.content);
  for (const id of opened) { const each = document.getElementById(id); if (each) each.open = true; }
  for (const [id, value] of written) { const each = document.getElementById(id); if (each) each.value = value; }
  element.querySelectorAll(".scroll").forEach((each, place) => {
    if (scrolled[place]) [each.scrollLeft, each.scrollTop] = scrolled[place];
  });
  if (focus) element.querySelector(focus)?.focus({ preventScroll: true });
}

function mark(active) {
  if (active.id) return `#${CSS.escape(active.id)}`;
  const href = active.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}
