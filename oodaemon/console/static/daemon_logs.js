// New lines of the log come on top of those that are there; as many as the page keeps stay.
document.addEventListener("prepend", (event) => {
  for (const [id, html] of Object.entries(event.detail)) {
    const body = document.getElementById(id);
    if (!body) continue;
    body.querySelectorAll(".none").forEach((each) => each.remove());
    const made = document.createElement("template");
    made.innerHTML = html;
    body.prepend(made.content);
    while (body.rows.length > Number(body.dataset.most)) body.rows[body.rows.length - 1].remove();
  }
});
