/** One message as a row of a chat: bubble, quote, media, text, reactions, buttons. */

import { file } from './api.js';
import { el, icon, iconButton } from './dom.js';
import { formatted } from './entities.js';
import { botFace, face, fullName, sender } from './people.js';
import { clock, full } from './time.js';
import { words } from './words.js';

const WIDEST = 4096; // a photo is shown at most this wide when enlarged
const SHOWN = 320; // and about this wide in a bubble; pixels

/**
 * Build the row of *message*. *view* says who looks (`me`), where (`group`), what is known of
 * senders (`isAdmin(id)`, `topic(id)`), and what a person can do (`act`).
 */
export function row(message, view) {
  const said = service(message);
  if (said) return serviceRow(message, said);

  const from = sender(message);
  const mine = from.id === view.me;
  const tools = el('span', { class: 'tools', onmousedown: (event) => event.preventDefault() }, // what is selected stays so
    iconButton('reply', words.reply, () => view.act.reply(message)),
    editable(message, view.me) && iconButton('edit', words.edit, () => view.act.edit(message)));
  tools.querySelectorAll('button').forEach((button) => { button.tabIndex = -1; });

  const bubble = el('div', { class: 'bubble' }, name(from, view, mine), origin(message), topic(message, view),
    quote(message, view), media(message, view), body(message, view));
  const stack = el('div', { class: 'stack' }, bubble, keys(message, view), tools);
  const picture = !mine && view.group && (from.bot ? botFace('small') : face(from.name, from.tone, 'small'));
  return el('article', {
    class: `row ${mine ? 'mine' : 'theirs'}`, 'data-id': message.message_id, tabindex: -1,
    'aria-label': `${from.name}, ${clock(message.date)}`,
  }, picture, stack);
}

/** Whether *person* may edit *message*. */
export function editable(message, person) {
  return message.from?.id === person && !message.sender_chat && !message.forward_origin
    && ('text' in message || 'photo' in message);
}

/** The text of a message, or its caption, or what kind of thing it is. */
export function gist(message) {
  if (message.text ?? message.caption) return message.text ?? message.caption;
  if (message.photo) return words.photo;
  const kind = Object.keys(words.attachment).find((each) => message[each]);
  return message.document?.file_name ?? words.attachment[kind] ?? service(message) ?? words.message;
}

/** The largest photo that is still small enough to be enlarged. */
export const largest = (photo) => [...photo].filter((size) => size.width <= WIDEST).pop() ?? photo[0];

function name(from, view, mine) {
  if (!view.group || mine) return null;
  return el('div', { class: `who ink-${from.bot ? 'bot' : from.tone}` }, el('span', {}, from.name),
    view.isAdmin(from.id) && el('span', { class: 'rank' }, words.admin));
}

function origin(message) {
  const from = message.forward_origin;
  if (!from) return null;
  const whom = from.sender_user ? fullName(from.sender_user)
    : from.sender_user_name ?? from.sender_chat?.title ?? from.chat?.title ?? '';
  return el('div', { class: 'forwarded' }, words.forwarded(whom));
}

function topic(message, view) {
  const title = message.is_topic_message && view.topic(message.message_thread_id);
  return title ? el('div', { class: 'topic' }, `# ${title}`) : null;
}

function quote(message, view) {
  const target = message.reply_to_message ?? message.external_reply;
  if (!target || target.forum_topic_created) return null;
  const from = sender(message.reply_to_message ?? { from: message.external_reply.origin?.sender_user });
  const seen = view.find(target.message_id) ?? target;
  const quoted = message.quote
    ? formatted(message.quote.text, message.quote.entities, view.act) : gist(seen).replace(/\s+/g, ' ');
  const photo = seen.photo && el('img', { class: 'thumb', src: file(seen.photo[0].file_id), alt: '' });
  return el('button', {
    type: 'button', class: `quote tone-${from.bot ? 'bot' : from.tone}`, 'aria-label': words.quoteOf(from.name),
    onclick: () => view.act.jump(target.message_id),
  }, photo, el('span', { class: 'quote-words' }, el('b', {}, from.name), el('span', {}, quoted)));
}

