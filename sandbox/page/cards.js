/** What a message holds without any file: places, contacts, polls, dice, lists and the like. */

import { el, icon } from './dom.js';
import { link } from './entities.js';
import { kindOf, title } from './kinds.js';
import { face, tint } from './people.js';
import { clock } from './time.js';
import { words } from './words.js';

const FOR_EVER = 0x7FFFFFFF; // a live location without an end

const SHOWS = { location: place, venue: place, contact, poll, dice, checklist };

/** Build what shows *message*; null if it holds words or a file alone. */
export function card(message, view) {
  const kind = kindOf(message);
  if (!kind || kind === 'text') return null;
  return SHOWS[kind]?.(message, view) ?? plain(kind, message);
}

function place(message, view) {
  const { latitude, longitude, live_period: live } = message.location ?? message.venue.location;
  const [north, east] = [latitude, longitude].map((number) => number.toFixed(5));
  const until = live === FOR_EVER ? words.live : live && words.liveUntil(clock(message.date + live));
  const map = el('span', { class: live ? 'map moves' : 'map' }, icon('pin'));
  const about = el('span', { class: 'file-words' },
    el('b', {}, message.venue?.title ?? (live ? words.liveLocation : words.kinds.location)),
    el('span', {}, message.venue?.address ?? until ?? `${north}, ${east}`), until && el('span', {}, `${north}, ${east}`));
  const address = `https://www.openstreetmap.org/?mlat=${north}&mlon=${east}#map=16/${north}/${east}`;
  return el('div', { class: 'place' }, link(address, [map, about], view.act));
}

function contact(message) {
  const what = message.contact;
  const name = title(message);
  return el('div', { class: 'file' }, face(name, tint(what.user_id ?? what.phone_number.replace(/\D/g, ''))),
    el('span', { class: 'file-words' }, el('b', {}, name), el('span', {}, what.phone_number)));
}

function poll(message) {
  const what = message.poll;
  const all = what.total_voter_count;
  return el('div', { class: 'poll' }, el('b', {}, what.question),
    el('span', { class: 'soft' }, what.is_closed ? words.pollClosed : what.is_anonymous ? words.pollAnonymous : words.pollOpen),
    el('ul', {}, what.options.map((option) => el('li', {},
      el('span', { class: 'share' }, `${all ? Math.round(100 * option.voter_count / all) : 0} %`), el('span', {}, option.text)))),
    el('span', { class: 'soft' }, words.votes(all)));
}

function dice(message) {
  const { emoji, value } = message.dice;
  return el('div', { class: 'glyph', role: 'img', 'aria-label': `${emoji} ${value}` }, emoji, el('span', { class: 'value' }, value));
}

function checklist(message) {
  const what = message.checklist;
  const done = what.tasks.filter((task) => task.completion_date).length;
  return el('div', { class: 'poll' }, el('b', {}, what.title), el('span', { class: 'soft' }, words.kinds.checklist),
    el('ul', {}, what.tasks.map((task) => el('li', {},
      el('span', { class: 'share', 'aria-hidden': 'true' }, task.completion_date ? '☑' : '☐'), el('span', {}, task.text)))),
    el('span', { class: 'soft' }, words.done(done, what.tasks.length)));
}

/** A card with a name, for whatever the sandbox shows no better. */
function plain(kind, message) {
  const what = message[kind] ?? {};
  const about = what.description ?? (what.star_count && words.stars(what.star_count)) ?? what.chat?.title;
  const name = title(message);
  return el('div', { class: 'file' }, el('span', { class: 'file-mark' }, icon(kind === 'paid_media' ? 'image' : 'file')),
    el('span', { class: 'file-words' }, el('b', {}, name ?? words.kinds[kind] ?? words.message),
      el('span', {}, about ?? (name ? words.kinds[kind] : null))));
}
