// The page as HTML, with what stands in its fields now, at most `limit` characters. Secrets are taken out by whoever asked for it.
(limit) => {
  const copy = document.documentElement.cloneNode(true);
  const fields = "input, textarea, select";
  const now = [...document.querySelectorAll(fields)], then = [...copy.querySelectorAll(fields)];
  then.forEach((field, place) => {
    const live = now[place];
    if (!live || live.tagName !== field.tagName) return;
    if (live.tagName === "TEXTAREA") field.textContent = live.value;
    else if (live.tagName === "SELECT") [...field.options].forEach((option, n) => option.toggleAttribute("selected", n === live.selectedIndex));
    else if (live.type === "checkbox" || live.type === "radio") field.toggleAttribute("checked", live.checked);
    else if (live.type !== "file") field.setAttribute("value", live.value);
  });
  // An address that is spread over several elements looks like none in the source.
  const address = /[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}/i;
  const hide = (node) => {
    if (["SCRIPT", "STYLE"].includes(node.tagName) || !address.test(node.textContent)) return false;
    const inside = [...node.children].filter(hide).length;
    if (!inside && node.children.length) node.textContent = "[redacted]";
    return true;
  };
  hide(copy);
  copy.querySelectorAll("script").forEach((script) => script.replaceChildren());
  const source = "<!DOCTYPE html>\n" + copy.outerHTML;
  return source.length <= limit ? source : source.slice(0, limit);
}
