/** Buttons under messages: what pressing them does, and what the bot answers. */

import * as api from './api.js';
import { alertIn, complain, toast } from './overlays.js';
import { words } from './words.js';

const WAIT = 5; // seconds the bot has to answer a press

export class Presses {
  constructor(chat) {
    this.chat = chat;
    this.pending = new Map(); // by person: presses of ours under way, and answers we have shown
  }

  /** Press a *button* of *message*; *key* is its element, and *at* its place. */
  async press(message, at, button, key) {
    const { chat } = this;
    if (!chat.me) return;
    if (button.copy_text) { chat.copy(button.copy_text.text); return; }
    if (button.url) { if (!chat.app.follow(button.url, chat)) chat.app.leave(button.url); return; }
    if (!button.callback_data) { toast(words.noAction, chat.toasts); return; }

    const as = chat.me.id;
    this.pending.set(as, `${as}:${message.message_id}`);
    key.classList.add('busy');
    try {
      const answer = await api.press({ as, chat: chat.id, message: message.message_id, button: at, wait: WAIT });
      if (answer) this.answered(answer, true);
      this.pending.set(as, answer ? `${answer.text}` : null);
      setTimeout(() => this.pending.delete(as), 1500); // the stream says the same in a moment
    } catch (error) {
      this.pending.delete(as);
      complain(error, chat.toasts);
    }
    key.classList.remove('busy');
  }

  /** Show what the bot answered a press with; the stream tells of our own presses as well. */
  answered({ as, text, show_alert: alert }, ours = false) {
    if (!text || (!ours && this.pending.get(as))) return;
    if (alert) alertIn(this.chat.element, this.chat.app.bot.name, text);
    else toast(text, this.chat.toasts);
  }
}
