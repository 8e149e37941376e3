/** People as the page shows them: names, initials and colours, the same everywhere. */

import { el } from './dom.js';

export const TONES = 7; // how many colours style.css has

export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(' ');

/** Up to two letters for an avatar. */
export function initials(title) {
  const parts = title.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return parts.slice(0, 2).map((part) => [...part][0]).join('').toUpperCase() || '?';
}

/** The colour of a person: neighbours in the cast get different ones. */
export function tint(id) {
  const number = Math.abs(Number(id));
  return (number + Math.floor(number / 100) * 2) % TONES;
}

/** A round avatar. Decoration: the name always stands beside it. */
export function face(title, tone, classes = '') {
  return el('span', { class: `face tone-${tone} ${classes}`, 'aria-hidden': 'true' }, initials(title));
}

/** The bot's own avatar. */
export const botFace = (classes = '') => el('span', { class: `face bot ${classes}`, 'aria-hidden': 'true' });

/** Whom a message is from, as far as people see: a name, a colour, and what stands beside the name. */
export function sender(message) {
  const { from, sender_chat: chat } = message;
  if (chat) return { id: chat.id, name: chat.title ?? '', tone: tint(chat.id), bot: false };
  return { id: from?.id ?? 0, name: from ? fullName(from) : '', tone: tint(from?.id ?? 0), bot: Boolean(from?.is_bot) };
}
