/** Messages that reach another chat, or another topic: replies from there, and what is forwarded. */

import * as api from './api.js';
import { choose } from './overlays.js';
import { face, sender } from './people.js';
import { threadOf } from './topics.js';
import { words } from './words.js';

/** What the server says of a message besides its contents. */
const ENVELOPE = new Set([
  'message_id', 'from', 'chat', 'date', 'sender_chat', 'via_bot', 'forward_origin', 'has_protected_content', 'message_thread_id',
  'is_topic_message', 'media_group_id', 'edit_date', 'reply_to_message', 'external_reply', 'quote', 'reply_markup', 'kind', 'topic',
  'reactions', 'deleted',
]);

/** Reply to *message* of *chat* somewhere else. */
export function reply(chat, message) {
  const quote = chat.selected(message);
  chooseWhere(words.replyElsewhere, chat, message, (there) => there.composer.reply(message, quote, true));
}

/** Forward *message* of *chat*. */
export function forward(chat, message) {
  const content = Object.fromEntries(Object.entries(message).filter(([key]) => !ENVELOPE.has(key)));
  chooseWhere(words.forward, chat, message, (there) => there.composer.attempt(async () => there.put(await api.send({
    as: there.me.id, chat: there.id, ...there.topics.place(), kind: 'raw', content, forward_origin: origin(message),
  }))));
}

/** Where a message comes from, for those who read it elsewhere. */
function origin(message) {
  const { forward_origin: known, date, sender_chat: group } = message;
  if (known) return known;
  if (group) return { type: 'chat', date, sender_chat: group };
  return message.from ? { type: 'user', date, sender_user: message.from } : { type: 'hidden_user', date, sender_user_name: sender(message).name };
}

/** Ask for a chat, or a topic, other than the one *message* is in; turn to it and *act* there. */
function chooseWhere(title, chat, message, act) {
  const go = (there, thread) => async () => {
    await there.app.reveal(there.id);
    if (thread !== undefined) there.topics.select(thread);
    act(there);
  };
  choose(title.replace('…', ''), [...chat.app.chats.values()].filter(({ me }) => me).flatMap((there) => {
    const mark = () => face(there.private ? there.title : there.short, there.tone, 'small');
    if (!there.topics.on) return there === chat ? [] : [{ label: there.title, mark: mark(), pick: go(there) }];
    return there.topics.listed.filter(({ thread }) => there !== chat || thread !== threadOf(message))
      .map(({ name, thread }) => ({ label: `${there.short} · ${name}`, mark: mark(), pick: go(there, thread) }));
  }));
}
