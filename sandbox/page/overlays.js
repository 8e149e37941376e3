/** What comes over the chats: toasts, alerts, the enlarged photo, menus, the link form. */

import { arrange, el, icon, iconButton } from './dom.js';
import { words } from './words.js';

const STAY = 4500; // milliseconds a toast stays, and a little longer for long ones

/** Say *text* in *place* for a while. */
export function toast(text, place = document.getElementById('toasts'), kind = '') {
  if (!text) return;
  const note = el('div', { class: `toast ${kind}`, onclick: () => note.remove() }, text);
  place.append(note);
  while (place.children.length > 3) place.firstElementChild.remove();
  setTimeout(() => note.remove(), STAY + text.length * 30);
}

/** Say why something could not be done; an unreachable server has no words of its own. */
export function complain(error, place) {
  toast(error.message || words.unreachable, place, 'bad');
}

/** Show *text* as a dialog within *place*, until OK is pressed. */
export function alertIn(place, title, text) {
  const before = document.activeElement;
  const close = () => { veil.remove(); if (before?.isConnected) before.focus(); };
  const ok = el('button', { type: 'button', class: 'plain strong', onclick: close }, words.ok);
  const dialog = el('div', { class: 'alert', role: 'alertdialog', 'aria-label': title, 'aria-describedby': 'alert-text' },
    el('b', {}, title), el('p', { id: 'alert-text' }, text), el('div', { class: 'alert-keys' }, ok));
  const veil = el('div', {
    class: 'veil',
    onkeydown: (event) => {
      if (event.key === 'Escape') close();
      if (event.key === 'Tab') event.preventDefault(); // there is nowhere else to go
    },
  }, dialog);
  place.append(veil);
  ok.focus();
}

function modal(classes, label, ...children) {
  const dialog = el('dialog', { class: classes, 'aria-label': label, onclose: () => dialog.remove() }, ...children);
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Show a picture or a film as large as the window allows. */
export function enlarge(shown, caption) {
  shown.addEventListener('click', () => { if (shown.tagName === 'IMG') dialog.close(); });
  const dialog = modal('lightbox', words.photoNamed(caption), shown, caption && el('p', {}, caption),
    iconButton('close', words.close, () => dialog.close(), 'lightbox-close'));
}

/**
 * Ask for what *fields* name: `{name, label, value?, type?, choices?, optional?, ...}`; with `rows`
 * one of several lines. *done* gets the answers by name.
 */
export function ask(title, fields, verb, done) {
  const made = fields.map(({ name, label, value = '', choices, optional, ...more }) => {
    const shared = { id: `ask-${name}`, required: !optional, autocomplete: 'off', ...more };
    const field = choices
      ? el('select', shared, choices.map(([each, text]) => el('option', { value: each, selected: each === value }, text)))
      : el(more.rows ? 'textarea' : 'input', shared);
    if (!choices) field.value = value;
    return { name, field, label: el('label', { for: shared.id }, label) };
  });
  const form = el('form', {
    class: 'form', onsubmit: (event) => {
      event.preventDefault();
      dialog.close();
      done(Object.fromEntries(made.map(({ name, field }) => [name, field.value.trim()])));
    },
  },
  el('h2', {}, title), made.flatMap(({ label, field }) => [label, field]),
  el('div', { class: 'form-keys' },
    el('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, words.cancel),
    el('button', { type: 'submit', class: 'filled' }, verb)));
  const dialog = modal('sheet', title, form);
  made[0].field.focus();
  made[0].field.select?.();
}

/** Ask who opens which link; *done(person, link)* gets the answer. */
export function askLink({ people, start, link, done }) {
  const who = el('select', { id: 'link-who' }, people.map((person) => (
    el('option', { value: person.id, selected: person.id === start }, person.name))));
  const field = el('input', { id: 'link-field', type: 'url', required: true, value: link, spellcheck: 'false', autocomplete: 'off' });
  const form = el('form', {
    class: 'form', onsubmit: (event) => {
      event.preventDefault();
      done(Number(who.value), field.value.trim());
      dialog.close();
    },
  },
  el('h2', {}, words.openLink), el('p', {}, words.openLinkHint),
  el('label', { for: 'link-who' }, words.openLinkAs), who,
  el('label', { for: 'link-field' }, words.openLinkLabel), field,
  el('div', { class: 'form-keys' },
    el('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, words.cancel),
    el('button', { type: 'submit', class: 'filled' }, words.open)));
  const dialog = modal('sheet', words.openLink, form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

/** Ask for one of *choices* (`{label, face?, pick}`), as a sheet. */
export function choose(title, choices) {
  const dialog = modal('sheet', title, el('div', { class: 'form' }, el('h2', {}, title),
    el('div', { class: 'choices' }, choices.map(({ label, mark, pick }) => (
      el('button', { type: 'button', class: 'choice', onclick: () => { dialog.close(); pick(); } }, mark, label))))));
}

/** Open a menu of *choices* by a button: above it, or below where there is no room. */
export function menuBy(button, choices) {
  const box = button.getBoundingClientRect();
  const list = menu(box.left, box.bottom + 4, choices);
  const edge = button.closest('.chat')?.getBoundingClientRect().right ?? innerWidth;
  if (box.left + list.offsetWidth > edge) list.style.left = `${Math.max(8, box.right - list.offsetWidth)}px`;
  if (box.top > list.offsetHeight + 12 && box.bottom > innerHeight / 2) list.style.top = `${box.top - list.offsetHeight - 6}px`;
}

/** Open a menu of *choices* (`{label, mark, pick}`; a mark is an icon's name or an element) at a point of the window. */
export function menu(x, y, choices) {
  document.querySelector('.menu')?.remove();
  const before = document.activeElement;
  const close = (focus) => {
    list.remove();
    removeEventListener('pointerdown', outside, true);
    if (focus && before?.isConnected) before.focus({ preventScroll: true });
  };
  const outside = (event) => { if (!list.contains(event.target)) close(false); };
  const list = el('div', {
    class: 'menu', role: 'menu', onmousedown: (event) => event.preventDefault(), // what is selected stays so
    onkeydown: (event) => {
      const items = [...list.children];
      const at = items.indexOf(document.activeElement);
      if (event.key === 'Escape' || event.key === 'Tab') { event.preventDefault(); close(true); }
      if (event.key === 'ArrowDown') items[(at + 1) % items.length].focus();
      if (event.key === 'ArrowUp') items[(at - 1 + items.length) % items.length].focus();
      if (event.key.startsWith('Arrow')) event.preventDefault();
      event.stopPropagation();
    },
  });
  arrange(list, choices.map(({ label, mark, pick }) => el('button', {
    type: 'button', role: 'menuitem', onclick: () => { close(false); pick(); },
  }, typeof mark === 'string' ? icon(mark) : mark, label)));
  document.body.append(list);
  list.style.left = `${Math.max(8, Math.min(x, innerWidth - list.offsetWidth - 8))}px`;
  list.style.top = `${Math.max(8, Math.min(y, innerHeight - list.offsetHeight - 8))}px`;
  list.firstElementChild.focus({ preventScroll: true });
  addEventListener('pointerdown', outside, true);
  return list;
}
