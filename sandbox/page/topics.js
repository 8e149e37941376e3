/** The topics of a forum: the bar that lists them, the one that is shown, and what is done with them. */

import * as api from './api.js';
import { el, icon, iconButton } from './dom.js';
import { ask, choose, menu } from './overlays.js';
import { words } from './words.js';

const ALL = 'all'; // every topic at once
const GENERAL = 0; // the one without a thread

/** Icons that everybody may use, by their ids (Bot API, getForumTopicIconStickers). */
const ICONS = {
  '5434144690511290129': '📰', '5312536423851630001': '💡', '5312016608254762256': '⚡️', '5377544228505134960': '🎙',
  '5418085807791545980': '🔝', '5370870893004203704': '🗣', '5420216386448270341': '🆒', '5379748062124056162': '❗️',
  '5373251851074415873': '📝', '5433614043006903194': '📆', '5357315181649076022': '📁', '5309832892262654231': '🤖',
  '5237699328843200968': '✅', '5377316857231450742': '❓',
};
const COLORS = [7322096, 16766590, 13338331, 9367192, 16749490, 16478047]; // of icons (Bot API, createForumTopic)

/** The topic that *message* is in. */
export const threadOf = (message) => (message.is_topic_message ? message.message_thread_id : GENERAL);

/** Whether *message* tells of a topic itself. */
export const topical = (message) => Object.keys(message ?? {}).some((key) => key.startsWith('forum_topic_') || key.startsWith('general_forum_'));

export class Topics {
  constructor(chat) {
    this.chat = chat;
    this.all = [];
    this.on = false;
    this.shown = ALL;
    this.fresh = new Set(); // topics with something new that nobody has looked at
    this.element = el('nav', { class: 'topics', hidden: true, 'aria-label': words.topics });
  }

  /** Take in what the world says; return whether any of it is new. */
  know({ forum = false, topics = [] }) {
    const key = JSON.stringify([forum, topics]);
    if (key === this.key) return false;
    const old = this.all;
    [this.key, this.on, this.all] = [key, forum, topics];
    if (!forum || (this.shown && this.shown !== ALL && !this.find(this.shown))) this.shown = ALL;
    if (old.length > topics.length) this.fresh = new Set([...this.fresh].filter((thread) => !thread || this.find(thread)));
    this.draw();
    return true;
  }

  find(thread) {
    return this.all.find((topic) => topic.thread === thread);
  }

  /** Whether *message* is in what is shown. */
  has(message) {
    return !this.on || this.shown === ALL || threadOf(message) === this.shown;
  }

  /** Whether both messages are in one topic. */
  same(one, other) {
    return !this.on || threadOf(one) === threadOf(other);
  }

  /** The topic that stands over a message: `{name, thread, mark}`; none where there are no topics. */
  over(message) {
    if (!this.on) return null;
    const thread = threadOf(message);
    const topic = this.find(thread);
    if (thread && !topic) return null; // it is about to be known, or is no more
    return topic ? { ...topic, mark: sign(topic) } : { name: words.general, thread: GENERAL, mark: hash() };
  }

  /** All of them, General first: `{name, thread}`. */
  get listed() {
    return [{ name: words.general, thread: GENERAL }, ...this.all];
  }

  /** The topic that people write into now, unless they reply. */
  get current() {
    return this.on && this.shown !== ALL ? this.find(this.shown) : undefined;
  }

  /** What is said of where a message goes. */
  place() {
    return this.current ? { thread: this.current.thread } : {};
  }

  /** What the field for writing says, if topics are on. */
  hint() {
    return this.on ? words.messageIn(this.current?.name ?? words.general) : null;
  }

  /** Show one topic, or all of them. */
  select(thread) {
    if (this.shown === thread || !this.on) return;
    this.shown = thread;
    this.draw();
    this.chat.turned();
  }

  /** Note that *message* has come. */
  hear(message) {
    const thread = threadOf(message);
    if (!this.on || this.shown === ALL || this.shown === thread) return;
    this.fresh.add(thread);
    this.draw();
  }

