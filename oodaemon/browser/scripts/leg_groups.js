// Which leg group each of some elements belongs to: the names of all groups, and one name (or "") for every element.
(elements, selectors) => {
  const text = (node) => (node ? node.textContent : "").replace(/[\s\u00a0]+/g, " ").trim();
  const root = elements[0].closest("[role=dialog]") || document.body;
  const query = (selector) => {
    if (!selector.startsWith("xpath/")) return [...root.querySelectorAll(selector)];
    const path = selector.slice("xpath/".length);
    const found = document.evaluate(path, root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return Array.from({ length: found.snapshotLength }, (_, i) => found.snapshotItem(i));
  };
  const inputs = selectors.map(query).find((found) => found.length) || [];
  const names = inputs.map((input) => input.value.trim());
  const owner = (element) => {
    const heading = text(element.querySelector("h3, h4")).toLowerCase();
    const said = names.filter((name) => name && heading.endsWith(name.toLowerCase()));
    if (said.length === 1) return said[0];
    for (let node = element; node && node !== root; node = node.parentElement) {
      const inside = inputs.filter((input) => node.contains(input));
      if (inside.length === 1) return inside[0].value.trim();
      if (inside.length > 1) return "";
    }
    return "";
  };
  // Without any input of a name, the heading that stands above an element may be one.
  const above = (element) => {
    const before = [...root.querySelectorAll("h4, h5, h6")].filter((node) => node.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    return text(before[before.length - 1]);
  };
  const owners = elements.map(owner);
  // Where nothing else tells them apart, the groups stand in the order of their names.
  const isOrdered = owners.every((name) => !name) && elements.length === names.length;
  return { names, owners: isOrdered ? names : owners, headed: elements.map(above) };
}
