/** What goes along with a message: files that wait for their caption, and things that are sent at once. */

import { el, icon, iconButton } from './dom.js';
import { length, size } from './media.js';
import { ask, complain, menuBy, toast } from './overlays.js';
import { fullName } from './people.js';
import { able, record } from './voice.js';
import { words } from './words.js';

const ALBUM = 10; // items of an album at most (Bot API, sendMediaGroup)
const LARGEST = 36e6; // bytes of all files together; the server takes 50 MiB of base64
const PHOTOS = ['image/png', 'image/jpeg', 'image/gif']; // what Telegram takes as a photo
const PICTURES = new Set(['photo', 'video', 'animation']);
const STICKERS = ['👍', '🙏', '😀', '😮', '😢', '🔥', '☕', '🎉'];
const DICE = ['🎲', '🎯', '🏀', '⚽', '🎳', '🎰'];
const CAFE = { latitude: 59.93428, longitude: 30.33511 };
const STICKER = 256; // pixels of a sticker that we draw

/** The files that go with the next message. */
export class Tray {
  constructor(composer) {
    this.composer = composer;
    this.items = []; // {kind, file: base64 or 'sample', name?, bytes?, preview?: address}
    this.spoiler = false;
    this.element = el('div', { class: 'banner attached', hidden: true });
    this.pictures = this.chooser('image/*,video/*', false);
    this.papers = this.chooser('', true);
  }

  chooser(accept, plain) {
    const input = el('input', { type: 'file', accept, multiple: true, hidden: true, onchange: () => {
      const files = [...input.files];
      input.value = '';
      this.take(files, plain);
    } });
    return input;
  }

  get full() {
    return this.items.length > 0;
  }

  /** Take *files* from this machine; *plain* ones as they are, the others as what they show. */
  async take(files, plain = false) {
    if (!files.length) return;
    if (files.reduce((sum, file) => sum + file.size, 0) > LARGEST) { toast(words.tooLarge, this.composer.chat.toasts); return; }
    const kinds = kindsOf(files, plain);
    this.put(await Promise.all(files.map(async (file, at) => ({
      kind: kinds[at], file: await base64(file), name: file.name, bytes: file.size,
      preview: kinds[at] === 'photo' || kinds[at] === 'animation' ? URL.createObjectURL(file) : null,
    }))));
  }

  put(items) {
    this.composer.leaveEdit();
    this.drop();
    this.items = items;
    this.composer.show();
    this.composer.field.focus();
  }

  /** Take everything out, to be sent; `back` puts it in again. */
  out() {
    const taken = { items: this.items, spoiler: this.spoiler, back: () => { [this.items, this.spoiler] = [taken.items, taken.spoiler]; } };
    [this.items, this.spoiler] = [[], false];
    return taken;
  }

  drop() {
    forget(this.items);
    this.out();
  }

  show() {
    const { items } = this;
    this.element.hidden = !this.full;
    if (!this.full) return;
    const [first] = items;
    const pictured = items.every(({ kind }) => PICTURES.has(kind));
    const hide = iconButton('hide', words.hideMedia, () => { this.spoiler = !this.spoiler; this.show(); });
    hide.setAttribute('aria-pressed', String(this.spoiler));
    this.element.replaceChildren(
      el('span', { class: this.spoiler ? 'thumbs veiled' : 'thumbs' }, items.slice(0, 4).map(({ kind, preview }) => (
        preview ? el('img', { class: 'thumb', src: preview, alt: '' }) : icon(ICONS[kind] ?? 'file')))),
      el('span', { class: 'banner-words' },
        el('b', {}, items.length > 1 ? words.attachedMany(items.length) : words.kinds[first.kind]),
        el('span', {}, first.file === 'sample' ? words.sample : items.map(({ name, bytes }) => [name, size(bytes)].filter(Boolean).join(', ')).join('; '))),
      pictured && hide,
      iconButton('close', words.removeAttached, () => { this.drop(); this.composer.show(); }));
  }
}

