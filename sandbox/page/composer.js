/** The foot of a chat: who speaks, the text being written, what it replies to and brings along, and the bot's keyboard. */

import * as api from './api.js';
import { Tray, forget, offer, parcels } from './attach.js';
import { Commands } from './commands.js';
import { el, icon, iconButton, narrow } from './dom.js';
import { captioned, spoken } from './kinds.js';
import { editable, gist } from './message.js';
import { complain, toast } from './overlays.js';
import { face, fullName, sender } from './people.js';
import { words } from './words.js';

/** Whether the keyboard or question of *message* is meant for *person* (Bot API, selective). */
function meant(message, person) {
  if (!message.reply_markup?.selective) return true;
  if (message.reply_to_message?.from?.id === person.id) return true;
  const text = spoken(message);
  return (message.entities ?? message.caption_entities ?? []).some((entity) => (
    entity.user?.id === person.id || (entity.type === 'mention' && person.username
      && text.substr(entity.offset, entity.length).toLowerCase() === `@${person.username.toLowerCase()}`)));
}

export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.mode = null; // {reply: message, asked?, quote?, away?} or {edit: message, before: text}
    this.tray = new Tray(this);
    this.dismissed = new Set(); // questions a person did not want to answer
    this.folded = new Set(); // one-time keyboards already used
    this.commands = new Commands(this);

    this.personas = el('div', { class: 'personas', role: 'radiogroup', 'aria-label': words.writingAs });
    this.banner = el('div', { class: 'banner', hidden: true });
    this.recording = el('div', { class: 'banner recording', hidden: true });
    this.board = el('div', { class: 'board', hidden: true, role: 'group', 'aria-label': words.keyboard });
    this.field = el('textarea', {
      rows: 1, enterkeyhint: 'send', 'aria-controls': this.commands.element.id, autocomplete: 'off',
      oninput: () => this.typed(), onkeydown: (event) => this.key(event), onpaste: (event) => this.paste(event),
    });
    this.clip = iconButton('clip', words.attach, (event) => offer(this, event.currentTarget));
    this.slash = iconButton('slash', words.commands, () => this.commands.list());
    this.boardToggle = iconButton('keys', words.keyboard, () => this.toggleBoard());
    this.sendButton = el('button', { type: 'submit', class: 'send', 'aria-label': words.send, title: words.send }, icon('send'));
    this.line = el('form', { class: 'line', onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.clip, el('div', { class: 'pill' }, this.field, this.boardToggle, this.slash), this.sendButton, this.tray.pictures, this.tray.papers);
    this.notice = el('div', { class: 'notice', hidden: true });
    this.element = el('footer', { class: 'composer' },
      this.personas, this.commands.element, this.banner, this.tray.element, this.notice, this.recording, this.line, this.board);
  }

  /** Show who may speak here, what they are asked, and the keyboard they have. */
  refresh() {
    this.showPersonas();
    this.showNotice();
    const { me } = this.chat;
    const question = me && this.question(me);
    if (this.mode?.reply && !this.mode.away && !this.chat.messages.has(this.mode.reply.message_id)) this.mode = null;
    if (this.mode?.edit && !editable(this.chat.messages.get(this.mode.edit.message_id) ?? {}, me?.id)) this.leaveEdit();
    if (this.mode?.asked && this.mode.reply !== question) this.mode = null;
    if (question && !this.mode && !this.dismissed.has(`${me.id}:${question.message_id}`)) {
      this.mode = { reply: question, asked: true };
      if (this.chat.active && !narrow()) this.field.focus({ preventScroll: true });
    }
    this.show();
  }

  showPersonas() {
    const { chat } = this;
    const present = chat.speakers();
    this.personas.hidden = chat.private || present.length === 0;
    const key = JSON.stringify([present.map(({ person, admin }) => [person, admin, Boolean(this.question(person))]), chat.me?.id]);
    if (this.personas.dataset.key === key) return;
    this.personas.dataset.key = key;
    const focused = this.personas.contains(document.activeElement);
    this.personas.replaceChildren(...present.map(({ person, admin }) => {
      const name = person.first_name;
      const spoken = [fullName(person), admin && words.isAdmin, this.question(person) && words.asked].filter(Boolean).join(', ');
      return el('label', { class: 'persona', title: spoken },
        el('input', {
          type: 'radio', name: `me${chat.id}`, value: person.id, checked: person.id === chat.me?.id,
          'aria-label': spoken, onchange: () => chat.become(person.id),
        }),
        face(fullName(person), sender({ from: person }).tone, 'tiny'), el('span', {}, name),
        admin && el('span', { class: 'star', 'aria-hidden': 'true' }, '★'),
        this.question(person) && person.id !== chat.me?.id && el('span', { class: 'dot', 'aria-hidden': 'true' }));
    }));
    if (focused) this.personas.querySelector(':checked')?.focus();
  }

  showNotice() {
    const { chat } = this;
    const bot = chat.app.bot.name;
    let notice = null;
    if (!chat.me) notice = [words.nobody];
    else if (chat.private && chat.place.blocked) {
      notice = [words.blocked(chat.me.first_name), el('button', {
        type: 'button', class: 'plain strong', onclick: () => this.attempt(() => api.block(chat.id, false)),
      }, words.unblock)];
    } else if (!chat.private && ['left', 'kicked'].includes(chat.place.bot)) {
      notice = [words.botGone(bot), el('button', {
        type: 'button', class: 'plain strong', onclick: () => this.attempt(() => api.enrol(chat.id, 'bot', 'member', chat.me.id)),
      }, words.addBot(bot))];
    }
    else if (chat.private && !chat.messages.size) {
      notice = [el('button', { type: 'button', class: 'filled wide', onclick: () => this.say('/start') }, words.start)];
    }
    else if (chat.topics.current?.closed) notice = [words.topicClosed];
    this.notice.hidden = !notice;
    this.notice.replaceChildren(...(notice ?? []));
    this.line.classList.toggle('off', !chat.me);
    this.field.disabled = !chat.me;
  }

  show() {
    const { mode, tray, chat } = this;
    const about = mode?.reply ?? mode?.edit;
    this.banner.hidden = !about;
    if (about) {
      const title = mode.edit ? words.editing : words.replyTo(sender(about).name);
      this.banner.replaceChildren(icon(mode.edit ? 'edit' : 'reply'),
        el('button', { type: 'button', class: 'banner-words', onclick: () => chat.app.jump(about.chat.id, about.message_id) },
          el('b', {}, title), el('span', {}, (mode.quote ?? gist(about)).replace(/\s+/g, ' '))),
        iconButton('close', words.cancelMode, () => this.cancel()));
    }
    tray.show();
    const markup = mode?.asked ? mode.reply.reply_markup : this.keyboard()?.reply_markup;
    this.field.placeholder = tray.full ? words.caption
      : markup?.input_field_placeholder ?? (mode?.reply ? words.message : chat.topics.hint() ?? words.message);
    this.field.setAttribute('aria-label', chat.me ? words.messageAs(chat.me.first_name, chat.title) : words.message);
    this.sendButton.replaceChildren(icon(mode?.edit ? 'done' : 'send'));
    this.sendButton.setAttribute('aria-label', mode?.edit ? words.save : words.send);
    this.clip.hidden = Boolean(mode?.edit);
    this.showBoard();
    this.grow();
  }

  // Questions and keyboards of the bot

  /** The question of the bot that *person* has yet to answer (a forced reply). */
  question(person) {
    for (const message of this.chat.newestFirst()) {
      if (message.from?.id === person.id) return null;
      if (message.reply_markup?.force_reply && meant(message, person)) return message;
    }
    return null;
  }

  /** The message whose reply keyboard the person has now. */
  keyboard() {
    if (!this.chat.me) return null;
    for (const message of this.chat.newestFirst()) {
      const { keyboard, remove_keyboard: removed } = message.reply_markup ?? {};
      if ((keyboard || removed) && meant(message, this.chat.me)) return keyboard ? message : null;
    }
    return null;
  }

  showBoard() {
    const message = this.keyboard();
    this.boardToggle.hidden = !message;
    const key = message ? `${this.chat.me.id}:${message.message_id}` : '';
    this.board.hidden = !message || this.folded.has(key) || Boolean(this.mode?.edit);
    this.boardToggle.setAttribute('aria-expanded', String(!this.board.hidden));
    if (this.board.hidden) return;
    this.board.replaceChildren(...message.reply_markup.keyboard.map((row) => el('div', { class: 'keys-row' },
      row.map((button) => {
        const { text, style = '', ...more } = typeof button === 'string' ? { text: button } : button;
        return el('button', { type: 'button', class: `key ${style}`, onclick: () => {
          if (message.reply_markup.one_time_keyboard) this.folded.add(key);
          if (more.request_contact) { this.giveNumber(message, text); return; }
          if (Object.keys(more).some((name) => name !== 'icon_custom_emoji_id')) toast(words.unsupported, this.chat.toasts);
          this.say(text, this.chat.private ? undefined : { reply_to: message.message_id });
        } }, text);
      }))));
  }

  /** Hand over one's own telephone number: the key *text* of the keyboard of *message* asks for it. */
  giveNumber(message, text) {
    return this.attempt(() => api.press({ as: this.chat.me.id, chat: this.chat.id, message: message.message_id, button: text }));
  }

  toggleBoard() {
    const key = `${this.chat.me.id}:${this.keyboard().message_id}`;
    if (!this.folded.delete(key)) this.folded.add(key);
    this.show();
  }

  // Modes

  /** Reply to *message*, and perhaps *quote* it; *away* if that is in another chat or topic. */
  reply(message, quote = '', away = false) {
    this.leaveEdit();
    this.mode = { reply: message, ...(quote && { quote }), ...(away && { away }) };
    this.show();
    this.field.focus({ preventScroll: true });
  }

  edit(one) {
    const message = this.chat.worded(one);
    if (!editable(message, this.chat.me?.id)) return;
    this.mode = { edit: message, before: this.mode?.edit ? this.mode.before : this.field.value };
    this.field.value = spoken(message);
    this.show();
    this.field.focus({ preventScroll: true });
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  leaveEdit() {
    if (!this.mode?.edit) return;
    this.field.value = this.mode.before;
    this.mode = null;
  }

  /** Leave what is being replied to or edited. */
  leave() {
    this.leaveEdit();
    this.mode = null;
  }

  cancel() {
    if (this.mode?.asked) this.dismissed.add(`${this.chat.me.id}:${this.mode.reply.message_id}`);
    this.leave();
    this.show();
    this.field.focus({ preventScroll: true });
  }

  // Writing

  async attempt(what) {
    try { return await what(); } catch (error) { complain(error, this.chat.toasts); return null; }
  }

  /** Where something is said, in reply to what, and as whom. */
  place() {
    const { chat, mode } = this;
    const place = { as: chat.me.id, chat: chat.id };
    if (!mode?.reply) return { ...place, ...chat.topics.place() };
    const { reply, quote, away } = mode;
    const said = quote ? { ...place, quote } : place;
    if (!away) return { ...said, reply_to: reply.message_id };
    return { ...said, ...chat.topics.place(), external_reply: { chat: reply.chat.id, message: reply.message_id } };
  }

  /** Say *text* at once, whatever is being written. */
  say(text, more = this.chat.topics.place()) {
    return this.attempt(() => api.say({ as: this.chat.me.id, chat: this.chat.id, text, ...more }));
  }

  /** Send *what* at once, as a reply if one is being written; words that wait for something else stay. */
  async give(what) {
    if (!this.chat.me) return;
    this.leaveEdit();
    const { mode } = this;
    const place = this.place();
    this.mode = null;
    this.show();
    try {
      this.chat.put(await api.send({ ...place, ...what }));
    } catch (error) {
      complain(error, this.chat.toasts);
      this.mode ??= mode;
      this.show();
    }
  }

  async send() {
    const { chat, field, mode, tray } = this;
    const text = field.value.trim();
    const bare = mode?.edit && captioned(mode.edit); // a caption may be taken away
    if (!chat.me || (!text && !tray.full && !bare)) return;
    const [place, typed, taken] = [this.place(), field.value, tray.out()];
    this.mode = null;
    field.value = mode?.edit ? mode.before : '';
    this.commands.hide();
    this.show();
    try {
      if (mode?.edit) chat.put(await api.edit({ as: place.as, chat: chat.id, message: mode.edit.message_id, text }));
      else if (!taken.items.length) chat.put(await api.say({ ...place, text }));
      else await this.post(place, parcels(taken, text));
      forget(taken.items);
    } catch (error) { // nothing a person wrote is thrown away
      complain(error, chat.toasts);
      if (!field.value || mode?.edit) {
        [this.mode, field.value] = [mode, typed];
        taken.back();
      }
      this.show();
    }
  }

  /** Send files: one by one, or as albums. */
  async post(place, all) {
    for (const items of all) {
      if (items.length > 1) (await api.album({ ...place, items })).forEach((message) => this.chat.put(message));
      else this.chat.put(await api.send({ ...place, ...items[0] }));
    }
  }

  key(event) {
    if (event.isComposing) return;
    if (this.commands.key(event)) { event.preventDefault(); return; }
    const empty = this.field.value === '';
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape' && (this.mode || this.tray.full)) {
      if (this.mode) this.cancel(); else { this.tray.drop(); this.show(); }
    } else if (event.key === 'ArrowUp' && event.ctrlKey) {
      event.preventDefault();
      this.replyHigher();
    } else if (event.key === 'ArrowUp' && empty && !event.shiftKey) {
      for (const message of this.chat.newestFirst()) {
        if (!editable(message, this.chat.me?.id)) continue;
        event.preventDefault();
        this.edit(message);
        return;
      }
    }
  }

  /** Reply to the newest message, and then to the one above it. */
  replyHigher() {
    const all = [...this.chat.newestFirst()];
    const at = all.findIndex((message) => message === this.mode?.reply);
    if (all[at + 1]) this.reply(all[at + 1]);
  }

  typed() {
    this.grow();
    if (/^\/\w*$/.test(this.field.value)) this.commands.list(this.field.value);
    else this.commands.hide();
  }

  grow() {
    this.line.classList.toggle('ready', Boolean(this.field.value.trim() || this.tray.full));
    if (CSS.supports('field-sizing', 'content')) return;
    this.field.style.height = 'auto';
    this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`;
  }

  paste(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.tray.take(files);
  }
}
