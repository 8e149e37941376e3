/** One message, or one album, as a row of a chat: bubble, quote, media, text, reactions, buttons. */

import { card } from './cards.js';
import { el, icon, iconButton } from './dom.js';
import { formatted } from './entities.js';
import { captioned, kindOf, pictured, spoken, title } from './kinds.js';
import { media, thumb, tile } from './media.js';
import { botFace, face, fullName, sender } from './people.js';
import { clock, full } from './time.js';
import { words } from './words.js';

const NAKED = new Set(['sticker', 'dice', 'video_note']); // without a bubble around them
const ROWS = { 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [2, 2, 3, 3] };

/**
 * Build the row of a message, or of the *parts* of an album. *view* says who looks (`me`), where
 * (`group`), what is known of senders (`isAdmin(id)`, `topic(message)`), and what a person can do (`act`).
 */
export function row(parts, view) {
  const [message] = parts;
  const said = service(message);
  if (said) return serviceRow(message, said);

  const from = sender(message);
  const mine = from.id === view.me;
  const worded = parts.find((each) => spoken(each)) ?? message;
  const tools = el('span', { class: 'tools', onmousedown: (event) => event.preventDefault() }, // what is selected stays so
    iconButton('reply', words.reply, () => view.act.reply(message)),
    editable(worded, view.me) && iconButton('edit', words.edit, () => view.act.edit(worded)));
  tools.querySelectorAll('button').forEach((button) => { button.tabIndex = -1; });

  const inner = [contents(parts, view), body(parts, worded, view)];
  if (worded.show_caption_above_media) inner.reverse();
  const bubble = el('div', { class: NAKED.has(kindOf(message)) ? 'bubble naked' : 'bubble' },
    topic(message, view), name(message, from, view, mine), origin(message), quote(message, view), inner);
  const stack = el('div', { class: 'stack' }, bubble, keys(parts, view), tools);
  const picture = !mine && view.group && (from.bot ? botFace('small') : face(from.name, from.tone, 'small'));
  return el('article', {
    class: `row ${mine ? 'mine' : 'theirs'}`, 'data-id': message.message_id, tabindex: -1,
    'aria-label': `${from.name}, ${clock(message.date)}`,
  }, picture, stack);
}

/** Whether *person* may edit *message*. */
export function editable(message, person) {
  return message.from?.id === person && !message.sender_chat && !message.forward_origin
    && ('text' in message || captioned(message));
}

/** The text of a message, or its caption, or what kind of thing it is. */
export function gist(message) {
  return spoken(message) || title(message) || words.kinds[kindOf(message)] || service(message) || words.message;
}

