// The form of a new run: counts while somebody writes, adds and removes parameters without a reload, reads a table from a file.
// Without this script the buttons of the form do the same.
import { update } from './update.js';

const DELAY = 350;
const form = document.getElementById('new-run');
let timer = 0;
let asked = 0;
let touched = 0;
let pending = 0;
let reloads = Promise.resolve();

function fields(extra = {}) {
  const found = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string' && name !== 'csrf') found.append(name, value);
  for (const [name, value] of Object.entries(extra)) found.set(name, value);
  return found;
}

function send(path, body, accept) {
  if (form.method !== 'post') return fetch(`${path}?${body}`, { headers: { accept }, credentials: 'same-origin' });
  const headers = { accept, 'x-csrf-token': document.body.dataset.csrf };
  return fetch(path, { method: 'POST', body, headers, credentials: 'same-origin' });
}

async function count(extra = {}) {
  const mine = (asked += 1);
  const plan = document.getElementById('plan');
  plan.setAttribute('aria-busy', 'true');
  try {
    const answer = await send(form.dataset.count, fields(extra), 'application/json');
    const found = await answer.json();
    if (mine !== asked) return;
    if (!answer.ok) throw new Error(found.error);
    const isOpen = document.getElementById('plan-sample')?.open;
    plan.innerHTML = found.html;
    if (isOpen && document.getElementById('plan-sample')) document.getElementById('plan-sample').open = true;
    mark(found.problems);
  } catch (error) {
    if (mine === asked) plan.textContent = error instanceof TypeError ? 'The daemon cannot be reached.' : error.message;
  } finally {
    if (mine === asked) plan.removeAttribute('aria-busy');
  }
}

// What is wrong, next to the parameter it is about; what is merely not there yet waits until it was tried.
function mark(problems) {
  for (const place of form.querySelectorAll('.wrongs')) {
    const found = problems.filter(([where]) => where === place.dataset.place).map(([, sentence]) => sentence);
    const touched = [...place.parentElement.querySelectorAll('.varying input, .varying select, .fixed input, .fixed select')]
      .some((input) => (input.type === 'checkbox' ? input.checked : input.value));
    const shown = touched ? found : [];
    const id = `wrong-${place.dataset.place.replace('.', '-')}`;
    place.replaceChildren(...shown.map((sentence, number) => {
      const line = document.createElement('p');
      line.className = 'wrong';
      if (!number) line.id = id;
      line.textContent = sentence;
      return line;
    }));
    for (const input of place.parentElement.querySelectorAll('.varying input, .fixed input, .fixed select')) {
      if (shown.length) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    }
  }
}

function soon() {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => count(), DELAY);
}

// Only the use that is chosen shows its fields.
function fold() {
  for (const card of form.querySelectorAll('.parameter')) {
    const use = card.querySelector('input[name$=".use"]:checked')?.value;
    card.classList.toggle('is-fixed', use === 'fix');
    card.classList.toggle('is-varied', use === 'vary');
  }
  const months = ['in-sample', 'out-of-sample'].some((id) => document.getElementById(id).value.trim());
  const mode = form.querySelector('input[name="mode"]:checked')?.value;
  document.getElementById('at-optimize_by').classList.toggle('is-folded', !months && mode !== 'search' && mode !== 'staged');
}

// A button of the form that changes its fields: one after the other, each with the fields as they are when its turn comes. What is
// written until the answer is there stays; the focus goes on only if the person stayed where they were.
function reload(press, focus = '') {
  const since = touched;
  pending += 1;
  reloads = reloads.then(() => answered(press())).then((isDone) => {
    pending -= 1;
    if (isDone && focus && since === touched) form.querySelector(focus)?.focus();
    return isDone;
  });
  return reloads;
}

/** Whether the form is what the daemon makes of it after that button. */
async function answered(pressed) {
  if (!pressed) return true;
  asked += 1;
  try {
    const answer = await send('/new', fields({ do: pressed }), 'text/html');
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('new-run');
    if (!fresh) throw new Error('no form');
    asked += 1; // a count on its way is about the form as it was
    update(form, fresh);
    ready();
    soon();
    return true;
  } catch {
    document.getElementById('plan').textContent = 'The daemon cannot be reached; what you typed is still here.';
    return false;
  }
}

function isKnown(name) {
  return [...document.querySelectorAll('#all-parameters option')].some((option) => option.value === name);
}

// The field is empty before anything is sent: Enter, the button and leaving the field may all come for one name.
async function add() {
  const field = document.getElementById('add-name');
  const name = field.value.trim();
  if (!name && pending) return;
  if (!isKnown(name)) {
    field.setCustomValidity(name ? `there is no parameter ${name}` : 'choose a parameter');
    field.reportValidity();
    return;
  }
  field.value = '';
  field.setCustomValidity('');
  const isDone = await reload(() => `add:${name}`, '.parameter:last-of-type input:not([type="hidden"]):not([type="radio"])');
  if (!isDone && !field.value) field.value = name;
}

function remove(name) {
  const cards = () => [...form.querySelectorAll('.parameter')];
  reload(() => {
    const place = cards().findIndex((card) => card.querySelector('input[name$=".name"]').value === name);
    return place < 0 ? '' : `remove:${place}`;
  }, '#add-name');
}

function ready() {
  const button = document.getElementById('add-button');
  button.hidden = false;
  fold();
}

form.addEventListener('focusin', () => { touched += 1; });
form.addEventListener('input', (event) => {
  touched += 1;
  if (event.target.id === 'add-name') {
    event.target.setCustomValidity('');
    return;
  }
  fold();
  soon();
});
function isWorkbook() {
  return /\.xls/i.test(document.getElementById('table-file')?.files[0]?.name ?? '');
}

form.addEventListener('change', async (event) => {
  const target = event.target;
  if (target.id === 'add-name') {
    if (isKnown(target.value.trim())) add();
  } else if ('reload' in target.dataset) reload(() => 'show');
  else if (target.id === 'table-file' && target.files[0] && target.files[0].size < 9e5 && !isWorkbook()) {
    document.getElementById('table').value = await target.files[0].text();
    soon();
  }
});
form.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.id === 'add-button') add();
  else if (button.value.startsWith('remove:')) {
    event.preventDefault();
    remove(button.closest('.parameter').querySelector('input[name$=".name"]').value);
  } else if (button.value === 'count' && !isWorkbook()) { // a workbook is read by the daemon: the form is sent
    event.preventDefault();
    reloads.then(() => count({ do: 'count' }));
  }
});
// The button takes no focus from the field, which would add the name a first time by leaving it.
form.addEventListener('mousedown', (event) => { if (event.target.id === 'add-button') event.preventDefault(); });
form.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.id === 'add-name') {
    event.preventDefault();
    add();
  }
});
// A second click while the first is under way does nothing; the request id makes it harmless anyway.
form.addEventListener('submit', (event) => {
  if (form.dataset.sent) event.preventDefault();
  else if (pending) { // what was just added belongs to it
    event.preventDefault();
    reloads.then((isDone) => { if (isDone) form.requestSubmit(event.submitter); });
  } else if (event.submitter?.value === 'submit') {
    form.dataset.sent = '1';
    window.setTimeout(() => { delete form.dataset.sent; }, 5000);
  }
});
window.addEventListener('pageshow', () => { delete form.dataset.sent; });
document.getElementById('problems')?.focus();
ready();
if (form.querySelector('.parameter')) soon();
