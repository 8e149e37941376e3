/** The page: the world's chats side by side, kept up with what happens in it. */

import * as api from './api.js';
import { Chat } from './chat.js';
import { arrange, calm, el, iconButton, memory, narrow } from './dom.js';
import { target } from './links.js';
import { askLink, choose, complain, toast } from './overlays.js';
import { TONES, face, fullName, tint } from './people.js';
import { setClock } from './time.js';
import { topical } from './topics.js';
import { language, words } from './words.js';

const $ = (id) => document.getElementById(id);

class App {
  constructor() {
    this.bot = { id: 0, name: 'Baton', username: '' };
    this.people = new Map();
    this.places = new Map(); // chats as the world tells of them
    this.chats = new Map(); // those that are shown
    this.wanted = new Set(); // private chats somebody asked for
    this.active = null;
    this.seq = 0; // of the last that was learnt of the world
    document.documentElement.lang = language;
    $('tabs').setAttribute('aria-label', words.chats);
    $('columns').setAttribute('aria-label', words.chats);
    addEventListener('keydown', (event) => this.shortcut(event));
    document.addEventListener('visibilitychange', () => { if (this.active?.attentive()) this.active.read(); });
    for (const sign of ['dragover', 'drop']) addEventListener(sign, (event) => event.preventDefault());
  }

  run() {
    this.showTools();
    return api.follow({
      resync: () => this.resync(),
      tell: (news) => this.hear(news),
      state: (state) => {
        $('wire').textContent = state === 'lost' ? words.lost : '';
        document.documentElement.dataset.wire = state;
      },
    });
  }

  /** Load everything anew; what is shown already stays where it is. */
  async resync() {
    this.seq = 0;
    const world = await this.meet();
    const shown = await Promise.all([...this.places.values()].map(async (place) => (
      { place, messages: await api.messages(place.id) })));
    for (const { place, messages } of shown) {
      if (messages.length || this.belongs(place)) this.show(place).load(messages);
      else this.chats.delete(place.id);
    }
    this.order();
    this.explain();
    return world.seq;
  }

  /** Learn who and what there is. */
  async meet() {
    const world = await api.world();
    if (world.seq < this.seq) return world; // answers may overtake each other
    this.seq = world.seq;
    setClock(world.now);
    this.bot = world.bot;
    this.people = new Map(world.people.map((person) => [person.id, person]));
    this.places = new Map(world.chats.map((place) => [place.id, place]));
    for (const { id } of world.people) {
      if (!this.places.has(id)) {
        this.places.set(id, { id, type: 'private', title: '', members: [{ person: id, status: 'member' }], bot: 'member', blocked: false });
      }
    }
    for (const [id, chat] of this.chats) {
      if (this.places.has(id)) chat.know(this.places.get(id));
      else { chat.element.remove(); this.chats.delete(id); }
    }
    return world;
  }

  /** Whether a chat is shown before anything was said in it: groups, and who is in none. */
  belongs(place) {
    return place.type !== 'private' || this.wanted.has(place.id) || !this.colleague(place.id);
  }

  colleague(person) {
    return [...this.places.values()].some((place) => place.type !== 'private'
      && place.members.some((member) => member.person === person && !['left', 'kicked'].includes(member.status)));
  }

  show(place) {
    if (!this.chats.has(place.id)) {
      const tone = place.type === 'private' ? tint(place.id) : [...this.places.values()].filter(({ type }) => type !== 'private').indexOf(place) % TONES;
      this.chats.set(place.id, new Chat(place, this, tone));
    }
    return this.chats.get(place.id);
  }

  /** Clients first, then groups, then private chats of those who are in a group. */
  order() {
    const rank = ({ place }) => (place.type !== 'private' ? 1 : this.colleague(place.id) ? 2 : 0);
    const places = [...this.places.keys()];
    const sorted = [...this.chats.values()].sort((one, other) => (
      rank(one) - rank(other) || places.indexOf(one.id) - places.indexOf(other.id)));
    this.chats = new Map(sorted.map((chat) => [chat.id, chat]));
    arrange($('columns'), sorted.map((chat) => chat.element));
    arrange($('tabs'), sorted.map((chat) => this.tab(chat)));
    if (!this.active || !this.chats.has(this.active.id)) this.activate(sorted[0]);
    for (const chat of sorted) if (chat.stuck) chat.toEnd();
    this.unreadChanged();
  }

  tab(chat) {
    chat.tab ??= el('button', { type: 'button', class: 'tab', onclick: () => this.activate(chat) });
    return chat.tab;
  }

  unreadChanged() {
    let total = 0;
    for (const chat of this.chats.values()) {
      total += chat.unread;
      const label = chat.unread ? `${chat.title}, ${words.unread(chat.unread)}` : chat.title;
      const tab = this.tab(chat);
      const key = `${label}|${chat === this.active}`;
      if (tab.dataset.key === key) continue;
      tab.dataset.key = key;
      tab.setAttribute('aria-label', label);
      if (chat === this.active) tab.setAttribute('aria-current', 'true');
      else tab.removeAttribute('aria-current');
      tab.replaceChildren(
        el('span', { class: 'tab-face' }, face(chat.private ? chat.title : chat.short, chat.tone),
          chat.unread > 0 && el('span', { class: 'badge' }, chat.unread > 99 ? '99+' : chat.unread)),
        el('span', { class: 'tab-name' }, chat.short));
    }
    document.title = total ? `(${total}) Baton sandbox` : 'Baton sandbox';
  }

  activate(chat) {
    if (!chat || this.active === chat) { if (chat?.attentive() && chat.unread) chat.read(); return; }
    this.active?.left();
    this.active = chat;
    chat.entered();
    this.tab(chat).scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.unreadChanged();
  }