  draw() {
    const { element, chat } = this;
    element.hidden = !this.on;
    chat.element?.classList.toggle('forum', this.on);
    chat.thread.classList.toggle('one', this.on && this.shown !== ALL);
    if (this.shown === ALL) this.fresh.clear(); else this.fresh.delete(this.shown);
    const focused = element.contains(document.activeElement);
    element.replaceChildren(
      this.chip(ALL, words.allTopics),
      this.chip(GENERAL, words.general, hash()),
      ...this.all.map((topic) => this.chip(topic.thread, topic.name, sign(topic), topic)),
      iconButton('plus', words.newTopic, () => this.create(), 'small'));
    const current = element.querySelector('[aria-current]');
    if (focused) current?.focus({ preventScroll: true });
    if (this.on && current && element.scrollWidth > element.clientWidth) {
      element.scrollLeft = current.offsetLeft - element.offsetLeft - 60;
    }
  }

  chip(thread, name, mark = null, topic = null) {
    const fresh = this.fresh.has(thread);
    const label = [name, topic?.closed && words.closed, fresh && words.newMessages].filter(Boolean).join(', ');
    return el('button', {
      type: 'button', class: 'chip', 'aria-current': this.shown === thread ? 'true' : null, 'aria-label': label, title: name,
      onclick: () => this.select(thread),
      oncontextmenu: (event) => {
        if (!topic) return;
        event.preventDefault();
        menu(event.clientX, event.clientY, this.offer(topic));
      },
    }, mark, el('span', {}, name), topic?.closed && icon('lock'), fresh && el('span', { class: 'dot', 'aria-hidden': 'true' }));
  }

  /** What can be done with a topic, for a menu. */
  offer(topic) {
    return [
      { label: words.renameTopic, mark: 'edit', pick: () => this.rename(topic) },
      topic.closed ? { label: words.reopenTopic, mark: 'unlock', pick: () => this.change(topic, { closed: false }) }
        : { label: words.closeTopic, mark: 'lock', pick: () => this.change(topic, { closed: true }) },
      { label: words.deleteTopic, mark: 'trash', pick: () => this.delete(topic) },
    ];
  }

  /** What the menu of the chat says of topics. */
  choices() {
    const { chat, current } = this;
    if (chat.place.type !== 'supergroup') return [];
    const turn = (on) => () => chat.composer.attempt(() => api.forum(chat.id, on));
    if (!this.on) return [{ label: words.topicsOn, mark: 'topic', pick: turn(true) }];
    return [
      ...(current ? this.offer(current) : []),
      { label: words.newTopic, mark: 'plus', pick: () => this.create() },
      { label: words.topicsOff, mark: 'topic', pick: turn(false) },
    ];
  }

  create() {
    this.name(words.newTopic, '', words.create, async (name) => {
      const { topic } = await api.topic({ as: this.chat.me.id, chat: this.chat.id, name });
      await this.chat.app.meet();
      this.select(topic.thread);
    });
  }

  rename(topic) {
    this.name(words.renameTopic, topic.name, words.save, (name) => this.change(topic, { name }));
  }

  name(title, value, verb, done) {
    ask(title, [{ name: 'name', label: words.topicName, value, maxlength: 128 }], verb, // Bot API, createForumTopic
      ({ name }) => name && this.chat.composer.attempt(() => done(name)));
  }

  delete(topic) {
    choose(words.deleteTopicSure(topic.name), [
      { label: words.deleteTopic, mark: icon('trash'), pick: () => this.change(topic, { deleted: true }) },
      { label: words.cancel, mark: icon('close'), pick: () => {} },
    ]);
  }

  change(topic, what) {
    return this.chat.composer.attempt(() => api.topic({ as: this.chat.me.id, chat: this.chat.id, thread: topic.thread, ...what }));
  }
}

const hash = () => el('span', { class: 'sign', 'aria-hidden': 'true' }, '#');

function sign(topic) {
  const emoji = ICONS[topic.icon_custom_emoji_id];
  if (emoji) return el('span', { class: 'sign', 'aria-hidden': 'true' }, emoji);
  const at = Math.max(0, COLORS.indexOf(topic.icon_color));
  return el('span', { class: `sign bubble-${at}`, 'aria-hidden': 'true' }, [...topic.name][0]?.toUpperCase() ?? '');
}
