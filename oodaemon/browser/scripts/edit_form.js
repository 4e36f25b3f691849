// What a form holds beside one field of it: the others' values and switches, and which of some headings stand in it.
(form, [field, headings]) => {
  const plain = (node) => (node.textContent || "").replace(/[\s\u00a0]+/g, " ").trim();
  const value = (control) => [control.type || control.tagName, control.type === "checkbox" || control.type === "radio" ? control.checked : control.value];
  const others = [...form.querySelectorAll("input, textarea, select")].filter((control) => control !== field).map(value);
  const switches = [...form.querySelectorAll("[role=switch]")].map((toggle) => ["switch", toggle.getAttribute("aria-checked"), toggle.className]);
  const titles = [...form.querySelectorAll("h1, h2, h3, h4, legend")].map(plain).filter((title) => headings.includes(title));
  return { others: JSON.stringify([others, switches]), headings: titles };
}
