// Marks every element that shows an e-mail address, or is a field for one or for a password, so that a picture can be painted over there.
// Returns how many. The page must be thrown away or left afterwards: the marks stay.
(mark) => {
  const address = /[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}/i, secret = /pass(?!ed|es|ing|age|ive)|pwd|e-?mail|user-?_?name|token|secret|otp/i;
  let marked = 0;
  const hide = (node) => {
    node.setAttribute(mark, "");
    marked += 1;
  };
  const isSecret = (field) =>
    ["password", "email"].includes(field.type) || address.test(field.value || "") || address.test(field.placeholder || "") ||
    ["name", "id", "autocomplete", "placeholder", "aria-label"].some((name) => secret.test(field.getAttribute(name) || ""));
  const look = (root) => {
    for (const node of root.children) {
      if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName)) continue;
      if (node.shadowRoot) look(node.shadowRoot);
      if (node.matches("input, textarea, select")) {
        if (isSecret(node)) hide(node);
        continue;
      }
      const before = marked;
      look(node);
      const own = address.test(node.textContent) && node.getClientRects().length;
      if (own && (marked === before || [...node.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && address.test(each.data)))) hide(node);
    }
  };
  look(document);
  return marked;
}