const ICONS = { photo: 'image', video: 'film', animation: 'film', audio: 'music', voice: 'mic' };

/** What each of *files* is sent as, so that they can be one album if they are several. */
function kindsOf(files, plain) {
  const types = files.map(({ type }) => type);
  if (types.every((type) => type.startsWith('audio/'))) return types.map(() => 'audio');
  const pictures = types.every((type) => PHOTOS.includes(type) || type.startsWith('video/'));
  if (plain || !pictures) return types.map(() => 'document');
  if (types.length === 1 && types[0] === 'image/gif') return ['animation'];
  return types.map((type) => (type.startsWith('video/') ? 'video' : 'photo'));
}

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(binary);
}

/** Let go of what was shown of files before they were sent. */
export const forget = (items) => items.forEach(({ preview }) => { if (preview) URL.revokeObjectURL(preview); });

/** What the server is to send: messages and albums of up to ten, the caption where apps put it. */
export function parcels({ items, spoiler }, caption) {
  const described = items.map(({ kind, file, name }) => ({
    kind, file, ...(name && { name }), ...(spoiler && { spoiler }),
  }));
  const first = PICTURES.has(items[0].kind);
  Object.assign(first ? described[0] : described.at(-1), caption && { caption });
  const parts = [];
  for (let at = 0; at < described.length; at += ALBUM) parts.push(described.slice(at, at + ALBUM));
  return parts;
}

// The menu

/** Offer whatever can be sent besides words. */
export function offer(composer, button) {
  const { tray } = composer;
  menuBy(button, [
    { label: words.choosePictures, mark: 'image', pick: () => tray.pictures.click() },
    { label: words.chooseFiles, mark: 'file', pick: () => tray.papers.click() },
    { label: words.samples, mark: 'add', pick: () => offerSamples(composer, button) },
    { label: words.kinds.voice, mark: 'mic', pick: () => recordVoice(composer) },
    { label: words.kinds.location, mark: 'pin', pick: () => askPlace(composer) },
    { label: words.kinds.contact, mark: 'person', pick: () => askContact(composer) },
    { label: words.kinds.poll, mark: 'poll', pick: () => askPoll(composer) },
    { label: words.kinds.checklist, mark: 'done', pick: () => askList(composer) },
    { label: words.kinds.sticker, mark: 'sticker', pick: () => offerStickers(composer, button) },
    { label: words.kinds.dice, mark: 'dice', pick: () => offerDice(composer, button) },
  ]);
}

function offerSamples(composer, button) {
  const sample = (...kinds) => () => composer.tray.put(kinds.map((kind) => ({ kind, file: 'sample' })));
  menuBy(button, [
    { label: words.samplePhoto, mark: 'image', pick: sample('photo') },
    { label: words.kinds.video, mark: 'film', pick: sample('video') },
    { label: words.kinds.animation, mark: 'film', pick: sample('animation') },
    { label: words.sampleAlbum, mark: 'image', pick: sample('photo', 'video', 'photo') },
    { label: words.kinds.document, mark: 'file', pick: sample('document') },
    { label: words.sampleFiles, mark: 'file', pick: sample('document', 'document') },
    { label: words.kinds.audio, mark: 'music', pick: sample('audio') },
    { label: words.kinds.voice, mark: 'mic', pick: sample('voice') },
    { label: words.kinds.video_note, mark: 'film', pick: () => composer.give({ kind: 'video_note' }) },
  ]);
}

function offerStickers(composer, button) {
  menuBy(button, STICKERS.map((emoji) => ({
    label: words.stickerOf(emoji), mark: glyph(emoji),
    pick: async () => composer.give({ kind: 'sticker', emoji, file: await drawn(emoji), name: 'sticker.webp' }),
  })));
}

function offerDice(composer, button) {
  menuBy(button, DICE.map((emoji) => ({ label: words.throwDice(emoji), mark: glyph(emoji), pick: () => composer.give({ kind: 'dice', emoji }) })));
}

const glyph = (emoji) => el('span', { class: 'emoji', 'aria-hidden': 'true' }, emoji);

