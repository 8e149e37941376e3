/** A chat: its head, its messages, its composer; what is unread, and where one was reading. */

import * as api from './api.js';
import { Composer } from './composer.js';
import { arrange, calm, el, icon, iconButton, memory } from './dom.js';
import { forward, reply } from './elsewhere.js';
import { gestures } from './gestures.js';
import { pictured, spoken } from './kinds.js';
import { linkTo } from './links.js';
import { carryOver, large } from './media.js';
import { editable, row, service } from './message.js';
import { enlarge, menu, menuBy, toast } from './overlays.js';
import { face, fullName, sender } from './people.js';
import { Presses } from './presses.js';
import { day, dayInWords } from './time.js';
import { Topics, threadOf } from './topics.js';
import { words } from './words.js';

const TOGETHER = 300; // seconds within which messages of one person stand together
const NEAR = 48; // pixels from the end that still count as being there

export class Chat {
  constructor(place, app, tone) {
    this.app = app;
    this.id = place.id;
    this.tone = tone;
    this.private = place.type === 'private';
    this.messages = new Map(); // by id, in order
    this.rows = new Map(); // by the ids of their messages; an album is one row
    this.separators = new Map();
    this.unread = 0;
    this.newFrom = null; // the first message under the "new messages" line
    this.stuck = true; // at the end, and staying there
    this.presses = new Presses(this);

    this.badge = el('span', { class: 'badge', hidden: true });
    this.head = el('header', { class: 'head' });
    this.thread = el('div', { class: 'thread' });
    this.scroll = el('div', { class: 'scroll', tabindex: 0, role: 'log', onkeydown: (event) => this.walk(event) }, this.thread);
    this.scroll.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.jumpBadge = el('span', { class: 'badge', hidden: true });
    this.jumpButton = el('button', { type: 'button', class: 'to-bottom', hidden: true, onclick: () => this.toEnd(true) }, icon('down'), this.jumpBadge);
    this.toasts = el('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    this.topics = new Topics(this);
    this.composer = new Composer(this);
    this.element = el('section', { class: `chat tone-${tone}`, id: `chat${this.id}` }, this.head, this.topics.element,
      el('div', { class: 'stage' }, this.scroll, this.jumpButton, this.toasts, el('div', { class: 'drop' }, words.dropHere)),
      this.composer.element);

    const view = {
      group: !this.private,
      isAdmin: (id) => this.isAdmin(id),
      topic: (message) => this.topics.over(message),
      find: (id) => this.messages.get(id),
      act: {
        reply: (message) => this.composer.reply(message, this.selected(message)),
        edit: (message) => this.composer.edit(message),
        jump: (id, chat = this.id) => app.jump(chat, id),
        topic: (thread) => this.topics.select(thread),
        press: (...all) => this.presses.press(...all),
        open: (link) => app.follow(link, this),
        command: (text) => this.me && this.composer.say(this.private || text.includes('@') ? text : `${text}@${app.bot.username}`),
        enlarge: (message) => enlarge(large(message), message.caption),
      },
    };
    this.view = Object.defineProperty(view, 'me', { get: () => this.me?.id });

    new ResizeObserver(() => { if (this.stuck) this.toEnd(); }).observe(this.thread);
    new ResizeObserver(() => { if (this.stuck) this.toEnd(); }).observe(this.scroll);
    this.attend();
    gestures(this);
    this.know(place);
  }

  /** Take in what the world says of this chat: its title and who is in it. */
  know(place) {
    this.place = place;
    const owner = this.app.people.get(this.id);
    this.title = place.title || (owner ? fullName(owner) : '');
    if (this.private && owner) this.title = fullName(owner);
    this.short = this.private ? owner?.first_name ?? this.title : this.title.split(/\s+[·|—-]\s+/)[0];
    const speakers = this.speakers();
    const wanted = this.me?.id ?? Number(memory.get(`me.${this.id}`));
    this.me = (speakers.find(({ person }) => person.id === wanted) ?? speakers[0])?.person ?? null;
    this.element.setAttribute('aria-label', this.title);
    this.scroll.setAttribute('aria-label', words.messagesOf(this.title));
    this.showHead();
    if (this.topics.know(place)) { this.redraw(); this.update(); }
  }

  /** Who can be spoken for here: `{person, admin}` of each. */
  speakers() {
    if (this.private) {
      const person = this.app.people.get(this.id);
      return person ? [{ person, admin: false }] : [];
    }
    return this.place.members
      .filter(({ status }) => !['left', 'kicked'].includes(status))
      .map(({ person, status }) => ({ person: this.app.people.get(person), admin: ['administrator', 'creator'].includes(status) }))
      .filter(({ person }) => person);
  }

  isAdmin(id) {
    return !this.private && this.speakers().some(({ person, admin }) => admin && person.id === id);
  }

  showHead() {
    const code = this.code();
    const botHere = !this.private && !['left', 'kicked'].includes(this.place.bot);
    const names = [...this.speakers().map(({ person }) => person.first_name), ...(botHere ? [this.app.bot.name] : [])];
    const about = this.private ? words.privateWith(this.app.bot.name) : `${names.join(', ')} · ${words.members(names.length)}`;
    this.head.replaceChildren(face(this.private ? this.title : this.short, this.tone),
      el('div', { class: 'heading' },
        el('h2', { title: this.title }, el('span', {}, this.title), code && el('span', { class: 'code' }, code)),
        el('p', { title: about }, about)),
      this.badge, ...(this.place.type === 'supergroup' ? [this.menuButton()] : []));
  }

  menuButton() {
    this.more ??= iconButton('more', words.chatMenu, () => this.me && menuBy(this.more, this.topics.choices()));
    return this.more;
  }

  /** The company's code, once the bot's messages here have begun with ticket numbers like VND-1. */
  code() {
    if (this.private) return null;
    const seen = new Map();
    for (const { from, text } of this.messages.values()) {
      const found = from?.is_bot && /^\W{0,4}([A-Z]{2,6})-\d+\b/u.exec(text ?? '');
      if (found) seen.set(found[1], (seen.get(found[1]) ?? 0) + 1);
    }
    return [...seen].sort((one, other) => other[1] - one[1])[0]?.[0] ?? null;
  }

  // Messages

  /** Those that are shown. */
  *newestFirst() {
    const all = [...this.messages.values()].filter((message) => this.topics.has(message));
    for (let at = all.length - 1; at >= 0; at--) yield all[at];
  }

  /** Show exactly these messages: after loading, or when the stream was lost for a while. */
  load(messages) {
    const first = this.rows.size === 0;
    const before = this.last();
    const now = messages.filter((message) => !message.deleted);
    const known = new Set(now.map((message) => message.message_id));
    if (first) {
      const read = memory.get(`read.${this.id}`);
      const missed = read === null ? [] : now.filter((message) => message.message_id > Number(read) && this.counts(message));
      this.miss(missed);
      if (read === null && now.length) memory.set(`read.${this.id}`, now.at(-1).message_id);
    } else this.miss(now.filter((message) => message.message_id > before && this.counts(message) && !this.attentive()));
    this.steadily(() => {
      for (const id of [...this.rows.keys()]) if (!known.has(id)) this.forget(id);
      for (const message of now) this.keep(message);
      if (this.attentive()) this.read();
      this.update();
    });
  }

  /** Take in a message, new or changed. *live* if it has just come from the stream. */
  put(message, live = false) {
    const old = this.messages.get(message.message_id);
    if (message.deleted) { this.drop(message.message_id); return; }
    this.steadily(() => this.take(message, old, live));
  }

  take(message, old, live) {
    this.keep(message);
    if (!old) {
      this.topics.hear(message);
      if (message.from?.id === this.me?.id) {
        this.newFrom = null;
        this.stuck = true;
        this.read();
      } else if (this.attentive()) this.read();
      else if (this.counts(message)) this.miss([message]);
    } else if (live && old.edit_date !== message.edit_date) this.flash(message.message_id, 'changed');
    this.update();
  }

  drop(id) {
    this.steadily(() => { this.forget(id); this.update(); });
  }

  /** Make a *change* to the messages that leaves what is being read where it is. */
  steadily(change) {
    const top = this.scroll.getBoundingClientRect().top;
    const seen = !this.stuck && [...this.thread.querySelectorAll('[data-id]')]
      .map((element) => ({ id: Number(element.dataset.id), box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom > top);
    change();
    const still = !this.stuck && seen && seen.find(({ id }) => this.rows.has(id));
    if (still) this.scroll.scrollTop += this.rows.get(still.id).element.getBoundingClientRect().top - still.box.top;
  }

  keep(message) {
    const id = message.message_id;
    const old = this.messages.get(id);
    this.messages.set(id, message);
    if (!old && [...this.messages.keys()].at(-2) > id) {
      this.messages = new Map([...this.messages].sort(([one], [other]) => one - other));
    }
    this.draw(message);
  }

  /** Draw the row that *message* is in, unless it looks like that already. */
  draw(message) {
    const parts = this.parts(message);
    const key = JSON.stringify(parts);
    const had = parts.map((part) => this.rows.get(part.message_id)).find(Boolean);
    if (had?.key === key) return;
    const drawn = { key, element: row(parts, this.view) };
    if (had?.element.contains(document.activeElement)) setTimeout(() => drawn.element.focus({ preventScroll: true }));
    if (had) carryOver(had.element, drawn.element);
    had?.element.replaceWith(drawn.element);
    for (const part of parts) this.rows.set(part.message_id, drawn);
  }

  /** The parts of the album that *message* is in; by itself it is its own only part. */
  parts(message) {
    if (!message.media_group_id) return [message];
    return [...this.messages.values()].filter((each) => each.media_group_id === message.media_group_id);
  }

  /** The part of an album that has the words of all; any other message has its own. */
  worded(message) {
    const parts = this.parts(message);
    return parts.every(pictured) ? parts.find(spoken) ?? parts[0] : message;
  }

  forget(id) {
    const message = this.messages.get(id);
    const drawn = this.rows.get(id);
    this.rows.delete(id);
    this.messages.delete(id);
    if (this.newFrom === id) this.newFrom = null;
    const [rest] = message?.media_group_id ? this.parts(message) : [];
    if (rest) this.draw(rest);
    else drawn?.element.remove();
  }

  /** Draw everything anew: somebody else looks, or the topics are other ones. */
  redraw() {
    for (const drawn of this.rows.values()) drawn.key = '';
    for (const message of this.messages.values()) {
      if (!this.rows.get(message.message_id)?.key) this.draw(message);
    }
  }

  last() {
    return [...this.messages.keys()].at(-1) ?? 0;
  }

  /** Put rows, dates and the line of new messages in order, and close up who speaks in a row. */
  update() {
    const all = this.leads();
    const children = [];
    let above = null;
    all.forEach((message, at) => {
      const { element } = this.rows.get(message.message_id);
      const below = all[at + 1];
      const newDay = !above || day(above.date) !== day(message.date);
      if (newDay) children.push(this.separator(`day ${day(message.date)}`, dayInWords(message.date), 'date'));
      const newLine = this.begins(message);
      if (newLine) children.push(this.separator('new', words.newMessages, 'new-line'));
      element.classList.toggle('first', newDay || newLine || !this.together(above, message));
      element.classList.toggle('last', !below || this.begins(below) || !this.together(message, below));
      children.push(element);
      above = message;
    });
    if (!all.length) {
      const nothing = this.messages.size ? words.emptyTopic : this.private && this.me ? words.emptyPrivate(this.me.first_name, this.app.bot.name) : words.empty;
      children.push(this.separator('empty', nothing, 'date'));
    }
    arrange(this.thread, children);
    this.showHead();
    this.composer.refresh();
    if (this.stuck) this.toEnd();
    this.showUnread();
  }

  /** The first message of every row that is shown, in order. */
  leads() {
    const seen = new Set();
    return [...this.messages.values()].filter((message) => {
      const drawn = this.rows.get(message.message_id);
      return this.topics.has(message) && !seen.has(drawn) && seen.add(drawn);
    });
  }

  /** Whether the line of new messages is above the row that begins with *message*. */
  begins(message) {
    return this.rows.get(message.message_id) === this.rows.get(this.newFrom ?? 0);
  }

  separator(key, text, classes) {
    const had = this.separators.get(key);
    if (had?.textContent === text) return had;
    const made = el('div', { class: classes }, el('span', {}, text));
    this.separators.set(key, made);
    return made;
  }

  together(one, other) {
    return one && other && !service(one) && !service(other) && sender(one).id === sender(other).id && this.topics.same(one, other)
      && other.date - one.date < TOGETHER && day(one.date) === day(other.date);
  }

  /** Speak for *person* from now on. */
  become(person) {
    this.me = this.app.people.get(person);
    memory.set(`me.${this.id}`, person);
    this.composer.leaveEdit();
    if (this.composer.mode?.asked) this.composer.mode = null;
    this.steadily(() => { this.redraw(); this.update(); });
  }

  /** Another topic is shown from now on. */
  turned() {
    if (!this.composer.mode?.away) this.composer.leave();
    this.stuck = true;
    this.update();
    this.toEnd();
  }

  // Reading

  /** Whether somebody is looking at the end of this chat just now. */
  attentive() {
    return this.active && this.stuck && document.visibilityState === 'visible';
  }

  counts(message) {
    return message.from?.id !== this.me?.id;
  }

  miss(messages) {
    if (!messages.length) return;
    if (!this.unread) this.newFrom = messages[0].message_id;
    this.unread += messages.length;
  }

  read() {
    this.unread = 0;
    if (this.last()) memory.set(`read.${this.id}`, this.last());
    this.showUnread();
  }

  showUnread() {
    for (const badge of [this.badge, this.jumpBadge]) {
      badge.hidden = !this.unread;
      badge.textContent = this.unread > 99 ? '99+' : String(this.unread);
    }
    this.badge.setAttribute('aria-label', words.unread(this.unread));
    this.badge.setAttribute('role', 'img');
    this.jumpButton.hidden = this.stuck;
    this.jumpButton.setAttribute('aria-label', words.toBottom(this.unread));
    this.element.classList.toggle('has-unread', this.unread > 0);
    this.app.unreadChanged();
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroll;
    const size = `${scrollHeight}/${clientHeight}`;
    const resized = size !== this.size;
    this.size = size;
    if (this.stuck && resized) { this.toEnd(); return; } // not people: something grew
    const there = scrollHeight - scrollTop - clientHeight < NEAR;
    this.scroll.classList.toggle('moving', !there); // the date stays in sight for a moment
    clearTimeout(this.moving);
    this.moving = setTimeout(() => this.scroll.classList.remove('moving'), 1200);
    if (there === this.stuck) return;
    this.stuck = there;
    if (this.attentive()) this.read();
    else this.showUnread();
  }

  toEnd(smoothly = false) {
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smoothly && !calm() ? 'smooth' : 'instant' });
  }

  /** Notice when somebody turns to this chat. */
  attend() {
    const turn = () => this.app.activate(this);
    let dwell;
    for (const sign of ['pointerdown', 'focusin', 'wheel']) this.element.addEventListener(sign, turn, { passive: true });
    this.element.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') dwell = setTimeout(turn, 1200); });
    this.element.addEventListener('pointerleave', () => clearTimeout(dwell));
  }

  entered() {
    this.active = true;
    this.element.classList.add('active');
    if (this.attentive()) this.read();
  }

  left() {
    this.active = false;
    this.element.classList.remove('active');
    if (this.newFrom && !this.unread) { this.newFrom = null; this.update(); }
  }

  /** Show the message *id*, and the topic that it is in or that it began. */
  jump(id) {
    const element = this.rows.get(id)?.element;
    if (!element) { toast(words.gone, this.toasts); return; }
    const message = this.messages.get(id);
    if (message.forum_topic_created && this.topics.find(id)) this.topics.select(id);
    else if (!this.topics.has(message)) this.topics.select(threadOf(message));
    this.stuck = false;
    element.scrollIntoView({ block: 'center', behavior: calm() ? 'instant' : 'smooth' });
    this.flash(id, 'found');
    element.focus({ preventScroll: true });
  }

  flash(id, how) {
    const element = this.rows.get(id)?.element;
    if (!element) return;
    element.classList.add(how);
    setTimeout(() => element.classList.remove(how), 1600);
  }

  // Doing things with messages

  /** What of *message* is selected: a reply then quotes just that. */
  selected(message) {
    const selection = getSelection();
    const drawn = this.rows.get(message.message_id)?.element;
    const place = (drawn?.querySelector(`[data-part="${message.message_id}"]`) ?? drawn)?.querySelector('.words');
    if (!place || selection.isCollapsed || !selection.rangeCount) return '';
    const range = selection.getRangeAt(0);
    const text = place.contains(range.commonAncestorContainer) ? String(selection).trim() : '';
    return spoken(message).includes(text) ? text : '';
  }

  offer(message, x, y) {
    const text = message.has_protected_content ? '' : spoken(message);
    const address = linkTo(message);
    const live = message.from?.id === this.me?.id && message.location?.live_period;
    menu(x, y, [
      { label: words.reply, mark: 'reply', pick: () => this.view.act.reply(message) },
      { label: words.replyElsewhere, mark: 'out', pick: () => reply(this, message) },
      ...(message.has_protected_content ? [] : [{ label: words.forward, mark: 'forward', pick: () => forward(this, message) }]),
      ...(text ? [{ label: words.copy, mark: 'copy', pick: () => this.copy(text) }] : []),
      ...(address ? [{ label: words.copyLink, mark: 'link', pick: () => this.copy(address) }] : []),
      ...(live ? [{ label: words.walk, mark: 'pin', pick: () => this.walkOn(message) }] : []),
      ...(editable(message, this.me?.id) ? [{ label: words.edit, mark: 'edit', pick: () => this.composer.edit(message) }] : []),
    ]);
  }

  /** Be a few steps further, as one's own live location shows. */
  walkOn({ message_id: message, location: { latitude, longitude } }) {
    const location = { latitude: latitude + 0.0004, longitude: longitude + 0.0007 };
    this.composer.attempt(async () => this.put(await api.edit({ as: this.me.id, chat: this.id, message, location })));
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast(words.copied, this.toasts);
    } catch { /* the browser has said so itself */ }
  }

  /** The message that an element belongs to; of an album, the part. */
  messageAt(node) {
    const element = node.closest?.('.row');
    if (!element) return null;
    return this.messages.get(Number(node.closest('[data-part]')?.dataset.part ?? element.dataset.id));
  }

  /** The arrow keys walk through the messages; R replies, E edits. */
  walk(event) {
    if (event.target.closest('button, a, audio, video, [role=button]') || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...this.thread.querySelectorAll('.row')];
    const at = rows.indexOf(document.activeElement);
    const message = this.messageAt(document.activeElement);
    const next = { ArrowUp: at < 0 ? rows.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next !== undefined && (at >= 0 || event.key === 'ArrowUp')) {
      rows[Math.max(0, next)]?.focus();
      event.preventDefault();
    } else if (message && (event.key === 'Enter' || event.code === 'KeyR')) {
      this.view.act.reply(message);
      event.preventDefault();
    } else if (message && event.code === 'KeyE') {
      this.composer.edit(message);
      event.preventDefault();
    } else if (event.key === 'Escape') this.composer.field.focus();
  }
}
