/** The commands of the bot: the list that a slash opens over the field for writing. */

import * as api from './api.js';
import { el } from './dom.js';
import { toast } from './overlays.js';
import { words } from './words.js';

export class Commands {
  constructor(composer) {
    this.composer = composer;
    this.chat = composer.chat;
    this.found = [];
    this.marked = 0;
    this.element = el('div', { class: 'suggest', hidden: true, role: 'listbox', 'aria-label': words.commands, id: `suggest${this.chat.id}` });
  }

  /** List the commands that begin as *typed*, or all of them; once more hides them. */
  async list(typed = '') {
    const { chat, composer, element } = this;
    if (!chat.me) return;
    if (!typed && !element.hidden) { this.hide(); return; }
    const known = await composer.attempt(() => api.commands(chat.me.id, chat.id)) ?? [];
    if (typed && typed !== composer.field.value) return; // somebody types faster than we ask
    this.found = known.filter(({ command }) => command.startsWith(typed.slice(1).toLowerCase()));
    if (!typed && !known.length) toast(words.noCommands, chat.toasts);
    element.replaceChildren(...this.found.map((each, at) => el('button', {
      type: 'button', role: 'option', id: `${element.id}-${at}`, tabindex: -1, onclick: () => this.take(each),
    }, el('b', {}, `/${each.command}`), el('span', {}, each.description))));
    element.hidden = !this.found.length;
    this.mark(0);
    if (!typed) composer.field.focus({ preventScroll: true });
  }

  mark(at) {
    const { composer: { field }, element } = this;
    this.marked = (at + this.found.length) % Math.max(this.found.length, 1);
    [...element.children].forEach((option, each) => {
      option.setAttribute('aria-selected', String(each === this.marked));
      if (each === this.marked && !element.hidden) option.scrollIntoView({ block: 'nearest' });
    });
    if (element.hidden) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', `${element.id}-${this.marked}`);
  }

  /** Whether a key was meant for the list. */
  key(event) {
    if (this.element.hidden) return false;
    const chosen = this.found[this.marked];
    if (event.key === 'ArrowDown') this.mark(this.marked + 1);
    else if (event.key === 'ArrowUp') this.mark(this.marked - 1);
    else if (event.key === 'Escape') this.hide();
    else if (event.key === 'Tab' && chosen) this.take(chosen);
    else if (event.key === 'Enter' && !event.shiftKey && chosen && this.composer.field.value !== `/${chosen.command}`) this.take(chosen);
    else return false;
    return true;
  }

  /** Write the command down, to be sent or to be followed by words; in groups it names its bot. */
  take({ command }) {
    const { chat, composer } = this;
    composer.field.value = `/${command}${chat.private ? '' : `@${chat.app.bot.username}`} `;
    this.hide();
    composer.grow();
    composer.field.focus();
  }

  hide() {
    this.element.hidden = true;
    this.mark(0);
  }
}