  /** Show a chat, perhaps one that was not on the page yet, and turn to it. */
  async reveal(id) {
    this.wanted.add(id);
    const place = this.places.get(id);
    if (!place) return;
    if (!this.chats.has(id)) {
      this.show(place).load(await api.messages(id));
      this.order();
    }
    const chat = this.chats.get(id);
    this.activate(chat);
    chat.element.scrollIntoView({ inline: 'nearest', block: 'nearest', behavior: calm() ? 'instant' : 'smooth' });
    if (!narrow()) chat.composer.field.focus({ preventScroll: true });
  }

  /** Take in one event of the world. */
  async hear(news) {
    const place = this.places.get(news.chat);
    if (['member', 'topic', 'forum'].includes(news.kind) || !place || topical(news.message)) {
      await this.meet();
      for (const chat of this.chats.values()) chat.update();
      if (!this.places.has(news.chat)) return;
    }
    const known = this.chats.get(news.chat);
    if (news.kind === 'answer') known?.presses.answered(news);
    else if (news.kind === 'delete') known?.drop(news.message_id ?? news.message?.message_id);
    else if (news.message) {
      const chat = known ?? this.show(this.places.get(news.chat));
      chat.put(news.message, true);
      if (!known) { chat.load(await api.messages(news.chat)); this.order(); }
    } else if (known && news.kind !== 'member') known.load(await api.messages(news.chat));
    if (news.kind === 'member') this.order();
  }

  /** Turn to a message, wherever it is. */
  async jump(chat, message) {
    const before = this.active;
    if (!this.places.has(chat)) { toast(words.noSuchChat, before?.toasts); return; }
    if (before?.id !== chat) await this.reveal(chat);
    this.chats.get(chat).jump(message);
  }

  // Links

  leadsToBot(link) {
    let url;
    try { url = new URL(link); } catch { return false; }
    const name = this.bot.username.toLowerCase();
    if (url.protocol === 'tg:') return url.host === 'resolve' && url.searchParams.get('domain')?.toLowerCase() === name;
    return ['t.me', 'telegram.me', 'www.t.me'].includes(url.hostname) && url.pathname.split('/')[1]?.toLowerCase() === name;
  }

  /** Follow a link in a text for whoever is looking; false if the browser may do that itself. */
  follow(link, chat) {
    if (this.leadsToBot(link)) {
      if (chat.me) this.open(chat.me.id, link, chat.toasts);
      return true;
    }
    const aim = target(link);
    if (aim) this.jump(aim.chat, aim.message);
    return Boolean(aim) || link.startsWith('tg:');
  }

  /** Leave for the web, in another tab that knows nothing of this one. */
  leave(link) {
    if (/^https?:/i.test(link)) window.open(link, '_blank', 'noopener,noreferrer');
  }

  /** Open a link to the bot as *person*; for one that adds it to a group, ask which. */
  open(person, link, place) {
    const add = /[?&]startgroup\b/.test(link);
    const groups = add && [...this.chats.values()].filter((chat) => chat.speakers().some((each) => each.person.id === person) && !chat.private);
    if (!groups?.length) return this.enter(person, link, undefined, place);
    return choose(words.whichGroup, groups.map((chat) => ({
      label: chat.title, mark: face(chat.short, chat.tone, 'small'), pick: () => this.enter(person, link, chat.id, place),
    })));
  }

  async enter(person, link, group, place) {
    try {
      await api.open(person, link, group);
      await this.reveal(group ?? person);
    } catch (error) { complain(error, place); }
  }

  // Around the chats

  showTools() {
    $('tools').replaceChildren(
      iconButton('link', words.openLink, () => askLink({
        people: [...this.people.values()].map((person) => ({ id: person.id, name: fullName(person) })),
        start: this.active?.me?.id,
        link: `https://t.me/${this.bot.username}?start=`,
        done: (person, link) => this.open(person, link),
      })),
      iconButton('add', words.privateChat, () => choose(words.privateChat, [...this.people.values()].map((person) => (
        { label: fullName(person), mark: face(fullName(person), tint(person.id), 'small'), pick: () => this.reveal(person.id) })))),
      iconButton('help', words.howTitle, () => this.toggleHowto()));
  }

  /** Say who could do what first: whom this world has as a client and as companies. */
  explain() {
    const all = [...this.chats.values()];
    const client = all.find((chat) => chat.private && !this.colleague(chat.id))?.me;
    const [first, second] = all.filter((chat) => !chat.private);
    const lead = first?.speakers()[0]?.person;
    const cast = client && lead && [client.first_name, lead.first_name, first.short, second?.short ?? first.short];
    $('hint').textContent = cast ? words.hint(...cast) : words.hintPlain;
    const steps = cast ? words.howto(...cast) : [];
    const gotIt = el('button', { type: 'button', class: 'plain strong', onclick: () => this.toggleHowto(false) }, words.gotIt);
    $('howto').replaceChildren(el('h2', {}, words.howTitle),
      el('ol', {}, steps.map(([title, text]) => el('li', {}, el('b', {}, title), el('span', {}, text)))), gotIt);
    $('howto').hidden = memory.get('howto') === 'hidden' || !steps.length;
  }

  toggleHowto(show = $('howto').hidden) {
    $('howto').hidden = !show;
    memory.set('howto', show ? 'shown' : 'hidden');
  }

  shortcut(event) {
    if (!event.altKey || event.ctrlKey || !/^Digit[1-9]$/.test(event.code)) return;
    const chat = [...this.chats.values()][Number(event.code.slice(5)) - 1];
    if (!chat) return;
    event.preventDefault();
    this.activate(chat);
    chat.element.scrollIntoView({ inline: 'nearest', block: 'nearest' });
    chat.composer.field.focus({ preventScroll: true });
  }
}

new App().run();
