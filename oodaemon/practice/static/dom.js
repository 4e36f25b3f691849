// A small virtual DOM: h() describes, patch() makes the document follow, in place where tag and key agree.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "circle"]);

export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, key: props?.key, children: normal(children), el: null };
}

function normal(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (typeof child === "object" ? child : { text: String(child), el: null }));
}

// Elements made by the current patch, innermost first; told once everything is in its place.
const created = [];

export function patch(root, previous, children) {
  const next = normal([children]);
  patchChildren(root, previous ?? [], next);
  for (const node of created.splice(0)) node.props.mounted?.(node.el);
  return next;
}

function isSame(old, node) {
  return old.tag === node.tag && old.key === node.key;
}

function patchChildren(parent, previous, next) {
  const keyed = new Map(previous.filter((old) => old.key !== undefined).map((old) => [old.key, old]));
  const loose = previous.filter((old) => old.key === undefined);
  const kept = new Set();
  let at = 0;
  for (const node of next) {
    let old = null;
    if (node.key !== undefined) {
      old = keyed.get(node.key) ?? null;
    } else {
      const found = loose.findIndex((candidate, index) => index >= at && isSame(candidate, node));
      if (found >= 0) {
        old = loose[found];
        at = found + 1;
      }
    }
    if (old && isSame(old, node)) {
      kept.add(old);
      update(old, node);
    } else {
      create(node);
    }
  }
  for (const old of previous) if (!kept.has(old)) old.el.remove();
  let before = parent.firstChild;
  for (const node of next) {
    if (node.el === before) before = before.nextSibling;
    else parent.insertBefore(node.el, before);
  }
}

function create(node) {
  if (node.text !== undefined) {
    node.el = document.createTextNode(node.text);
    return;
  }
  node.el = DRAWN.has(node.tag) ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
  node.el.handlers = {};
  patchChildren(node.el, [], node.children);
  setProps(node.el, {}, node.props);
  created.push(node);
}

function update(old, node) {
  node.el = old.el;
  if (node.text !== undefined) {
    if (node.text !== old.text) node.el.data = node.text;
    return;
  }
  patchChildren(node.el, old.children, node.children);
  setProps(node.el, old.props, node.props);
}

function setProps(el, previous, props) {
  for (const name of Object.keys(previous)) if (!(name in props)) setProp(el, name, null);
  for (const [name, value] of Object.entries(props)) setProp(el, name, value, previous[name]);
}

function setProp(el, name, value, previous) {
  if (name === "key" || name === "mounted") return;
  if (name.startsWith("on")) {
    attach(el, name.slice(2).toLowerCase(), value);
  } else if (name === "value") {
    // Like a bound model: what the state says wins, and no attribute is ever written.
    if (el.value !== (value ?? "")) el.value = value ?? "";
  } else if (value === null || value === undefined || value === false) {
    if (el.hasAttribute(name)) el.removeAttribute(name);
  } else if (value !== previous || !el.hasAttribute(name)) {
    el.setAttribute(name, value === true ? "" : value);
  }
}

function attach(el, type, handler) {
  if (!(type in el.handlers) && handler) el.addEventListener(type, (event) => el.handlers[type]?.(event));
  el.handlers[type] = handler;
}
