// The form of a new run: counts while somebody writes, adds and removes parameters without a reload, reads a table from a file.
// Without this script the buttons of the form do the same.
const DELAY = 350;
const form = document.getElementById('new-run');
let timer = 0;
let asked = 0;

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

async function reload(pressed, focus) {
  asked += 1;
  try {
    const answer = await send('/new', fields({ do: pressed }), 'text/html');
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('new-run');
    if (!fresh) throw new Error('no form');
    const id = form.querySelector('[name="request_id"]')?.value;
    form.replaceChildren(...fresh.childNodes);
    if (id) form.querySelector('[name="request_id"]').value = id;
    ready();
    form.querySelector(focus)?.focus();
    soon();
  } catch {
    document.getElementById('plan').textContent = 'The daemon cannot be reached; what you typed is still here.';
  }
}

function add() {
  const field = document.getElementById('add-name');
  const known = [...document.querySelectorAll('#all-parameters option')].map((option) => option.value);
  const name = field.value.trim();
  if (!known.includes(name)) {
    field.setCustomValidity(name ? `there is no parameter ${name}` : 'choose a parameter');
    field.reportValidity();
    return;
  }
  reload(`add:${name}`, '.parameter:last-of-type input:not([type="hidden"]):not([type="radio"])');
}

function ready() {
  const button = document.getElementById('add-button');
  button.hidden = false;
  fold();
}

form.addEventListener('input', (event) => {
  if (event.target.id === 'add-name') {
    event.target.setCustomValidity('');
    return;
  }
  fold();
  soon();
});
form.addEventListener('change', async (event) => {
  const target = event.target;
  if (target.id === 'add-name') {
    if ([...document.querySelectorAll('#all-parameters option')].some((option) => option.value === target.value.trim())) add();
  } else if ('reload' in target.dataset) reload('show', `input[name="mode"][value="${target.value}"]`);
  else if (target.id === 'table-file' && target.files[0] && target.files[0].size < 9e5 && !/\.xls/i.test(target.files[0].name)) {
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
    reload(button.value, '#add-name');
  } else if (button.value === 'count' && !/\.xls/i.test(document.getElementById('table-file')?.files[0]?.name ?? '')) {
    event.preventDefault();
    count({ do: 'count' });
  }
});
form.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target.id === 'add-name') {
    event.preventDefault();
    add();
  }
});
// A second click while the first is under way does nothing; the request id makes it harmless anyway.
form.addEventListener('submit', (event) => {
  if (form.dataset.sent) event.preventDefault();
  else if (event.submitter?.value === 'submit') {
    form.dataset.sent = '1';
    window.setTimeout(() => { delete form.dataset.sent; }, 5000);
  }
});
window.addEventListener('pageshow', () => { delete form.dataset.sent; });
document.getElementById('problems')?.focus();
ready();
if (form.querySelector('.parameter')) soon();
