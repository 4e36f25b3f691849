'use strict';
// A page that behaves as the captured one is described: everything is thrown away and built again on each change.
const root = document.getElementById('app'), portal = document.getElementById('headlessui-portal-root');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
let serial = 3, user = null, shown = null, quirks = {}, timers = [], popup = null;

function h(spec, given, ...kids) {
  const [tag, ...classes] = spec.split('.');
  const ns = ['svg', 'path'].includes(tag) ? 'http://www.w3.org/2000/svg' : 'http://www.w3.org/1999/xhtml';
  const node = document.createElementNS(ns, tag || 'div');
  if (classes.length) node.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(given || {})) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (key === 'value') node.value = value;
    else if (value !== null && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...kids.flat(9).filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return node;
}
const svg = (classes = '') => h('svg' + classes, { viewBox: '0 0 24 24', width: 14, height: 14 }, h('path', { d: 'M12 4v16' }));
const tip = (text) => h('span.has-tooltip', null, svg(), h('span.tooltip.rounded.p-2', null, text));

// The session lives where Firebase keeps it.
function vault(mode, act) {
  return new Promise((done, fail) => {
    const open = indexedDB.open('identity', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('who');
    open.onerror = () => fail(open.error);
    open.onsuccess = () => {
      const ask = act(open.result.transaction('who', mode).objectStore('who'));
      ask.onsuccess = () => { open.result.close(); done(ask.result); };
    };
  });
}
async function api(path, body) {
  const reply = await fetch(path, {
    method: body ? 'POST' : 'GET', body: body && JSON.stringify(body), headers: { Authorization: user || '' } });
  if (reply.status === 401) { await signOut(); throw new Error('signed out'); }
  return reply.json();
}
async function signOut() {
  if (!user) return;
  user = null;
  timers.forEach(clearTimeout); timers = [];
  await vault('readwrite', (store) => store.delete('token'));
  if (quirks.hard_logout) location.assign('/login');
  else { closeAll(); go('/login'); }
}
const go = (path) => { history.pushState(null, '', path); route(); };
const closeAll = () => { portal.replaceChildren(); if (popup) { popup.remove(); popup = null; } };

async function route() {
  closeAll();
  const path = location.pathname;
  root.replaceChildren(h('div.mx-auto.p-10', { role: 'status' }, svg('.animate-spin'), 'Loading'));
  await sleep(60);
  if (path === '/') return landing();
  if (path === '/login') return login();
  user = user || (await vault('readonly', (store) => store.get('token'))) || null;
  await sleep(80);
  if (!user) return go('/login');
  if (!path.startsWith('/test/')) return list();
  const test = await api('/api/saved' + path.slice(5));
  if (test.elsewhere) { history.replaceState(null, '', '/dashboard/tests'); return list(); }
  if (test.missing) return frame(h('div.p-8', null, h('p', null, 'This test does not exist or is not shared with you.')));
  quirks = test.quirks; shown = test.view; document.title = `Option Omega - ${shown.name}`;
  if (quirks.late_figures) {
    const late = shown.cards, id = shown.serial = serial++;
    shown.cards = [];
    setTimeout(() => { if (shown.serial === id && !shown.cards.length) { shown = { ...shown, cards: late }; paint(); } }, quirks.late_figures);
  }
  return paint();
}
const landing = () => root.replaceChildren(
  h('div.hero', null, h('h1', null, 'Backtest options'), h('span.btn-primary', { click: () => go('/login') }, 'Sign in')));

function login() {
  const email = h('input', { type: 'email', autocomplete: 'username' }), secret = h('input', { type: 'password' });
  const note = h('p.mt-3');
  const enter = async (event) => {
    event.preventDefault();
    const reply = await (await fetch('/api/enter', { method: 'POST', body: JSON.stringify([email.value, secret.value]) })).json();
    if (!reply.token) { note.textContent = 'The email or password is incorrect.'; return; }
    await sleep(250);
    await vault('readwrite', (store) => store.put(reply.token, 'token'));
    user = reply.token;
    go('/dashboard/tests');
  };
  root.replaceChildren(h('div.flex', null, h('form.space-y-6', { submit: enter }, h('div', null, 'Email address', email),
    h('div', null, 'Password', secret), h('div', null, h('a', { href: '#' }, 'Forgot your password?')),
    h('div', null, h('button', { type: 'submit' }, 'Sign in'))), note));
}
const frame = (...kids) => root.replaceChildren(h('header.bg-transparent.border-b-2.border-ooGold', null, h('img', { alt: 'Option Omega' }),
  ['Model', 'Test', 'Trade'].map((name) => h('button', { id: `headlessui-menu-button-${serial++}` }, name)),
  quirks.spinner && h('span', { role: 'status' }, svg('.animate-spin'), h('span', null, 'Live quotes')),
  h('div.has-tooltip', null, svg('.animate-ping'), h('span.tooltip', null, 'Show Alerts'))), h('main', null, ...kids));

async function list() {
  const { tests, fresh, is_cards } = await api('/api/saved');
  quirks = {}; shown = fresh;
  const name = (test) => h('a', { href: '/test/' + test.id, click: (e) => { e.preventDefault(); go('/test/' + test.id); } }, test.name);
  const cards = tests.map((test) => h('div.tile', { click: () => go('/test/' + test.id) }, h('h4', null, test.name)));
  const table = () => h('table', null, h('thead', null, h('tr', null, h('th', null, 'Name'))), h('tbody', null, tests.map((test) => h('tr', null,
    h('td', null, name(test), h('span.rounded-full', null, 'mine')), h('td', null, 'SPX'), h('td', null, '5/16/2022 - 12/6/2025')))));
  const body = h('div.tiles', null, is_cards ? cards : table());
  frame(h('div.row', null, h('input', { placeholder: 'Search...' }), h('button.btn-primary', { type: 'button', click: () => openPanel() }, '+ New Backtest'),
    h('div', null, h('span', { click: () => body.replaceChildren(...cards) }, 'Cards'), h('span', { click: async () => { await sleep(120); body.replaceChildren(table()); } }, 'Table'))), body);
}

function paint() {
  const heading = h('div', { id: 'message-heading' }, h(shown.unsaved ? 'span.italic' : 'span', null, shown.unsaved ? 'Unsaved Backtest' : shown.name));
  const icon = (text) => h('div.has-tooltip.inline-flex', null, svg(), h('span.tooltip', null, text));
  frame(h('div.flex', null, h('div', null, heading, h('p', null, shown.unsaved ? '' : 'An own description')),
    !shown.unsaved && h('button.btn-strategy', null, 'Create Automated Strategy'),
    (shown.unsaved ? ['View recent test runs', 'Save'] : ['Edit', 'Remove']).map(icon),
    h('button.btn-primary', { type: 'button', click: () => openPanel() }, svg(), 'New Backtest')),
  h('section', null, config(), metrics()),
  h('nav.-mb-px.flex.space-x-8', null, h('a.border-ooGold.text-ooGold', null, h('span', null, 'Summary')), h('a.border-transparent', null, h('span', null, 'Trade Log'))),
  h('canvas', { id: 'line-chart' }));
}
function config() {
  const card = (title, ...kids) => h('div.px-4.py-5.bg-ooGray', null, h('dt', null, title), h('dd', null, ...kids));
  const lines = (bullets) => h('ul.list-disc', null, bullets.map((text) => h('li.ml-5', null, text)));
  const c = shown.config;
  const box = (text) => { const node = h('input', { disabled: true }); if (c.legs_card !== 'unreadable') node.value = text; return node; };
  const leg = (l) => h('tr', null, h('td', null, ['Sell', 'Buy'].map((s) => h(`button${l.side === s ? (s === 'Sell' ? '.bg-ooRed' : '.bg-ooGreen') : ''}`, { disabled: true }, s[0])),
    ['Call', 'Put'].map((r) => h(`button${l.right === r ? (l.side === 'Sell' ? '.bg-ooRed' : '.bg-ooGreen') : ''}`, { disabled: true }, r[0]))),
  h('td', null, box(l.qty), h('div', null, 'QTY')), h('td', null, box(l.at), h('div', null, l.unit)), h('td', null, box(l.dte), h('div', null, 'DTE')));
  const dd = h('dd.text-2xl', null, 'SPX');
  return h('dl.mt-1.grid.lg:grid-flow-col', null, h('div.px-4.py-5.bg-ooGray', null, h('dt', null, 'Underlying'), dd),
    card('Dates:', 'from: May 16, 2022', h('br'), 'to: December 6, 2025'),
    c.legs_card !== 'absent' && card('Legs', h('table', null, h('tbody', null, c.legs.map(leg)))),
    card('Entry', lines(c.entry)), card('Exit -', lines(c.exit)), card('Misc', lines(c.misc)));
}
function metrics() {
  const pair = (c) => [h('dt.text-sm.font-medium.text-white.truncate', null, c.dt),
    h('dd.mt-1.text-lg.font-semibold.text-white', null, c.lot ? h('span', null, ` ${c.dd} `, h('span', null, '/ lot')) : c.dd)];
  const cell = (c) => (c.pair ? h('div.bg-ooGray.inline-flex.w-full.divide-x', null, c.pair.map((one) => h('div.flex-1', null, pair(one))))
    : h(`div.bg-ooGray${c.tone ? '.' + c.tone : ''}`, null, pair(c)));
  return shown.cards.map((row) => h('dl.mt-5.grid', null, row.map(cell)));
}

function field(name, control, extra) {
  return h('div.pb-4', null, h('label.label', null, name, ' ', tip(`${name} explained; see Profit Target and Stop Loss`)), h('div.mt-1.relative', null, control, extra));
}
function box(model, key, given = {}, fix = null) {
  const how = quirks.input || 'live', node = h('input.input', { type: 'text', inputmode: 'decimal', pattern: '^\\d*(\\.\\d{1,2})?$', ...given, value: model[key] });
  let drops = how === 'drops_first' ? 1 : 0, due = 0;
  const take = () => { model[key] = node.value; };
  node.addEventListener('input', () => {
    if (drops-- > 0) { setTimeout(() => { node.value = model[key]; }, 15); return; }
    if (how === 'live' || how === 'drops_first') take();
    if (how === 'debounced') { clearTimeout(due); due = setTimeout(take, 250); }
  });
  node.addEventListener('change', () => { if (how === 'change') take(); });
  node.addEventListener('blur', () => { if (quirks.rounds && fix) node.value = fix(node.value); if (how === 'blur' || (quirks.rounds && fix)) take(); });
  return node;
}
function choice(model, key, options, nested) {
  const label = h('span.block.truncate', null, model[key]);
  const place = h('div.relative', null);
  const close = (ul) => setTimeout(() => ul.remove(), 90);
  const open = async () => {
    await sleep(40);
    const ul = h('ul.drop', { id: `headlessui-listbox-options-${serial++}`, role: 'listbox' });
    ul.append(...options.map(([value, text]) => h('li' + (value === model[key] ? '.bg-ooGold' : ''), { id: `headlessui-listbox-option-${serial++}`, role: 'option',
      click: () => { model[key] = value; label.textContent = value; close(ul); } }, h('span.block', null, text), value === model[key] && svg())));
    if (quirks.options_far) { document.body.append(ul); ul.style.cssText = 'z-index:60;top:40px;right:10px'; } else place.append(ul);
  };
  place.append(h(`button.selectInput${nested ? '.selectInput--nested' : ''}`, { type: 'button', 'aria-haspopup': 'listbox', id: `headlessui-listbox-button-${serial++}`, click: open }, label));
  return nested ? h('div.append-button', null, place) : place;
}
function toggle(model, key, caption) {
  const id = `v-${serial++}`;
  const node = h('button', { type: 'button', role: 'switch', 'aria-labelledby': id, click: () => { model[key] = !model[key]; draw(); } });
  const draw = () => { node.setAttribute('aria-checked', String(model[key])); node.className = `toggle ${model[key] ? 'bg-ooGreen' : 'bg-ooGray'}`; };
  draw();
  return h('div.flex.items-center.pb-4', null, node, h('span.toggleDescription.ml-3', { id }, caption));
}
function legRow(leg) {
  const pick = (key, word) => h('button', { type: 'button', click: () => { leg[key] = word; draw(); } }, word);
  const buttons = [pick('side', 'Sell'), pick('side', 'Buy'), pick('right', 'Call'), pick('right', 'Put')];
  const draw = () => buttons.forEach((b) => { b.className = [leg.side, leg.right].includes(b.textContent) ? (leg.side === 'Sell' ? 'bg-ooRed' : 'bg-ooGreen') : ''; });
  draw();
  const units = [['Δ', 'Delta (Δ)'], ['%', 'Percentage OTM (%)'], ['$', 'Fixed Premium ($)'], ['±', 'Strike Offset (±)']];
  return h('div.flex.flex-wrap.gap-2.items-center.text-white', null, buttons,
    h('div.relative', null, box(leg, 'qty', { pattern: '^\\d+$' }), h('div.append-label', null, 'QTY')),
    h('div.relative', null, box(leg, 'at', { pattern: '^-?\\d*(\\.\\d{1,2})?$' }, (t) => String(Math.trunc(Number(t)))), choice(leg, 'unit', units, true)),
    h('div.relative', null, box(leg, 'dte', { pattern: '^\\d+$' }), h('div.append-label', null, 'DTE')),
    h('button', { type: 'button' }, svg()), h('button', { type: 'button' }, svg('.text-ooRed')));
}
async function openPanel() {
  await sleep(50);
  const m = structuredClone((shown && shown.form) || {}), n = serial++;
  const part = (name, ...kids) => h('div.divide-y.divide-ooGold', null, h('div.py-4', null, h('h3.heading.text-white', null, name)), h('div.pt-6', null, ...kids));
  const whole = (t) => String(Math.trunc(Number(t))), quarter = (t) => t.slice(0, 3) + String(Math.floor(Number(t.slice(3)) / 15) * 15).padStart(2, '0');
  const units = [['%', 'Percentage of Premium (%)'], ['$', 'Fixed Profit ($)'], ['CO', 'Closing Order (CO)']];
  const profit = () => [field('Profit Target', box(m, 'pt', {}, whole), choice(m, 'ptu', units, true)), field('Stop Loss', box(m, 'sl', {}, whole), choice(m, 'slu', units, true))];
  const doubled = quirks.groups ? [h('h4', null, 'Call'), profit(), h('h4', null, 'Put')] : [];
  const sections = () => [
    part('Dates', field('Start Date', box(m, 'from', { pattern: null })), field('End Date', box(m, 'to', { pattern: null }))),
    part('Strategy', field('Ticker', choice(m, 'ticker', [['SPX', 'SPX'], ['SPY', 'SPY']])), h('div.space-y-4', null, m.legs.map(legRow)), toggle(m, 'exact', 'Use Exact DTE')),
    part('Funds & Allocation', field('Starting Funds', box(m, 'funds', { required: true }), h('div.append-label', null, '$'))),
    part('Entry Conditions', field('Entry Time', box(m, 'time', { type: 'time', step: 60, required: true, pattern: null, inputmode: null }, quarter)), toggle(m, 'vix', 'Use VIX')),
    part('Leg Groups', quirks.red_note && h('p.complaint', null, 'Leg groups cannot be changed once trades are live'), toggle(m, 'groups', 'Use Leg Groups')), part('Profit & Loss', doubled, profit(), toggle(m, 'actions', 'Use Profit Actions')),
    quirks.groups === 'sections' && part('Profit & Loss', profit()),
    part('Exit Conditions', toggle(m, 'exit_vix', 'Use VIX'), field('Exit Below Leg Delta', box(m, 'exit_delta'))),
    part('Misc.', toggle(m, 'cap', 'Cap Non-Opening Profits at Profit Target')), part('CSV File Upload Settings', toggle(m, 'csv', 'Use CSV Custom Signals File'))];
  const body = h('div.body', null, h('p.p-4', null, 'Preparing')), footer = h('div.flex-shrink-0.px-4.py-4.flex.justify-end');
  const sheet = h('div.fixed.inset-y-0.pl-16.xl:w-3/5.right-0.sheet'), veil = h('div.fixed.veil', { id: `headlessui-dialog-overlay-${n}` });
  const dialog = h('div', { role: 'dialog', 'aria-modal': 'true', id: `headlessui-dialog-${n}` }, veil, sheet);
  const leave = () => { sheet.classList.remove('there'); setTimeout(() => dialog.remove(), 260); };
  const submit = async (event) => {
    event.preventDefault();
    if (quirks.swallow-- > 0) return;
    const plan = await api('/api/compute', { saved: location.pathname, settings: m });
    body.querySelectorAll('.' + (quirks.complaint || 'complaint')).forEach((old) => { if (old.tagName === 'P') old.remove(); });
    if (plan.objection) { body.lastChild.append(h('p.mt-2.' + (quirks.complaint || 'complaint'), { style: 'color: #f04438' }, quirks.complaint_icon && svg(), plan.objection)); return; }
    leave();
    play(plan.steps);
  };
  sheet.append(h('form', { submit }, h('div.bg-ooGold', null, h('h2', null, 'New Backtest')), body, footer));
  footer.append(h('button.btn', { type: 'button', click: leave }, 'Cancel'), h('button.ml-4.btn-primary', { type: 'submit' }, h('span', null, 'Run')));
  portal.append(dialog);
  setTimeout(() => sheet.classList.add('there'), 20);
  setTimeout(() => body.replaceChildren(...sections().filter(Boolean)), 150);
}
function play(steps) {
  const acts = {
    popup: () => { popup = quirks.popup_sparse ? h('div.fixed.center', null, h('div', { role: 'status' }), h('p', null, 'ETA: 00:12')) : quirks.popup_plain ? h('div.fixed.center', null, svg('.animate-spin'), h('p', null, 'Running Backtest'), h('p', null, 'ETA: 00:12'))
      : h('div', { role: 'dialog', id: `headlessui-dialog-${serial++}` }, h('div.fixed.center', null, h('h2', null, 'Running Backtest'), h('p', null, 'Processing trades'), h('p', null, 'ETA: a few seconds'), h('div', { role: 'status' }, svg('.animate-spin'))));
    (quirks.popup_plain || quirks.popup_sparse ? document.body : portal).append(popup); },
    over: () => { if (popup) { popup.remove(); popup = null; } },
    url: (path) => history.pushState(null, '', path),
    view: (change) => { shown = { ...shown, ...change }; if (shown.unsaved) document.title = 'Option Omega'; paint(); },
  };
  for (const [at, what, value] of steps) timers.push(setTimeout(() => acts[what](value), at));
}
window.addEventListener('popstate', route);
setInterval(() => { if (user) api('/api/pulse').catch(() => {}); }, 300);
route();
