/** Moments, in the reader's language and time zone. */

import { el } from './dom.js';
import { language, words } from './words.js';

let ahead = 0; // how far the world's clock is ahead of ours, in milliseconds

/** Set the page's clock by the world's: *now* is Unix time. */
export function setClock(now) {
  ahead = now ? now * 1000 - Date.now() : 0;
}

const formats = new Map();
const format = (moment, options) => {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, options));
  return formats.get(key).format(moment);
};

const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
export const clock = (unix) => format(new Date(unix * 1000), TIME);
export const full = (unix) => format(new Date(unix * 1000), { dateStyle: 'long', timeStyle: 'medium' });
export const day = (unix) => new Date(unix * 1000).toDateString();

/** What a date separator says. */
export function dayInWords(unix) {
  const moment = new Date(unix * 1000);
  const today = new Date(Date.now() + ahead);
  const yesterday = new Date(today.getTime() - 864e5);
  if (moment.toDateString() === today.toDateString()) return words.today;
  if (moment.toDateString() === yesterday.toDateString()) return words.yesterday;
  const year = moment.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return format(moment, { day: 'numeric', month: 'long', year });
}

function relative(moment) {
  const seconds = (moment.getTime() - Date.now() - ahead) / 1000;
  const size = Math.abs(seconds);
  const [unit, length] = size < 60 ? ['second', 1] : size < 3600 ? ['minute', 60]
    : size < 86400 ? ['hour', 3600] : ['day', 86400];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(seconds / length), unit);
}

/** A date_time entity: `r`, or of `w d D t T` what is to be shown (Bot API, date-time entity formatting). */
export function dateTime(entity, inner) {
  const moment = new Date(entity.unix_time * 1000);
  if (Number.isNaN(moment.getTime())) return el('span', {}, inner);
  const wanted = entity.date_time_format ?? '';
  const options = {
    ...(wanted.includes('w') && { weekday: 'long' }),
    ...(wanted.includes('d') && { day: '2-digit', month: '2-digit', year: '2-digit' }),
    ...(wanted.includes('D') && { day: 'numeric', month: 'long', year: 'numeric' }),
    ...(/t/i.test(wanted) && TIME),
    ...(wanted.includes('T') && { second: '2-digit' }),
  };
  const shown = wanted === 'r' ? relative(moment) : Object.keys(options).length ? format(moment, options) : inner;
  return el('time', { datetime: moment.toISOString(), title: full(entity.unix_time) }, shown);
}
