// Records what a person does, in the words of the DevTools Recorder. Tells each step by `window.__ooStep(step)`; never a secret.
() => {
  if (window.__ooRecorder) return;
  window.__ooRecorder = true;
  const tell = (step) => { void window.__ooStep(step); };
  const words = (node) => (node ? node.textContent : "").replace(/[\s\u00a0]+/g, " ").trim();
  const literal = (text) => (text.includes("'") ? `"${text}"` : `'${text}'`);
  const count = (path) => document.evaluate(`count(${path})`, document, null, XPathResult.NUMBER_TYPE, null).numberValue;
  const ROLES = { BUTTON: "button", A: "link", SELECT: "combobox", TEXTAREA: "textbox" };
  const VOLATILE = /^(headlessui|v-|fire_app)/;

  const css = (element) => {
    const parts = [];
    for (let node = element; node && node !== document.documentElement; node = node.parentElement) {
      if (node.id && !VOLATILE.test(node.id)) return [`#${CSS.escape(node.id)}`, ...parts].join(" > ");
      const same = [...(node.parentElement?.children ?? [])].filter((other) => other.tagName === node.tagName);
      const type = node.tagName === "INPUT" ? `[type=${node.type}]` : "";
      parts.unshift(node.tagName.toLowerCase() + (type || (same.length > 1 ? `:nth-of-type(${same.indexOf(node) + 1})` : "")));
      if (node.tagName === "FORM" || node.getAttribute("role") === "dialog") break;
    }
    return parts.join(" > ");
  };
  // A control without a name of its own is told by the label before it, inside the section of that heading.
  const byLabel = (element) => {
    const section = element.closest(".divide-y"), heading = words(section?.querySelector("h3"));
    for (let node = element; node && node !== section; node = node.parentElement) {
      const label = node.previousElementSibling;
      if (label?.tagName !== "LABEL") continue;
      const own = [...label.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data).join(" ");
      const name = own.replace(/[\s\u00a0]+/g, " ").trim();
      const scope = heading ? `//div[contains(@class,'divide-y')][.//h3[normalize-space(.)=${literal(heading)}]]` : "";
      const tag = element.tagName.toLowerCase();
      return `${scope}//label[normalize-space(text()[normalize-space()][1])=${literal(name)}]/following-sibling::*[1]/descendant-or-self::${tag}`;
    }
    return "";
  };
  const byText = (element, text) => {
    const tag = element.tagName.toLowerCase(), type = element.getAttribute("type");
    const kind = type ? `[@type=${literal(type)}]` : "";
    return `//${tag}${kind}[normalize-space(.)=${literal(text)}]`;
  };
  const selectorsOf = (element) => {
    const found = [], text = words(element).slice(0, 60);
    const name = element.getAttribute("aria-label") || (["BUTTON", "A"].includes(element.tagName) ? text : "");
    if (name && ROLES[element.tagName]) found.push(`aria/${name}[role="${ROLES[element.tagName]}"]`);
    const structure = css(element), paths = [byLabel(element), text && text.length < 60 ? byText(element, text) : ""];
    paths.push(element.tagName === "INPUT" ? `//input[@type=${literal(element.type)}]` : "");
    const unique = paths.filter((path) => path && count(path) === 1).map((path) => `xpath/${path}`);
    const isSafe = structure && document.querySelectorAll(structure).length === 1;
    if (isSafe) found.push(structure);
    found.push(...unique);
    if (text && text.length < 60 && !element.querySelector("input")) found.push(`text/${text}`);
    return (found.length ? found : [structure]).map((selector) => [selector]);
  };
  const isSecret = (element) => element.type === "password" || element.type === "email" || /username|password/.test(element.autocomplete || "");
  const hidden = (element) => (element.type === "password" ? "{password}" : "{email}");
  const isText = (element) => ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) && !["checkbox", "radio", "submit", "button"].includes(element.type);
  const target = (event) => event.composedPath()[0];
  const step = (type, element, more = {}) => ({ type, target: "main", selectors: selectorsOf(element), ...more });

  let pending = null, clicks = 0;
  const flush = () => {
    if (!pending) return;
    const element = pending;
    pending = null;
    tell(step("change", element, { value: isSecret(element) ? hidden(element) : element.value }));
  };
  addEventListener("input", (event) => {
    const element = target(event);
    if (!isText(element)) return;
    if (pending && pending !== element) flush();
    pending = element;
  }, true);
  addEventListener("change", flush, true);
  addEventListener("blur", flush, true);
  addEventListener("click", (event) => {
    const element = target(event).closest?.("button, a, [role=option], [role=switch], .btn-primary") || target(event);
    if (!event.isTrusted || isText(element) || (event.detail === 0 && element.type === "submit")) return;
    flush();
    const box = element.getBoundingClientRect();
    tell(step("click", element, { offsetX: Math.round(event.clientX - box.x), offsetY: Math.round(event.clientY - box.y) }));
    const before = document.querySelector("[role=dialog] h2");
    const waitUntil = performance.now() + 10000, mine = (clicks += 1);
    const look = () => {
      const field = document.querySelector("[role=dialog] form input");
      if (mine !== clicks) return;
      if (field && !before) tell(step("waitForElement", field));
      else if (!before && performance.now() < waitUntil && !document.querySelector("[role=dialog] form input")) setTimeout(look, 100);
    };
    if (!before) look();
  }, true);
  for (const [name, type] of [["keydown", "keyDown"], ["keyup", "keyUp"]]) {
    addEventListener(name, (event) => {
      if (!["Enter", "Escape", "Tab"].includes(event.key)) return;
      flush();
      tell({ type, target: "main", key: event.key });
    }, true);
  }
  // Alt with a digit begins a segment of the flow.
  addEventListener("keydown", (event) => {
    const digit = event.altKey && /^Digit([1-9])$/.exec(event.code);
    if (!digit) return;
    event.preventDefault();
    flush();
    void window.__ooSegment(Number(digit[1]));
  }, true);
  addEventListener("pagehide", flush);
}