function name(message, from, view, mine) {
  if (!view.group || mine) return null;
  return el('div', { class: `who ink-${from.bot ? 'bot' : from.tone}` },
    el('span', {}, from.name, message.via_bot && el('i', {}, ` ${words.via(message.via_bot.username ?? message.via_bot.first_name)}`)),
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
  const found = view.topic(message);
  return found && el('button', {
    type: 'button', class: 'topic', 'aria-label': words.toTopic(found.name), onclick: () => view.act.topic(found.thread),
  }, found.mark, el('span', {}, found.name));
}

/** What *message* replies to: here, in another topic, or in another chat. */
function quote(message, view) {
  const away = message.reply_to_message ? null : message.external_reply;
  const target = message.reply_to_message ?? away;
  if (!target) return null;
  const from = sender(away ? { from: away.origin?.sender_user } : target);
  const near = away?.chat?.id === message.chat.id && view.find(target.message_id); // in another topic of this chat
  const where = near ? view.topic(near)?.name : away?.chat?.title;
  const seen = away ? target : view.find(target.message_id) ?? target;
  const quoted = message.quote
    ? formatted(message.quote.text, message.quote.entities, view.act) : gist(seen).replace(/\s+/g, ' ');
  return el('button', {
    type: 'button', class: `quote tone-${from.bot ? 'bot' : from.tone}`, 'aria-label': words.quoteOf(from.name),
    onclick: () => view.act.jump(target.message_id, away?.chat?.id),
  }, thumb(seen), el('span', { class: 'quote-words' },
    el('b', {}, [from.name, where].filter(Boolean).join(' · ')), el('span', {}, quoted)));
}

/** What the message shows besides words: one thing, a grid of pictures, or a list of files. */
function contents(parts, view) {
  if (parts.length === 1) return media(parts[0], view) ?? card(parts[0], view);
  if (!parts.every(pictured)) {
    return el('div', { class: 'list' }, parts.map((each) => el('div', { class: 'part', 'data-part': each.message_id },
      media(each, view), each.caption && text(each, view))));
  }
  const left = [...parts];
  const rows = ROWS[parts.length] ?? parts.map(() => 1);
  return el('div', { class: 'grid' }, rows.map((across) => (
    el('div', { class: `grid-row of-${across}` }, left.splice(0, across).map((each) => tile(each, view))))));
}

function text(message, view) {
  return el('span', { class: 'words', dir: 'auto' },
    formatted(spoken(message), message.text === undefined ? message.caption_entities : message.entities, view.act));
}

function body(parts, worded, view) {
  const last = parts.at(-1);
  const edited = Math.max(...parts.map((each) => each.edit_date ?? 0));
  const meta = el('span', { class: 'meta' },
    edited > 0 && el('span', { class: 'edited', title: full(edited) }, words.edited),
    el('time', { datetime: new Date(last.date * 1000).toISOString(), title: full(last.date) }, clock(last.date)));
  const below = reactions(parts);
  const foot = below ? el('div', { class: 'foot' }, below, meta) : meta;
  const listed = parts.length > 1 && !parts.every(pictured); // the words stand beside each file
  if (!spoken(worded) || listed) return el('div', { class: below ? 'text' : 'text bare' }, foot);
  return el('div', { class: bigEmoji(worded) ? 'text huge' : 'text' }, text(worded, view), foot);
}

const EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*){1,3}$/u;
const bigEmoji = (message) => Boolean(message.text) && EMOJI.test(message.text);

/** Reactions to a message; an album has each of them once, though every part may have it. */
function reactions(parts) {
  const counted = new Map();
  for (const { reactions: all = [] } of parts) {
    for (const each of all) counted.set(each, Math.max(counted.get(each) ?? 0, all.filter((other) => other === each).length));
  }
  if (!counted.size) return null;
  return el('span', { class: 'reactions' }, [...counted].map(([emoji, times]) => (
    el('span', { class: 'reaction' }, el('span', { class: 'emoji' }, emoji), times > 1 && ` ${times}`))));
}

function keys(parts, view) {
  const message = parts.find((each) => each.reply_markup?.inline_keyboard?.length);
  if (!message) return null;
  return el('div', { class: 'keys' }, message.reply_markup.inline_keyboard.map((buttons, down) => el('div', { class: 'keys-row' },
    buttons.map((button, along) => el('button', {
      type: 'button', class: `key ${button.style ?? ''}`, disabled: Boolean(button.disabled),
      onclick: (event) => view.act.press(message, { row: down, col: along }, button, event.currentTarget),
    }, el('span', {}, button.text), button.url && icon('out'))))));
}

/** What a service message says, or null for one that people wrote. */
export function service(message) {
  if (message.pinned_message) return words.service.pinned(sender(message).name, gist(message.pinned_message).slice(0, 60));
  if (kindOf(message)) return null;
  const who = sender(message).name;
  const say = words.service;
  if (message.new_chat_members) return say.joined(who, message.new_chat_members.map(fullName).join(words.and));
  if (message.left_chat_member) return say.left(who, fullName(message.left_chat_member));
  if (message.new_chat_title) return say.title(who, message.new_chat_title);
  if (message.group_chat_created || message.supergroup_chat_created) return say.created(who);
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return say.migrated;
  if (message.forum_topic_created) return say.topic(who, message.forum_topic_created.name);
  if (message.forum_topic_edited) return say.topicEdited(who, message.forum_topic_edited.name);
  if (message.forum_topic_closed) return say.topicClosed(who, message.topic);
  if (message.forum_topic_reopened) return say.topicReopened(who, message.topic);
  if (message.general_forum_topic_hidden) return say.generalHidden(who);
  if (message.general_forum_topic_unhidden) return say.generalShown(who);
  if (message.new_chat_photo || message.delete_chat_photo) return say.photo(who);
  return say.other;
}

function serviceRow(message, said) {
  return el('div', { class: 'service', 'data-id': message.message_id, title: full(message.date) }, el('span', {}, said));
}
