/** The sandbox server, as the page speaks to it: the control API and its stream of events. */

/** What the server, or the way to it, said no with. */
export class Refused extends Error {}

/** Whose world the page plays: that of `?bot=43`, or the first. */
const bot = new URLSearchParams(location.search).get('bot');
const door = bot ? `/control/bot${encodeURIComponent(bot)}` : '/control';

async function call(path, body, method) {
  let response;
  try {
    response = await fetch(`${door}/${path}`, {
      method: method ?? (body ? 'POST' : 'GET'),
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new Refused('');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? `${response.status} ${response.statusText}`);
  return answer;
}

export const world = () => call('world');
export const messages = async (chat) => (await call(`messages?chat=${chat}`)).messages;
export const commands = async (as, chat) => (await call(`commands?as=${as}&chat=${chat}`)).commands;
export const say = async (words) => (await call('say', words)).message;
export const send = async (what) => (await call('send', what)).message;
export const album = async (what) => (await call('album', what)).messages;
export const edit = async (words) => (await call('edit', words)).message;
export const press = async (what) => (await call('press', what)).answer;
export const open = (as, link, chat) => call('open', { as, link, ...(chat && { chat }) });
export const enrol = (chat, person, status, by) => call('member', { chat, person, status, by });
export const topic = (what) => call('topic', what);
export const forum = (chat, on) => call('forum', { chat, on });
export const block = (as, blocked) => call('block', { as, blocked });
export const file = (id) => `${door}/files/${encodeURIComponent(id)}`;

const RETRIES = [500, 1000, 2000, 4000]; // milliseconds

/**
 * Follow the world for ever. *resync* loads everything anew and returns the number of the last
 * event it knows of; *tell* gets each later event; *state* hears 'live' and 'lost'.
 */
export async function follow({ resync, tell, state }) {
  for (let tries = 0; ; tries++) {
    try {
      const seq = await resync();
      await new Promise((lost) => {
        const stream = new EventSource(`${door}/events?after=${seq}`);
        let turn = Promise.resolve(); // a list that was fetched for one piece of news knows nothing of the next
        stream.onopen = () => { tries = 0; state('live'); };
        stream.onmessage = (event) => {
          const news = JSON.parse(event.data);
          if (news.kind === 'reset') { stream.close(); tries = -1; lost(); } else turn = turn.then(() => tell(news)).catch(console.error);
        };
        stream.onerror = () => { stream.close(); lost(); };
      });
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
    }
    if (tries < 0) continue;
    state('lost');
    await new Promise((done) => setTimeout(done, RETRIES[Math.min(tries, RETRIES.length - 1)]));
  }
}
