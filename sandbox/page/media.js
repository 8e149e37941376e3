/** Files in a message: pictures, films, sounds and documents, as they are shown and played. */

import { file } from './api.js';
import { calm, el, icon } from './dom.js';
import { kindOf, title } from './kinds.js';
import { words } from './words.js';

const WIDEST = 4096; // a photo is shown at most this wide when enlarged
const SHOWN = 320; // and about this wide in a bubble; pixels

const SHOWS = { live_photo: photo, photo, video, animation, video_note: round, voice: sound, audio: sound, document: paper, sticker };

/** Build what shows the file of *message*; null if it has none. */
export function media(message, view) {
  return SHOWS[kindOf(message)]?.(message, view) ?? null;
}

/** A part of an album that is a picture or a film. */
export function tile(message, view) {
  const film = message.video && moving(message.video, words.kinds.video, {});
  const inner = film ? [film, badge(message.video.duration)] : still(message);
  const button = el('button', {
    type: 'button', class: 'tile', 'data-part': message.message_id, 'aria-label': words.enlargeThis(kindOf(message), message.caption),
    onclick: () => (unveiled(button) ? null : view.act.enlarge(message)),
  }, inner, film && mark());
  button.classList.toggle('veiled', Boolean(message.has_media_spoiler));
  return button;
}

/** The picture or film of *message*, as large as it is. */
export function large(message) {
  if (message.video) return moving(message.video, words.kinds.video, { controls: true, autoplay: true });
  return el('img', { src: file(largest(pictures(message)).file_id), alt: words.photoNamed(message.caption) });
}

/** A small picture of *message*, to stand beside what it is quoted with. */
export function thumb(message) {
  const sizes = pictures(message);
  return sizes && el('img', { class: 'thumb', src: file(sizes[0].file_id), alt: '' });
}

/** Let what plays in the row *before* play on in the one that takes its place. */
export function carryOver(before, after) {
  const had = [...before.querySelectorAll(':is(audio, video)[controls]')];
  for (const player of after.querySelectorAll(':is(audio, video)[controls]')) {
    const old = had.find(({ src }) => src === player.src);
    if (old) player.replaceWith(old);
  }
}

/** How long something plays, as 1:05. */
export const length = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** How large a file is; null if nobody knows. */
export function size(bytes) {
  if (!bytes) return null;
  const [unit, unitSize] = bytes < 1e6 ? [words.kB, 1e3] : [words.MB, 1e6];
  return `${(bytes / unitSize).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${unit}`;
}

const pictures = (message) => message.photo ?? message.live_photo?.photo ?? null;
const largest = (sizes) => [...sizes].filter(({ width }) => width <= WIDEST).pop() ?? sizes[0];
const badge = (seconds, text = '') => (seconds || text) && el('span', { class: 'length' }, text || length(seconds));
const mark = () => el('span', { class: 'play', 'aria-hidden': 'true' }, icon('play'));

/** Take away what hides a picture; false if nothing did. */
function unveiled(button) {
  const hidden = button.classList.contains('veiled');
  button.classList.remove('veiled');
  return hidden;
}

function still(message) {
  const sizes = pictures(message);
  const shown = sizes.find(({ width }) => width >= SHOWN) ?? largest(sizes);
  return [
    el('img', { src: file(shown.file_id), alt: words.photoNamed(message.caption), width: shown.width, height: shown.height }),
    message.live_photo && badge(0, 'LIVE'),
  ];
}

function photo(message, view) {
  const button = el('button', {
    type: 'button', class: 'photo', 'aria-label': words.enlargeThis('photo', message.caption),
    onclick: () => (unveiled(button) ? null : view.act.enlarge(message)),
  }, still(message));
  button.classList.toggle('veiled', Boolean(message.has_media_spoiler));
  return button;
}

/** A film that plays if the browser knows how; otherwise it can be downloaded. */
function moving(what, label, attributes) {
  const film = el('video', {
    src: file(what.file_id), preload: 'metadata', playsinline: true, 'aria-label': label,
    width: what.width ?? what.length, height: what.height ?? what.length, ...attributes,
  });
  film.muted = !attributes.controls;
  film.addEventListener('error', () => {
    const still = el('span', { class: 'unseen', title: words.unseen }, label);
    film.replaceWith(still);
    still.parentElement?.classList.add('dark');
  });
  return film;
}

function video(message) {
  const what = message.video;
  return hidden(message, el('div', { class: 'film' }, moving(what, named(message), { controls: true }), badge(what.duration)));
}

function animation(message) {
  const what = message.animation;
  const label = named(message);
  const inner = /^image\//.test(what.mime_type ?? '') ? el('img', { src: file(what.file_id), alt: label })
    : moving(what, label, { loop: true, autoplay: !calm() });
  return hidden(message, el('div', { class: 'film gif' }, inner, badge(0, 'GIF')));
}

/** A film, hidden for as long as its sender wanted it to be. */
function hidden(message, film) {
  if (!message.has_media_spoiler) return film;
  const show = el('button', { type: 'button', class: 'plain', onclick: () => { show.remove(); film.classList.remove('veiled'); } }, words.reveal);
  film.classList.add('veiled');
  film.append(show);
  return film;
}

function round(message) {
  const what = message.video_note;
  const film = moving(what, words.kinds.video_note, {});
  const button = el('button', {
    type: 'button', class: 'round-film', 'aria-label': words.play(words.kinds.video_note),
    onclick: () => {
      film.muted = false;
      if (film.paused) film.play().catch(() => {}); else film.pause();
    },
  }, film, mark(), badge(what.duration));
  for (const sign of ['play', 'pause', 'ended']) film.addEventListener(sign, () => button.classList.toggle('plays', !film.paused));
  return button;
}

function sound(message) {
  const kind = kindOf(message);
  const what = message[kind];
  const about = kind === 'audio' && [el('b', {}, title(message) ?? words.kinds.audio), el('span', {}, size(what.file_size))];
  return el('div', { class: `sound ${kind}` },
    about && el('span', { class: 'file-words' }, about),
    el('audio', { src: file(what.file_id), controls: true, preload: 'metadata', 'aria-label': named(message) }),
    el('span', { class: 'soft' }, what.duration > 0 ? length(what.duration) : words.kinds[kind]));
}

function paper(message) {
  const what = message.document;
  const ending = /\.(\w{1,4})$/.exec(what.file_name ?? '')?.[1];
  return el('a', { class: 'file', href: file(what.file_id), download: what.file_name ?? true, title: words.download },
    el('span', { class: 'file-mark' }, ending ? el('i', {}, ending) : icon('file')),
    el('span', { class: 'file-words' }, el('b', {}, what.file_name ?? words.kinds.document), el('span', {}, size(what.file_size))));
}

function sticker(message) {
  const what = message.sticker;
  const label = title(message) ?? words.kinds.sticker;
  const glyph = el('div', { class: 'glyph' }, what.emoji ?? '🖼');
  if (what.is_animated) return glyph;
  if (what.is_video) return el('div', { class: 'sticker' }, moving(what, label, { loop: true, autoplay: !calm() }));
  const image = el('img', { src: file(what.file_id), alt: label, onerror: () => image.replaceWith(glyph) });
  image.addEventListener('load', () => { if (image.naturalWidth < 2) image.replaceWith(glyph); }); // a sample has nothing to see
  return el('div', { class: 'sticker' }, image);
}

const named = (message) => [words.kinds[kindOf(message)], message.caption].filter(Boolean).join(': ');
