/** Fingers and files over a chat: long presses, swipes that reply, and what is dropped. */

import { narrow } from './dom.js';

const LONG = 500; // milliseconds of a long press
const SWIPE = 56; // pixels of a swipe that is a reply

/** Let *chat* be touched, and files be dropped on it. */
export function gestures(chat) {
  touch(chat);
  receive(chat);
}

function touch(chat) {
  const { thread } = chat;
  let [from, timer] = [null, 0];
  const end = () => {
    clearTimeout(timer);
    if (!from) return;
    from.element.style.transform = '';
    from.element.classList.remove('swiped');
    if (from.reply) chat.view.act.reply(from.message);
    from = null;
  };
  thread.addEventListener('contextmenu', (event) => {
    const message = chat.messageAt(event.target);
    if (!message || event.target.closest('.words a, .photo, video, audio') || event.shiftKey) return;
    event.preventDefault();
    const box = event.target.getBoundingClientRect();
    chat.offer(message, event.clientX || box.left + 20, event.clientY || box.top + 20);
  });
  thread.addEventListener('pointerdown', (event) => {
    const message = chat.messageAt(event.target);
    if (event.pointerType !== 'touch' || !message || event.target.closest('audio, video[controls]')) return;
    from = { x: event.clientX, y: event.clientY, message, element: event.target.closest('.row'), reply: false };
    timer = setTimeout(() => { end(); chat.offer(message, event.clientX, event.clientY); }, LONG);
  });
  thread.addEventListener('pointermove', (event) => {
    if (!from || event.pointerType !== 'touch') return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.hypot(dx, dy) > 8) clearTimeout(timer);
    if (!narrow() || Math.abs(dx) < Math.abs(dy) * 1.5) return;
    from.element.style.transform = `translateX(${Math.max(-80, Math.min(0, dx))}px)`;
    from.reply = dx < -SWIPE;
    from.element.classList.toggle('swiped', from.reply);
  });
  thread.addEventListener('pointerup', end);
  thread.addEventListener('pointercancel', () => { if (from) from.reply = false; end(); });
}

function receive({ element, composer }) {
  const carried = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  element.addEventListener('dragover', (event) => {
    if (!carried(event)) return;
    event.preventDefault();
    element.classList.add('dropping');
  });
  element.addEventListener('dragleave', (event) => {
    if (!element.contains(event.relatedTarget)) element.classList.remove('dropping');
  });
  element.addEventListener('drop', (event) => {
    element.classList.remove('dropping');
    if (!carried(event)) return;
    event.preventDefault();
    composer.tray.take([...event.dataTransfer.files]);
  });
}
