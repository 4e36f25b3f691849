// What every page has: live fragments, the choice of colours, questions before what cannot be undone.
import { follow } from "./live.js";

const NEXT = { auto: "light", light: "dark", dark: "auto" };
const WORDS = { auto: "as the system", light: "light", dark: "dark" };

function theme() {
  const button = document.getElementById("theme");
  if (!button) return;
  const root = document.documentElement;
  const show = () => {
    const now = root.dataset.theme || "auto";
    button.setAttribute("aria-label", `Colours: ${WORDS[now]}`);
    button.title = `Colours: ${WORDS[now]}`;
  };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const next = NEXT[root.dataset.theme || "auto"];
    if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* then it holds for this page */ }
    show();
    document.dispatchEvent(new CustomEvent("theme"));
  });
}

// <form data-confirm="..."> asks first, in a dialog of the page; without script the form is sent at once.
function confirmations() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    ask(question).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "1";
      form.requestSubmit(event.submitter);
      delete form.dataset.confirmed;
    });
  });
}

export function ask(question) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    const text = document.createElement("p");
    text.id = "question";
    text.textContent = question;
    dialog.setAttribute("aria-labelledby", "question");
    const row = document.createElement("div");
    row.className = "row";
    const no = document.createElement("button");
    no.type = "button";
    no.className = "quiet";
    no.textContent = "No";
    const yes = document.createElement("button");
    yes.type = "button";
    yes.className = "primary";
    yes.textContent = "Yes";
    row.append(no, yes);
    dialog.append(text, row);
    let answer = false;
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => { answer = true; dialog.close(); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A line for those who listen instead of looking.
export function say(text) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}

// POST of a script: JSON there and back, with the token of the session.
export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": document.body.dataset.csrf },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error || `the daemon answered ${answer.status}`);
  return said;
}

theme();
confirmations();
follow(document.body.dataset.live);