function media(message, view) {
  if (message.photo) {
    const shown = message.photo.find((size) => size.width >= SHOWN) ?? largest(message.photo);
    const image = el('img', { src: file(shown.file_id), alt: words.photoNamed(message.caption), width: shown.width, height: shown.height });
    const button = el('button', {
      type: 'button', class: 'photo', 'aria-label': `${words.enlarge}${message.caption ? `: ${message.caption}` : ''}`,
      onclick: () => (button.classList.contains('veiled') ? button.classList.remove('veiled') : view.act.enlarge(message)),
    }, image);
    button.classList.toggle('veiled', Boolean(message.has_media_spoiler));
    return button;
  }
  const kind = Object.keys(words.attachment).find((each) => message[each]);
  return kind ? attachment(kind, message[kind]) : null;
}

function attachment(kind, what) {
  if (kind === 'sticker' || kind === 'dice') return el('div', { class: 'sticker' }, what.emoji ?? '');
  const title = what.file_name ?? what.title ?? what.question
    ?? (kind === 'contact' ? fullName(what) : words.attachment[kind]);
  const detail = what.phone_number ?? (what.latitude !== undefined ? `${what.latitude}, ${what.longitude}` : size(what.file_size))
    ?? words.attachment[kind];
  const inner = [el('span', { class: 'file-mark' }, icon('file')),
    el('span', { class: 'file-words' }, el('b', {}, title), el('span', {}, detail))];
  return what.file_id
    ? el('a', { class: 'file', href: file(what.file_id), download: what.file_name ?? true }, inner)
    : el('div', { class: 'file' }, inner);
}

function size(bytes) {
  if (!bytes) return null;
  const [unit, length] = bytes < 1e6 ? ['kB', 1e3] : ['MB', 1e6];
  return `${(bytes / length).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${unit}`;
}

function body(message, view) {
  const text = message.text ?? message.caption;
  const meta = el('span', { class: 'meta' },
    message.edit_date && el('span', { class: 'edited', title: full(message.edit_date) }, words.edited),
    el('time', { datetime: new Date(message.date * 1000).toISOString(), title: full(message.date) }, clock(message.date)));
  const below = reactions(message);
  const foot = below ? el('div', { class: 'foot' }, below, meta) : meta;
  if (!text) return el('div', { class: below ? 'text' : 'text bare' }, foot);
  const inner = formatted(text, message.text === undefined ? message.caption_entities : message.entities, view.act);
  return el('div', { class: bigEmoji(message) ? 'text huge' : 'text' }, el('span', { class: 'words', dir: 'auto' }, inner), foot);
}

const EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*){1,3}$/u;
const bigEmoji = (message) => Boolean(message.text) && EMOJI.test(message.text);

function reactions(message) {
  const all = message.reactions ?? [];
  if (!all.length) return null;
  const counted = new Map();
  for (const each of all) counted.set(each, (counted.get(each) ?? 0) + 1);
  return el('span', { class: 'reactions' }, [...counted].map(([emoji, times]) => (
    el('span', { class: 'reaction' }, el('span', { class: 'emoji' }, emoji), times > 1 && ` ${times}`))));
}

function keys(message, view) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el('div', { class: 'keys' }, rows.map((buttons, down) => el('div', { class: 'keys-row' },
    buttons.map((button, along) => el('button', {
      type: 'button', class: `key ${button.style ?? ''}`, disabled: Boolean(button.disabled),
      onclick: (event) => view.act.press(message, { row: down, col: along }, button, event.currentTarget),
    }, el('span', {}, button.text), button.url && icon('out'))))));
}

/** What a service message says, or null for one that people wrote. */
export function service(message) {
  const who = sender(message).name;
  const say = words.service;
  if (message.new_chat_members) return say.joined(who, message.new_chat_members.map(fullName).join(words.and));
  if (message.left_chat_member) return say.left(who, fullName(message.left_chat_member));
  if (message.new_chat_title) return say.title(who, message.new_chat_title);
  if (message.group_chat_created || message.supergroup_chat_created) return say.created(who);
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return say.migrated;
  if (message.pinned_message) return say.pinned(who, gist(message.pinned_message).slice(0, 60));
  if (message.forum_topic_created) return say.topic(who, message.forum_topic_created.name);
  if (message.forum_topic_edited) return say.topicEdited(who, message.forum_topic_edited.name ?? '');
  if (message.forum_topic_closed) return say.topicClosed(who);
  if (message.forum_topic_reopened) return say.topicReopened(who);
  if (message.new_chat_photo || message.delete_chat_photo) return say.photo(who);
  const spoken = ['text', 'photo', 'caption', ...Object.keys(words.attachment)].some((key) => key in message);
  return spoken ? null : say.other;
}

function serviceRow(message, said) {
  return el('div', { class: 'service', 'data-id': message.message_id, title: full(message.date) }, el('span', {}, said));
}
