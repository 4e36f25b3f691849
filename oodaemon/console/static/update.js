// Makes a part of a page what a fresh copy of it says, and keeps every node that stays what it is: a field keeps its text, the place
// of the cursor and its file, a list its scroll, and a click that began on a link or button ends on it. A node that now means
// something else, such as a link to another task, is a new one.

/** Gives `element` the children of `fresh`. What somebody wrote or chose stays wherever there still is a place for it. */
export function update(element, fresh) {
  const active = element.contains(document.activeElement) ? document.activeElement : null;
  const place = active && placeOf(active);
  const chosen = active && selectionOf(active);
  const written = controls(element).filter(isWritten).map((each) => [each, placeOf(each), valueOf(each)]);
  match(element, fresh);
  for (const [control, where, value] of written) {
    if (!element.contains(control)) setValue(at(element, where), value);
  }
  if (!active || document.activeElement === active) return;
  const next = element.contains(active) ? active : at(element, place);
  next?.focus({ preventScroll: true });
  if (chosen && next?.setSelectionRange) next.setSelectionRange(...chosen);
}

/** Whether a fresh copy still has the control, so that nothing is lost by `update`. */
export function holds(fresh, control) {
  return at(fresh, placeOf(control)) !== undefined;
}

function match(element, fresh) {
  const known = new Map();
  for (const node of element.childNodes) {
    const key = keyOf(node);
    if (known.has(key)) known.get(key).push(node);
    else known.set(key, [node]);
  }
  const pairs = [...fresh.childNodes].map((node) => [known.get(keyOf(node))?.shift(), node]);
  for (const rest of known.values()) for (const node of rest) node.remove();
  let next = element.firstChild;
  for (const [old, node] of pairs) {
    if (old) sync(old, node);
    if (old && old === next) next = next.nextSibling;
    else element.insertBefore(old ?? node, next);
  }
}

function sync(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  const chosen = old.nodeName === "SELECT" ? old.value : null;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && (name !== "open" || old.nodeName !== "DETAILS")) old.setAttribute(name, value);
  }
  if (!("own" in old.dataset)) match(old, fresh);
  if (chosen !== null && [...old.options].some((option) => option.value === chosen)) old.value = chosen;
}

// What a node is among its neighbours. Numbers of parameters shift when one is removed, so the name of the parameter counts.
function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeName;
  if (node.classList.contains("parameter")) return `parameter ${nameOf(node)}`;
  if (isControl(node) || node.nodeName === "BUTTON") return `${node.nodeName} ${placeOf(node)}`;
  if (node.nodeName === "A") return `A ${node.getAttribute("href")}`;
  if (node.id) return `${node.nodeName} #${plain(node.id)}`;
  if (node.nodeName === "TR" || node.nodeName === "LI") return `${node.nodeName} ${node.querySelector("a[href]")?.getAttribute("href")}`;
  return `${node.nodeName} ${node.classList[0] ?? ""}`;
}

// Where a control or a link is in a part of a page, whatever stands around it.
function placeOf(node) {
  const card = node.closest(".parameter");
  const owner = card ? nameOf(card) : "";
  if (node.nodeName === "A") return `${owner} ${node.getAttribute("href")}`;
  const isOneOfMany = node.nodeName === "BUTTON" || node.type === "radio" || node.type === "checkbox";
  const name = node.name || node.id || node.className;
  return `${owner} ${plain(name)}${isOneOfMany ? `=${plain(node.value)}` : ""}`;
}

function at(element, place) {
  return [...controls(element), ...element.querySelectorAll("button, a[href]")].find((each) => placeOf(each) === place);
}

function nameOf(card) {
  return card.querySelector('input[name$=".name"]').value;
}

function plain(text) {
  return text.replace(/\bp([.-])\d+\b/, "p$1").replace(/^remove:\d+$/, "remove");
}

function isControl(node) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(node.nodeName);
}

function controls(element) {
  return [...element.querySelectorAll("input, select, textarea")];
}

function isWritten(control) {
  if (control.nodeName === "SELECT") return [...control.options].some((option) => option.selected !== option.defaultSelected);
  if (control.type === "radio" || control.type === "checkbox") return control.checked !== control.defaultChecked;
  return control.type !== "hidden" && control.type !== "file" && control.value !== control.defaultValue;
}

function valueOf(control) {
  return control.type === "radio" || control.type === "checkbox" ? control.checked : control.value;
}

function setValue(control, value) {
  if (!control) return;
  if (typeof value === "boolean") control.checked = value;
  else if (control.nodeName !== "SELECT" || [...control.options].some((option) => option.value === value)) control.value = value;
}

// Number fields have a selection that nobody may read.
function selectionOf(active) {
  try {
    return active.selectionStart === null || active.selectionStart === undefined ? null : [active.selectionStart, active.selectionEnd];
  } catch {
    return null;
  }
}
