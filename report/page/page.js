'use strict';
(() => {
const D = JSON.parse(document.getElementById('data').textContent), W = D.words;
const $ = (q, e = document) => e.querySelector(q), $$ = (q, e = document) => [...e.querySelectorAll(q)];
const make = (ns, name, attrs, ...kids) => {
  const e = ns ? document.createElementNS(ns, name) : document.createElement(name);
  for (const k in attrs || {}) if (k === 'text') e.textContent = attrs[k]; else if (attrs[k] != null) e.setAttribute(k, attrs[k]);
  if (name === 'svg') e.setAttribute('viewBox', `0 0 ${attrs.width} ${attrs.height}`);
  e.append(...kids.filter(x => x != null));
  return e;
};
const el = (n, a, ...k) => make('', n, a, ...k), sv = (n, a, ...k) => make('http://www.w3.org/2000/svg', n, a, ...k);
const group = n => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const unit = 10 ** D.decimals, units = v => group(Math.floor(Math.abs(v) / unit)) + (D.decimals ? '.' + String(Math.abs(v) % unit).padStart(D.decimals, '0') : '');
const money = v => (v < 0 ? '-' : '') + D.symbol + units(v);
const rate = (k, n) => { if (!n) return '—'; const v = k / n; return v > 0 && v < .0005 ? '<0.1%' : v < 1 && v >= .9995 ? '>99.9%' : (v * 100).toFixed(1) + '%'; };
const ink = { approved: 'var(--ok)', unknown: 'var(--un)', reversed: 'var(--rv)', muted: 'var(--rv)', business: 'var(--bd)', technical: 'var(--td)', maintenance: 'var(--maint)', network: 'var(--net)', host: 'var(--host)', bad: 'var(--td)', warn: 'var(--bd)', good: 'var(--good)' };
let zone; try { zone = new Intl.DateTimeFormat('en-GB', { timeZone: D.tz, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }); } catch { zone = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }); }
const parts = s => Object.fromEntries(zone.formatToParts(s * 1000).map(p => [p.type, p.value]));
const hm = s => { const p = parts(s); return p.hour + ':' + p.minute; };
const mdhm = s => { const p = parts(s); return p.month + '-' + p.day + ' ' + p.hour + ':' + p.minute; };
const clock = D.days ? mdhm : hm;
// Seconds that local time is ahead of UTC.
const shift = t => { const p = parts(t), d = new Date(t * 1000); let m = (+p.hour * 60 + +p.minute) - (d.getUTCHours() * 60 + d.getUTCMinutes()); if (+p.day !== d.getUTCDate()) m += (+p.day === 1 || +p.day > d.getUTCDate()) && !(d.getUTCDate() === 1 && +p.day > 27) ? 1440 : -1440; return m * 60; };
const put = (node, svg) => node.replaceChildren(svg);
const hatch = (id, color) => sv('pattern', { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, sv('rect', { width: 2, height: 6, fill: color, opacity: .6 }));
const nice = top => { const p = 10 ** (Math.floor(Math.log10(Math.max(top, 1))) - 1); for (const m of [1, 2, 2.5, 5, 10, 20, 25, 50]) if (top / (p * m) <= 4.6) return Math.max(1, Math.round(p * m)); return p * 100; };

// The cube and the filters.
const C = D.cube, order = ['approved', 'unknown', 'reversed', 'business', 'technical'];
const state = { from: null, to: null, sel: {} };
let sums, cursor = null;
const dimAt = id => C.dims.findIndex(d => d.id === id);
const N = C ? C.dims.length + 3 : 0;
let first = Infinity, last = -Infinity;
if (C) for (let i = 0; i < C.cells.length; i += N) if (C.cells[i] >= 0) { first = Math.min(first, C.cells[i]); last = Math.max(last, C.cells[i]); }
const blank = () => ({ attempts: 0, approved: 0, unknown: 0, reversed: 0, business: 0, technical: 0, approved_amount: 0, amount: 0 });
const timeOf = b => C.start + b * C.step;

function count() {
  const out = { all: blank(), buckets: new Map(), inst: new Map(), code: new Map(), pair: new Map() };
  const oD = dimAt('outcome'), iD = dimAt('institution'), cD = dimAt('code'), tests = [];
  C.dims.forEach((d, k) => { const want = state.sel[d.id]; if (want) tests.push([k + 1, want]); });
  const add = (m, k, o, n, a) => { let x = m.get(k); if (!x) m.set(k, x = blank()); x.attempts += n; x[o] += n; x.amount += a; if (o === 'approved') x.approved_amount += a; };
  rows: for (let i = 0; i < C.cells.length; i += N) {
    const b = C.cells[i];
    if (state.from != null && (b < state.from || b >= state.to)) continue;
    for (const [k, want] of tests) if (!want.has(C.cells[i + k])) continue rows;
    const o = C.dims[oD].raw[C.cells[i + 1 + oD]], n = C.cells[i + N - 2], a = C.cells[i + N - 1];
    const one = new Map([['', out.all]]);
    add(one, '', o, n, a);
    add(out.buckets, b, o, n, a);
    add(out.inst, C.cells[i + 1 + iD], o, n, a);
    add(out.code, C.cells[i + 1 + cD], o, n, a);
    add(out.pair, C.cells[i + 1 + iD] + '/' + C.cells[i + 1 + cD], o, n, a);
  }
  return out;
}
const filtered = () => state.from != null || Object.keys(state.sel).length > 0;

function filters() {
  const form = $('#filters');
  form.addEventListener('submit', e => e.preventDefault());
  const extra = el('details', { class: 'more' }, el('summary', { text: W.more }));
  const pick = (label, id, options, on, to = form) => {
    const s = el('select', { id: 'f-' + id }, ...options.map(([v, text]) => el('option', { value: v, text })));
    s.addEventListener('change', () => { on(s.value); s.classList.toggle('on', s.value !== ''); refresh(); });
    to.append(el('label', { for: 'f-' + id }, label, s));
  };
  const steps = []; for (let b = first; b <= last + 1; b++) steps.push(b);
  const range = () => { const a = $('#f-from').value, z = $('#f-to').value; if (a === '' && z === '') { state.from = state.to = null; return; } state.from = a === '' ? first : +a; state.to = z === '' ? last + 1 : +z; if (state.to <= state.from) state.to = state.from + 1; };
  pick(W.from, 'from', [['', W.all], ...steps.slice(0, -1).map(b => [b, clock(timeOf(b))])], range);
  pick(W.to, 'to', [['', W.all], ...steps.slice(1).map(b => [b, b === last + 1 && hm(timeOf(b)) === '00:00' ? (D.days ? mdhm(timeOf(b)) : '24:00') : clock(timeOf(b))])], range);
  const show = ['institution', 'incident', 'code', 'class', 'carrier', 'region', 'network', 'model', 'issuer'];
  for (const id of show) {
    const k = dimAt(id); if (k < 0) continue;
    const d = C.dims[k]; if (d.raw.length < 2) continue;
    let options = d.raw.map((v, i) => ['v' + i, d.labels[i]]), sets = Object.fromEntries(d.raw.map((v, i) => ['v' + i, new Set([i])]));
    if (id === 'incident') {
      options = []; sets = {};
      for (const cause of D.causes) { const s = new Set(d.raw.map((v, i) => D.incidents[v] === cause.id ? i : -1).filter(i => i >= 0)); if (s.size) { options.push(['c' + cause.id, cause.label]); sets['c' + cause.id] = s; } }
      d.raw.forEach((v, i) => { options.push(['v' + i, v === '' ? W.outside : d.labels[i]]); sets['v' + i] = new Set([i]); });
    }
    pick(d.label, id, [['', W.all], ...options], v => { if (v) state.sel[id] = sets[v]; else delete state.sel[id]; }, ['institution', 'incident', 'code'].includes(id) ? form : extra);
  }
  if (extra.childElementCount > 1) form.append(extra);
  const reset = el('button', { type: 'button', id: 'reset', text: W.reset });
  reset.addEventListener('click', clear);
  form.append(reset);
}
function clear() { state.from = state.to = null; state.sel = {}; cursor = null; $$('#filters select').forEach(s => { s.value = ''; s.classList.remove('on'); }); $('#rows').replaceChildren(); refresh(); }
function setRange(a, b) { state.from = a; state.to = b; const f = $('#f-from'), t = $('#f-to'); f.value = a; t.value = b; f.classList.add('on'); t.classList.add('on'); refresh(); }

// A row is hidden while the filters leave nothing of it, or what is looked for is not in it.
const hide = (row, why, on) => { row.toggleAttribute('data-' + why, on); row.hidden = row.hasAttribute('data-empty') || row.hasAttribute('data-other'); };
const finders = [];
const kept = new Map();
const keep = (node, text) => { if (!kept.has(node)) kept.set(node, node.textContent); node.textContent = text == null ? kept.get(node) : text; };
function refresh() {
  sums = count();
  const on = filtered(), a = sums.all;
  $('#reset').disabled = !on;
  const kpi = { attempts: group(a.attempts), approved: group(a.approved), approval_rate: rate(a.approved, a.attempts), business: group(a.business), business_rate: rate(a.business, a.attempts), technical: group(a.technical), technical_rate: rate(a.technical, a.attempts), unknown: group(a.unknown), reversed: group(a.reversed), approved_amount: money(a.approved_amount), inferred: '—' };
  $$('[data-kpi]').forEach(e => keep(e, on ? kpi[e.dataset.kpi] : null));
  const iD = C.dims[dimAt('institution')], cD = C.dims[dimAt('code')];
  const plain = v => (v < 0 ? '-' : '') + units(v);
  $$('#institutions tbody tr').forEach(tr => {
    const x = sums.inst.get(iD.raw.indexOf(tr.dataset.k)) || blank(), foldedRow = !iD.raw.includes(tr.dataset.k);
    const v = { attempts: group(x.attempts), approved: group(x.approved), approval_rate: rate(x.approved, x.attempts), business: group(x.business), business_rate: rate(x.business, x.attempts), technical: group(x.technical), technical_rate: rate(x.technical, x.attempts), unknown: group(x.unknown), approved_amount: plain(x.approved_amount) };
    $$('td', tr).forEach(td => { if (td.dataset.c !== 'institution') keep(td, on ? (foldedRow ? '—' : v[td.dataset.c] ?? '—') : null); });
    hide(tr, 'empty', on && !foldedRow && !x.attempts);
  });
  const rowsOf = {}; $$('#codes tbody tr').forEach(tr => (rowsOf[tr.dataset.k] ||= []).push(tr));
  for (const k in rowsOf) {
    const [inst, code] = k.split('\u241f'), i = iD.raw.indexOf(inst), c = cD.raw.indexOf(code), x = sums.pair.get(i + '/' + c) || blank();
    for (const tr of rowsOf[k]) {
      const single = rowsOf[k].length === 1 && i >= 0 && c >= 0;
      $$('td', tr).forEach(td => { if (td.dataset.c === 'n') keep(td, on ? (single ? group(x.attempts) : '—') : null); if (td.dataset.c === 'amount') keep(td, on ? (single ? plain(x.amount) : '—') : null); });
      hide(tr, 'empty', on && i >= 0 && c >= 0 && !x.attempts);
    }
  }
  for (const find of finders) find();
  let shown = 0;
  $$('.inc').forEach(e => {
    const k = dimAt('incident'), want = state.sel.incident, idx = C.dims[k].raw.indexOf(e.dataset.id);
    const miss = want && !want.has(idx) || state.from != null && (+e.dataset.end <= timeOf(state.from) || +e.dataset.start >= timeOf(state.to)) || (state.sel.institution || state.sel.code || state.sel.carrier || state.sel.region || state.sel.network || state.sel.model || state.sel.issuer || state.sel.class) && !incidentRows(idx);
    e.hidden = !!miss; if (!miss) shown++;
  });
  $('#noinc').hidden = shown > 0 || !$('.inc');
  timeline(); codes();
}
function incidentRows(idx) {
  const k = dimAt('incident') + 1;
  rows: for (let i = 0; i < C.cells.length; i += N) {
    if (C.cells[i + k] !== idx) continue;
    for (const [j, d] of C.dims.entries()) { const want = state.sel[d.id]; if (want && !want.has(C.cells[i + 1 + j])) continue rows; }
    return true;
  }
  return false;
}

// The timeline.
let geo;
const mostLanes = 5;
function timeline() {
  const box = $('#tl'), w = Math.max(box.clientWidth, 260), lo = state.from ?? first, hi = state.to ?? last + 1, n = hi - lo;
  const a = timeOf(lo), z = timeOf(hi), labels = D.marks.filter(m => m.label && m.end > a && m.start < z && m.style !== 'overrun'), name = m => w < 520 && m.style === 'incident' ? m.label.split(' · ')[0] : m.label;
  const L = 38, R = 6, B = 22, x = s => L + (s - a) / (z - a) * (w - L - R), lanes = [];
  const text = m => { const x0 = Math.max(x(Math.max(m.start, a)), L); const width = [...name(m)].reduce((p, c) => p + (c.charCodeAt(0) > 255 ? 11.5 : 6.4), 0); const left = Math.min(Math.max(x0, L), Math.max(w - R - width, L)); return [left, left + width + 10]; };
  for (const m of labels) { const [p, q] = text(m); let lane = 0; while (lanes[lane]?.some(([s, e]) => p < e && q > s)) lane++; m.lane = lane; m.at = p; if (lane < mostLanes) (lanes[lane] ||= []).push([p, q]); } // more would lie over each other: their bars stay
  const T = 8 + lanes.length * 16, h = T + 205 + B;
  let top = 1; for (let b = lo; b < hi; b++) top = Math.max(top, sums.buckets.get(b)?.attempts || 0);
  const y = v => T + (h - B - T) * (1 - v / top), bw = (w - L - R) / n;
  const s = sv('svg', { width: w, height: h, 'aria-hidden': 'true' }, sv('defs', {}, hatch('over', 'var(--td)'), hatch('gap', 'var(--mute)')));
  const step = nice(top);
  for (let v = 0; v <= top; v += step) s.append(sv('line', { x1: L, x2: w - R, y1: y(v), y2: y(v), stroke: 'var(--line)' }), sv('text', { x: L - 6, y: y(v) + 4, 'text-anchor': 'end', text: group(v) }));
  const clip = m => { const x0 = x(Math.max(m.start, a)), x1 = x(Math.min(m.end, z)); return [x0, Math.max(x1 - x0, 1.5)]; };
  for (const m of D.marks) { if (m.end <= a || m.start >= z) continue; const [x0, dx] = clip(m);
    if (m.style === 'declared') s.append(sv('rect', { x: x0, y: T, width: dx, height: h - B - T, fill: 'var(--shade)', stroke: 'var(--maint)', 'stroke-dasharray': '3 3' }));
    if (m.style === 'gap') s.append(sv('rect', { x: x0, y: T, width: dx, height: h - B - T, fill: 'url(#gap)', opacity: .5 })); }
  for (let b = lo; b < hi; b++) {
    const v = sums.buckets.get(b); if (!v) continue;
    let base = 0; const bx = L + (b - lo) * bw, pad = bw > 3 ? .6 : 0;
    for (const o of ['technical', 'business', 'reversed', 'unknown', 'approved']) { if (!v[o]) continue; s.append(sv('rect', { x: bx + pad, y: y(base + v[o]), width: Math.max(bw - 2 * pad, .4), height: Math.max(y(base) - y(base + v[o]), .8), fill: ink[o] })); base += v[o]; }
  }
  for (const m of D.marks) { if (m.end <= a || m.start >= z) continue; const [x0, dx] = clip(m);
    if (m.style === 'overrun') s.append(sv('rect', { x: x0, y: T, width: dx, height: h - B - T, fill: 'url(#over)' }));
    if (m.style === 'incident') s.append(sv('rect', { x: x0, y: T - 3, width: dx, height: 3, fill: ink[m.tone] || ink.muted })); }
  for (const m of labels) { if (m.lane >= mostLanes) continue; const t = sv('text', { x: m.at, y: T - 7 - (m.lane) * 16, text: name(m) }); t.style.fill = m.tone === 'maintenance' ? 'var(--maint-ink)' : m.tone === 'network' ? 'var(--net-ink)' : m.tone === 'host' ? 'var(--host-ink)' : 'var(--mute)'; t.style.fontWeight = m.style === 'incident' ? 700 : 500; if (m.link) { t.style.cursor = 'pointer'; t.classList.add('go'); t.addEventListener('click', () => { location.hash = m.link; }); } s.append(t); }
  const hours = [60, 300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000, 7776000].find(q => (z - a) / q * (D.days && q < 86400 ? 118 : 52) < w - L) || 31536000;
  const off = (() => { const p = parts(a); return (+p.hour * 3600 + +p.minute * 60) % hours; })();
  for (let q = off ? a - off + hours : a; q <= z; q += hours) { const end = q === z && hm(q) === '00:00' && !D.days; s.append(sv('text', { x: x(q), y: h - 6, 'text-anchor': q === a ? 'start' : w - x(q) < 24 ? 'end' : 'middle', text: end ? '24:00' : hours >= 86400 ? mdhm(q).slice(0, 5) : clock(q) })); }
  const cur = sv('rect', { y: T, width: bw, height: h - B - T, fill: 'var(--ink)', opacity: .14 }); cur.style.display = 'none';
  s.append(cur);
  const tip = $('#tip') || el('div', { id: 'tip', hidden: '' });
  box.replaceChildren(s, tip);
  geo = { lo, hi, n, L, R, w, bw, cur, tip, T };
  box.setAttribute('aria-valuemin', 0); box.setAttribute('aria-valuemax', n - 1);
  if (cursor != null && cursor >= lo && cursor < hi) point(cursor, true); else box.setAttribute('aria-valuetext', W.steps.replace('%d', n));
}
const span = b => clock(timeOf(b)) + '–' + (hm(timeOf(b + 1)) === '00:00' && !D.days ? '24:00' : hm(timeOf(b + 1)));
function point(b, keyboard) {
  const v = sums.buckets.get(b), { lo, L, bw, cur, tip, w, T } = geo, box = $('#tl');
  cursor = b; cur.style.display = ''; cur.setAttribute('x', L + (b - lo) * bw);
  const lines = v ? order.filter(o => v[o]).map(o => W[o] + ' ' + group(v[o])) : [W.nodata];
  tip.replaceChildren(el('b', { text: span(b) + (v ? '  ' + W.attempts + ' ' + group(v.attempts) : '') }), ...lines.map(t => el('div', { text: t })));
  tip.hidden = false; const tx = L + (b - lo + 1) * bw + 8; tip.style.left = (tx + 170 > w ? Math.max(tx - 190 - bw, 0) : tx) + 'px'; tip.style.top = T + 'px';
  box.setAttribute('aria-valuenow', b - lo); box.setAttribute('aria-valuetext', span(b) + ' ' + lines.join(' ') );
}
function rows(a, b) {
  const list = D.samples.filter(e => e.at >= timeOf(a) && e.at < timeOf(b) && ['institution', 'code', 'incident'].every(id => { const want = state.sel[id]; return !want || want.has(C.dims[dimAt(id)].raw.indexOf(e[id] || '')); }));
  const head = el('h3', { text: W.samples.replace('%s', clock(timeOf(a)) + '–' + clock(timeOf(b))) });
  if (!list.length) { $('#rows').replaceChildren(head, el('p', { class: 'm', text: W.nosamples })); return; }
  const table = el('table', {}, el('thead', {}, el('tr', {}, ...W.sampleHead.map(t => el('th', { scope: 'col', text: t })))),
    el('tbody', {}, ...list.slice(0, 40).map(e => el('tr', {}, el('td', { class: 'i', text: e.text }), el('td', { text: W[e.outcome] || '' }), el('td', { text: e.incident || '' }), el('td', { class: 'm', text: e.where })))));
  $('#rows').replaceChildren(head, el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': head.textContent }, table));
}
function handleTimeline() {
  const box = $('#tl'); let down = null, moved = false, band = null;
  const at = e => { const r = box.getBoundingClientRect(), k = Math.floor((e.clientX - r.left - geo.L) / geo.bw); return geo.lo + Math.min(Math.max(k, 0), geo.n - 1); };
  box.addEventListener('pointermove', e => {
    const b = at(e);
    if (down != null && Math.abs(b - down) > 0) { moved = true; const p = Math.min(b, down), q = Math.max(b, down) + 1; if (!band) { band = sv('rect', { y: geo.T, height: 205, fill: 'var(--focus)', opacity: .18 }); $('svg', box).append(band); } band.setAttribute('x', geo.L + (p - geo.lo) * geo.bw); band.setAttribute('width', (q - p) * geo.bw); }
    point(b);
  });
  box.addEventListener('pointerleave', () => { if (down == null && document.activeElement !== box) { geo.tip.hidden = true; geo.cur.style.display = 'none'; } });
  box.addEventListener('pointerdown', e => { if (e.button === 0 && !e.target.closest('.go')) { down = at(e); moved = false; } });
  addEventListener('pointerup', e => { if (down == null) return; const b = at(e), a = down; down = null; band = null; if (moved) setRange(Math.min(a, b), Math.max(a, b) + 1); else if (e.target.closest('#tl')) rows(b, b + 1); });
  box.addEventListener('keydown', e => {
    const step = e.shiftKey ? 6 : 1, now = cursor ?? geo.lo;
    if (e.key === 'ArrowRight' || e.key === 'ArrowLeft') { point(Math.min(Math.max(now + (e.key === 'ArrowRight' ? step : -step) * (cursor == null ? 0 : 1), geo.lo), geo.hi - 1), true); e.preventDefault(); }
    if (e.key === 'Home') { point(geo.lo, true); e.preventDefault(); }
    if (e.key === 'End') { point(geo.hi - 1, true); e.preventDefault(); }
    if (e.key === 'Enter' || e.key === ' ') { rows(now, now + 1); e.preventDefault(); }
    if (e.key === 'Escape') clear();
  });
}
function legend() {
  const dot = fill => sv('svg', { width: 10, height: 10, 'aria-hidden': 'true' }, sv('rect', { width: 10, height: 10, rx: 2, fill }));
  const have = o => C.dims[dimAt('outcome')].raw.includes(o), items = order.filter(have).map(o => [ink[o], W[o]]);
  if (D.marks.some(m => m.style === 'declared')) items.push(['var(--shade)', W.declared]);
  if (D.marks.some(m => m.style === 'overrun')) items.push(['url(#over)', W.overrun]);
  if (D.marks.some(m => m.style === 'gap')) items.push(['url(#gap)', W.gap]);
  $('#legend').replaceChildren(...items.map(([f, t]) => el('span', {}, dot(f), t)));
}
function codes() {
  const box = $('#bycode'); if (!box) return;
  const d = C.dims[dimAt('code')], parts = ['technical', 'business', 'unknown', 'reversed'];
  const list = [...sums.code].map(([i, x]) => ({ i, name: d.labels[i], x, n: parts.reduce((p, o) => p + x[o], 0) })).filter(r => r.n).sort((p, q) => q.n - p.n || (p.name < q.name ? -1 : 1)).slice(0, 10);
  const w = Math.max(box.clientWidth, 260), rowH = 20, L = 84, top = list[0]?.n || 1, s = sv('svg', { width: w, height: list.length * rowH + 4, role: 'img', 'aria-label': W.topcodes + ' ' + list.map(r => r.name + ' ' + r.n).join(', ') });
  list.forEach((r, i) => { let x0 = L; const hit = sv('g', { class: 'hit' }, sv('rect', { x: 0, y: i * rowH, width: w, height: rowH, fill: 'transparent' }), sv('text', { x: L - 8, y: i * rowH + 14, 'text-anchor': 'end', text: short(r.name) }), sv('title', { text: r.name })); hit.addEventListener('click', () => { const f = $('#f-code'); f.value = f.value === 'v' + r.i ? '' : 'v' + r.i; f.dispatchEvent(new Event('change')); }); s.append(hit); for (const o of parts) { const dx = r.x[o] / top * (w - L - 70); if (dx) hit.append(sv('rect', { x: x0, y: i * rowH + 4, width: Math.max(dx, 1), height: 12, rx: 2, fill: ink[o] })); x0 += dx; } s.append(sv('text', { x: x0 + 6, y: i * rowH + 14, text: group(r.n) })); });
  put(box, s);
}

// fits is a text where it has room, else nothing.
const fits = (s, px) => s.length * 5.8 <= px ? s : '';
// short leaves of a name what fits beside a bar.
function short(s) { let n = 0; for (let i = 0; i < s.length; i++) if ((n += s.charCodeAt(i) > 255 ? 2 : 1) > 11) return s.slice(0, i) + '…'; return s; }

// Charts that do not filter.
const draw = {
  strip(box, c) {
    const w = Math.max(box.clientWidth, 260), a = c.times[0], z = c.times[1], x = s => Math.min(Math.max((s - a) / (z - a), 0), 1) * w, s = sv('svg', { width: w, height: 40, role: 'img', 'aria-label': W.day + ' ' + c.marks.map(m => m.label + ' ' + hm(m.start) + '–' + hm(m.end)).join(', ') }, sv('rect', { width: w, height: 16, rx: 4, fill: 'var(--ok)', opacity: .28 }));
    for (const m of c.marks) s.append(sv('rect', { x: x(m.start), width: Math.max(x(m.end) - x(m.start), 2), height: 16, fill: ink[m.tone] || ink.muted }));
    const p = parts(a), base = a - (+p.hour * 3600 + +p.minute * 60), q = z - a > 129600 ? 86400 : w < 520 ? 21600 : 10800;
    for (let k = base; k <= z + 60; k += q) if (k >= a - 60) s.append(sv('text', { x: x(k), y: 32, 'text-anchor': x(k) < 20 ? 'start' : w - x(k) < 20 ? 'end' : 'middle', text: hm(k) === '00:00' && k > a && !D.days ? '24:00' : clock(k) }));
    put(box, s);
  },
  histogram(box, c) {
    const w = Math.min(Math.max(box.clientWidth, 260), 760), h = 190, L = 52, B = 34, n = c.labels.length, bw = (w - L) / n, tot = c.labels.map((_, i) => c.series.reduce((p, x) => p + x.values[i], 0)), top = Math.max(1, ...tot), y = v => (h - B) * (1 - v / top) + 4;
    const s = sv('svg', { width: w, height: h, role: 'img', 'aria-label': c.title + ' ' + c.labels.map((l, i) => l + ' ' + tot[i]).join(', ') });
    for (let v = 0, q = nice(top); v <= top; v += q) s.append(sv('line', { x1: L, x2: w, y1: y(v), y2: y(v), stroke: 'var(--line)' }), sv('text', { x: L - 6, y: y(v) + 4, 'text-anchor': 'end', text: group(v) }));
    c.labels.forEach((l, i) => { let base = 0; for (const x of [...c.series].reverse()) { const v = x.values[i]; if (v) s.append(sv('rect', { x: L + i * bw + 2, y: y(base + v), width: bw - 4, height: Math.max(y(base) - y(base + v), 1), fill: ink[x.tone] })); base += v; } const short = l.replace(' ms', '').replace('000–', 'k–').replace(/000$/, 'k'); s.append(sv('text', { x: L + i * bw + bw / 2, y: h - 14, 'text-anchor': 'middle', text: short })); });
    s.append(sv('text', { x: w, y: h - 1, 'text-anchor': 'end', text: 'ms' }));
    put(box, s);
  },
  bars(box, c) {
    const v = c.series[0].values, w = Math.max(box.clientWidth, 260), L = Math.min(170, w * .4), rowH = 22, lo = Math.min(0, ...v), hi = Math.max(0, ...v), x = n => L + 50 + (n - lo) / (hi - lo || 1) * (w - L - 110);
    const s = sv('svg', { width: w, height: v.length * rowH + 4, role: 'img', 'aria-label': c.title + ' ' + c.labels.map((l, i) => l + ' ' + v[i]).join(', ') }, sv('line', { x1: x(0), x2: x(0), y1: 0, y2: v.length * rowH, stroke: 'var(--line)' }));
    c.labels.forEach((l, i) => s.append(sv('text', { x: L - 8, y: i * rowH + 15, 'text-anchor': 'end', text: l }), sv('rect', { x: Math.min(x(0), x(v[i])), y: i * rowH + 4, width: Math.max(Math.abs(x(v[i]) - x(0)), 1), height: 13, rx: 2, fill: v[i] < 0 ? 'var(--td)' : 'var(--good)' }), sv('text', { x: x(v[i]) + (v[i] < 0 ? -6 : 6), y: i * rowH + 15, 'text-anchor': v[i] < 0 ? 'end' : 'start', text: (v[i] > 0 ? '+' : '') + v[i].toFixed(2) })));
    put(box, s);
  },
  heat(box, c) {
    const w = Math.max(box.clientWidth, 260), L = 84, cw = (w - L) / 24, ch = 15, s = sv('svg', { width: w, height: c.labels.length * ch + 20, role: 'img', 'aria-label': c.title });
    c.labels.forEach((l, i) => { s.append(sv('text', { x: L - 8, y: i * ch + 11, 'text-anchor': 'end', text: l })); c.series.forEach((x, k) => { const v = x.values[i]; const cell = sv('rect', { x: L + k * cw + .5, y: i * ch + .5, width: cw - 1, height: ch - 1, rx: 2, fill: v < 0 ? 'none' : v === 0 ? 'var(--soft)' : 'var(--td)', opacity: v > 0 ? .12 + .88 * Math.sqrt(Math.min(1, v)) : 1 }, sv('title', { text: l + ' ' + x.name + ':00 ' + (v < 0 ? W.nodata : rate(v, 1)) })); s.append(cell); }); });
    c.series.forEach((x, k) => { if (k % 3 === 0) s.append(sv('text', { x: L + k * cw, y: c.labels.length * ch + 14, text: x.name + ':00' })); });
    put(box, s);
  },
  calendar(box, c) { // weeks under each other, Monday first; of many weeks, beside each other and without words; a click chooses the day
    const noon = t => new Date((t + 43200 + shift(t)) * 1000), dow = t => (noon(t).getUTCDay() + 6) % 7, dayNo = t => Math.floor((t + 43200 + shift(t)) / 86400), first0 = dayNo(c.times[0]) - dow(c.times[0]);
    const weeks = Math.floor((dayNo(c.times[c.times.length - 1]) - first0) / 7) + 1, small = weeks > 10, L = 46, w = small ? Math.max(box.clientWidth, 260) : Math.min(Math.max(box.clientWidth, 260), 620), top = Math.max(.001, ...c.series[0].values);
    const abreast = small ? Math.min(weeks, Math.floor((w - L) / 17)) : 7, cw = small ? Math.min(24, (w - L) / abreast) : (w - L) / 7, ch = small ? cw : 44, band = small ? 7 * ch + 24 : ch, rows = Math.ceil(small ? weeks / abreast : weeks);
    const week = t => Math.floor((dayNo(t) - first0) / 7), place = t => small ? [L + week(t) % abreast * cw, 18 + Math.floor(week(t) / abreast) * band + dow(t) * ch] : [L + dow(t) * cw, 18 + week(t) * band];
    const s = sv('svg', { width: w, height: rows * band + 20, role: 'img', 'aria-label': c.title + ' ' + c.times.map((t, i) => mdhm(t).slice(0, 5) + ' ' + (c.series[0].values[i] < 0 ? W.nodata : rate(c.series[0].values[i], 1))).join(', ') });
    if (small) for (let b = 0; b < rows; b++) W.weekdays.forEach((t, i) => i % 2 || s.append(sv('text', { x: 0, y: 18 + b * band + i * ch + ch / 2 + 4, text: t })));
    else W.weekdays.forEach((t, i) => s.append(sv('text', { x: L + i * cw + cw / 2, y: 11, 'text-anchor': 'middle', text: t })));
    let month = '', free = 0;
    c.times.forEach((t, i) => {
      const v = c.series[0].values[i], [x, y] = place(t), p = parts(t), ids = c.labels[i] || '', k = v < 0 ? 0 : v / top;
      if (p.month !== month && (month === '' || +p.day <= 7)) {
        month = p.month;
        if (!small) s.append(sv('text', { x: 0, y: y + 17, text: p.month + '-' + p.day }));
        else if (week(t) >= free) { const text = (+p.month === 1 || i === 0 ? noon(t).getUTCFullYear() + '-' : '') + p.month; s.append(sv('text', { x, y: y - dow(t) * ch - 6, text })); free = week(t) + (7 * text.length + 8) / cw; }
      }
      const cell = sv('g', { class: 'hit' }, sv('rect', { x: x + 1, y: y + 1, width: cw - 2, height: ch - (small ? 2 : 3), rx: small ? 3 : 5, fill: v < 0 ? 'none' : 'var(--td)', 'fill-opacity': v < 0 ? 0 : .04 + .56 * k, stroke: ids ? 'var(--td)' : 'var(--line)' }, sv('title', { text: mdhm(t).slice(0, 5) + ' ' + W.technical_rate + ' ' + (v < 0 ? W.nodata : rate(v, 1)) + (ids ? ' ' + W.incident + ' ' + ids : '') })));
      if (!small) cell.append(sv('text', { x: x + 8, y: y + 16, text: String(+p.day) }), sv('text', { x: x + 8, y: y + 33, text: v < 0 ? '' : rate(v, 1) }), sv('text', { x: x + cw - 8, y: y + 16, 'text-anchor': 'end', text: ids && (fits(ids, cw - 38) || fits(ids.split(' ').length + '×', cw - 38)) }));
      for (const e of cell.querySelectorAll('text')) e.style.fill = 'var(--ink)';
      if (C) cell.addEventListener('click', () => { const a = Math.floor((t - C.start) / C.step), b = Math.ceil((t + 86400 - C.start) / C.step); if (b > first && a <= last) { setRange(Math.max(a, first), Math.min(b, last + 1)); $('#timeline').scrollIntoView(); } });
      s.append(cell);
    });
    put(box, s);
  },
};
function charts(within) { $$('[data-chart]', within).forEach(box => { const c = D.charts[box.dataset.chart]; if (c && draw[c.kind] && (box.clientWidth || c.kind !== 'heat')) draw[c.kind](box, c); }); }

// Long tables: a field to find rows, and a choice of the state where there is one.
function tools() {
  $$('.scroll').forEach(box => {
    const rows = $$('tbody tr', box); if (rows.length < 12 || box.closest('#rows')) return;
    const name = box.getAttribute('aria-label'), find = el('input', { type: 'search', placeholder: W.find, 'aria-label': W.find + ' ' + name }), note = el('span', { 'aria-live': 'polite' });
    const states = [...new Set($$('td[data-c=state]', box).map(td => td.textContent))].sort(), pick = states.length > 1 ? el('select', { 'aria-label': W.state + ' ' + name }, el('option', { value: '', text: W.state + ' ' + W.all }), ...states.map(t => el('option', { value: t, text: t }))) : null;
    const text = rows.map(r => r.textContent.toLowerCase());
    const run = () => { const q = find.value.trim().toLowerCase(), want = pick ? pick.value : ''; let n = 0; rows.forEach((r, i) => { hide(r, 'other', !text[i].includes(q) || want && $('td[data-c=state]', r).textContent !== want); n += !r.hidden; }); note.textContent = q || want ? W.shown.replace('%d', group(n)).replace('%d', group(rows.length)) : ''; };
    find.addEventListener('input', run); if (pick) pick.addEventListener('change', run);
    finders.push(run);
    box.before(el('div', { class: 'tools noprint' }, find, pick, note));
  });
}
if (C && $('#tl')) { filters(); legend(); handleTimeline(); refresh(); }
charts(); tools();
let wait; addEventListener('resize', () => { clearTimeout(wait); wait = setTimeout(() => { if (C && $('#tl')) { timeline(); codes(); } charts(); }, 80); });
addEventListener('toggle', e => charts(e.target), true); // what was hidden has had no width
addEventListener('beforeprint', () => { if (C && $('#tl')) { timeline(); codes(); } charts(); });
const open = () => { const t = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); for (let e = t; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true; if (t) { const d = $('details', t); if (d) d.open = true; t.scrollIntoView(); } };
addEventListener('hashchange', open); open();
})();
