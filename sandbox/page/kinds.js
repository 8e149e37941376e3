/** The kinds of messages: how each is told apart, what it is called, and what goes with it. */

import { fullName } from './people.js';
import { words } from './words.js';

/** Those that fill two fields come before the kinds whose field they fill, too. */
const KINDS = [
  'live_photo', 'animation', 'venue', 'text', 'photo', 'video', 'audio', 'document', 'voice', 'video_note', 'sticker', 'location',
  'contact', 'poll', 'dice', 'checklist', 'game', 'rich_message', 'story', 'invoice', 'paid_media', 'giveaway', 'giveaway_winners',
];
const CAPTIONED = new Set(['live_photo', 'animation', 'photo', 'video', 'audio', 'document', 'voice', 'paid_media']);
const PICTURES = new Set(['live_photo', 'photo', 'video']);

/** What kind of message this is; null for one that nobody wrote. */
export const kindOf = (message) => KINDS.find((kind) => kind in message) ?? null;

/** Whether people may write something under it. */
export const captioned = (message) => CAPTIONED.has(kindOf(message));

/** Whether it stands in a grid when it is a part of an album; other parts stand in a list. */
export const pictured = (message) => PICTURES.has(kindOf(message));

/** The text of a message, or its caption. */
export const spoken = (message) => message.text ?? message.caption ?? '';

/** What the thing itself is called, if it has a name of its own. */
export function title(message) {
  const kind = kindOf(message);
  const what = message[kind] ?? {};
  switch (kind) {
    case 'document': case 'animation': return what.file_name;
    case 'audio': return [what.performer, what.title].filter(Boolean).join(' – ') || what.file_name;
    case 'contact': return fullName(what);
    case 'poll': return what.question;
    case 'sticker': return what.emoji && `${what.emoji} ${words.kinds.sticker}`;
    case 'dice': return `${what.emoji} ${what.value}`;
    default: return what.title;
  }
}
