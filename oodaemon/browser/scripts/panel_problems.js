// Why an open panel does not take its values: fields the browser calls invalid, and red lines and alerts of the site itself; and the red
// lines that it had when it was opened. Null without a panel.
// Made with the finder of controls. The panel is `given`, or found by its alternatives; "several" when that is not plain.
(controls) => ([selected, dialog], [given]) => {
  const found = given ? { node: given } : controls(selected).first(dialog, document), panel = found && found.node;
  if (!panel) return found && "several";
  const text = (node) => (node ? node.textContent : "").replace(/[\s\u00a0]+/g, " ").trim();
  const labelOf = (control) => {
    for (let node = control; node && node !== panel; node = node.parentElement) {
      for (let before = node.previousElementSibling; before; before = before.previousElementSibling) {
        if (before.tagName === "LABEL") {
          const own = [...before.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.textContent).join(" ");
          return own.replace(/[\s\u00a0]+/g, " ").trim();
        }
      }
    }
    return control.name || control.placeholder || "a field";
  };
  const invalid = [...panel.querySelectorAll("input:invalid, textarea:invalid, select:invalid")]
    .map((control) => `${labelOf(control)}: ${control.value === "" ? "is empty" : `${control.value} is not accepted`}`);
  // A colour of any notation, as three numbers.
  const rgbOf = (colour) => {
    if (/^rgba?\(/.test(colour)) return colour.match(/[\d.]+/g).map(Number);
    const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const red = [];
  for (const node of panel.querySelectorAll("*")) {
    const says = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    if (!says || !node.getClientRects().length || node.closest("button, label, svg, option, .tooltip")) continue;
    const line = text(node), [r, g, b] = rgbOf(getComputedStyle(node).color);
    if (node.closest("[role=alert], [aria-live=assertive]") && line.length > 3) red.push(line);
    else if (line.length > 3 && r > 150 && r > 1.7 * g && r > 1.7 * b) red.push(line);
  }
  return { invalid, red: [...new Set(red)], opened: window.__ooRed || [] };
}