/** Draw a sticker: the emoji, large. */
async function drawn(emoji) {
  const canvas = el('canvas', { width: STICKER, height: STICKER });
  const pen = canvas.getContext('2d');
  [pen.font, pen.textAlign, pen.textBaseline] = [`${STICKER * 0.72}px sans-serif`, 'center', 'middle'];
  pen.fillText(emoji, STICKER / 2, STICKER * 0.54);
  return base64(await new Promise((done) => { canvas.toBlob(done, 'image/webp'); }));
}

function askPlace(composer) {
  ask(words.kinds.location, [
    { name: 'latitude', label: words.latitude, value: CAFE.latitude, type: 'number', step: 'any', min: -90, max: 90 },
    { name: 'longitude', label: words.longitude, value: CAFE.longitude, type: 'number', step: 'any', min: -180, max: 180 },
    { name: 'title', label: words.placeName, optional: true },
    { name: 'address', label: words.placeAddress, optional: true },
    { name: 'live', label: words.liveLocation, value: '', optional: true, choices: [['', words.notLive], ['900', words.liveFor(15)], ['3600', words.liveFor(60)]] },
  ], words.send, ({ latitude, longitude, title, address, live }) => {
    const point = { latitude: Number(latitude), longitude: Number(longitude) };
    if (title) composer.give({ kind: 'venue', ...point, title, address: address || title });
    else composer.give({ kind: 'location', ...point, ...(live && { live_period: Number(live) }) });
  });
}

function askContact(composer) {
  const people = [...composer.chat.app.people.values()];
  const { me } = composer.chat;
  ask(words.kinds.contact, [
    { name: 'who', label: words.whose, value: me.id, choices: people.map((person) => [person.id, fullName(person)]) },
    { name: 'phone', label: words.phone, value: `+7 900 000-0${String(me.id).padStart(3, '0').slice(-3, -2)}-${String(me.id).slice(-2)}`, type: 'tel' },
  ], words.send, ({ who, phone }) => {
    const { id, first_name: first, last_name: last } = people.find((person) => person.id === Number(who));
    composer.give({ kind: 'contact', phone_number: phone, first_name: first, ...(last && { last_name: last }), user_id: id });
  });
}

function askPoll(composer) {
  ask(words.kinds.poll, [
    { name: 'question', label: words.question, maxlength: 300 },
    { name: 'options', label: words.options, value: words.someOptions, rows: 4 },
  ], words.send, ({ question, options }) => composer.give({ kind: 'poll', question, options: lines(options) }));
}

function askList(composer) {
  ask(words.kinds.checklist, [
    { name: 'title', label: words.listTitle },
    { name: 'tasks', label: words.tasks, rows: 4 },
  ], words.send, ({ title, tasks }) => composer.give({ kind: 'checklist', title, tasks: lines(tasks) }));
}

const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** Record a voice message in the place of the line for writing. */
async function recordVoice(composer) {
  const { chat, recording } = composer;
  if (!able()) { toast(words.noMicrophone, chat.toasts); return; }
  let voice;
  try { voice = await record(); } catch { toast(words.noMicrophone, chat.toasts); return; }
  const time = el('span', { class: 'banner-words' }, words.recording(length(0)));
  const timer = setInterval(() => { time.textContent = words.recording(length(voice.seconds())); }, 500);
  const close = () => { clearInterval(timer); recording.hidden = true; composer.line.hidden = false; composer.field.focus(); };
  recording.replaceChildren(el('span', { class: 'dot' }), time,
    iconButton('trash', words.cancel, () => { close(); voice.drop(); }),
    iconButton('send', words.sendVoice, async () => {
      close();
      try {
        const { sound, duration } = await voice.stop();
        await composer.give({ kind: 'voice', file: await base64(sound), name: 'voice.ogg', duration });
      } catch (error) { complain(error, chat.toasts); }
    }, 'strong'));
  recording.hidden = false;
  composer.line.hidden = true;
  recording.querySelector('button:last-child').focus();
}
