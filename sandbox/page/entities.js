/** Formatted text: Telegram's entities (UTF-16 offsets, nested) as elements around text nodes. */

import { el } from './dom.js';
import { dateTime } from './time.js';

const SIMPLE = {
  bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', code: 'code', custom_emoji: 'span',
  cashtag: 'span', hashtag: 'span',
};

/**
 * Render *text* with *entities* as a fragment.
 * *act* does what a person asks for: `open(link)`, `command(text)`.
 */
export function formatted(text, entities, act) {
  const all = (entities ?? [])
    .filter((entity) => entity.length > 0 && entity.offset >= 0)
    .sort((one, other) => one.offset - other.offset || other.length - one.length);
  return span(text, 0, text.length, all, act);
}

function span(text, start, end, entities, act) {
  const fragment = document.createDocumentFragment();
  let [at, afterBlock, queue] = [start, false, entities];
  const plain = (stop) => {
    // A block ends its own line, so the line break after it is not shown twice.
    const from = afterBlock && text[at] === '\n' ? at + 1 : at;
    if (from < stop) fragment.append(text.slice(from, stop));
    if (at < stop) afterBlock = false;
  };

  while (queue.length) {
    const [entity, ...rest] = queue;
    const from = Math.max(entity.offset, at);
    const stop = Math.min(entity.offset + entity.length, end);
    if (stop <= from) { queue = rest; continue; }
    plain(from);

    const inside = rest.filter((other) => other.offset < stop);
    const beyond = inside // what overlaps the end goes on after it
      .filter((other) => other.offset + other.length > stop)
      .map((other) => ({ ...other, offset: stop, length: other.offset + other.length - stop }));
    const element = dress(entity, text.slice(from, stop), span(text, from, stop, inside, act), act);
    fragment.append(element);
    afterBlock = /^(BLOCKQUOTE|PRE)$/.test(element.tagName);
    at = stop;
    queue = [...beyond, ...rest.filter((other) => other.offset >= stop)];
  }
  plain(end);
  return fragment;
}

function dress(entity, words, inner, act) {
  switch (entity.type) {
    case 'spoiler': return spoiler(inner);
    case 'blockquote': return el('blockquote', {}, inner);
    case 'expandable_blockquote': return expandable(inner);
    case 'pre': return el('pre', { tabindex: 0, 'data-language': entity.language }, el('code', {}, inner));
    case 'text_link': return link(entity.url, inner, act);
    case 'url': return link(/^[a-z][a-z+.-]*:/i.test(words) ? words : `https://${words}`, inner, act);
    case 'email': return link(`mailto:${words}`, inner, act);
    case 'phone_number': return link(`tel:${words.replace(/[^+\d]/g, '')}`, inner, act);
    case 'bot_command':
      return el('button', { type: 'button', class: 'inline-link', onclick: () => act.command(words) }, inner);
    case 'mention':
    case 'text_mention': return el('span', { class: 'mention' }, inner);
    case 'date_time': return dateTime(entity, inner);
    default: return el(SIMPLE[entity.type] ?? 'span', { class: entity.type }, inner);
  }
}

function spoiler(inner) {
  const show = (event) => {
    if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
    if (element.classList.contains('shown')) return;
    event.preventDefault();
    event.stopPropagation();
    element.classList.add('shown');
    element.removeAttribute('tabindex');
    element.removeAttribute('role');
  };
  const element = el('span', { class: 'spoiler', role: 'button', tabindex: 0, onclick: show, onkeydown: show }, inner);
  return element;
}

function expandable(inner) {
  const toggle = (event) => {
    if (event.type === 'keydown' && event.key !== 'Enter') return;
    if (event.target.closest('a, button') || String(getSelection())) return;
    element.setAttribute('aria-expanded', String(element.classList.toggle('open')));
  };
  const element = el('blockquote', {
    class: 'expandable', tabindex: 0, 'aria-expanded': 'false', onclick: toggle, onkeydown: toggle,
  }, inner);
  return element;
}

/** A link, if it leads to the web, a phone or a mailbox, or through t.me; otherwise just its words. */
export function link(address, inner, act) {
  let url;
  try { url = new URL(address); } catch { return el('span', {}, inner); }
  if (!['http:', 'https:', 'tel:', 'mailto:', 'tg:'].includes(url.protocol)) return el('span', {}, inner);
  const onclick = (event) => {
    if (!act.open(url.href)) return;
    event.preventDefault();
  };
  const href = url.protocol === 'tg:' ? '#' : url.href;
  return el('a', { href, title: url.href, target: '_blank', rel: 'noopener noreferrer', onclick }, inner);
}
