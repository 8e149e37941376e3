/** Links to messages: `t.me/c/<id>/<message>`, in a forum `t.me/c/<id>/<thread>/<message>`. */

const HOSTS = ['t.me', 'www.t.me', 'telegram.me'];
const SUPERGROUPS = -1_000_000_000_000; // their ids are below this, their links count from it

/** What the address leads to within the messenger: `{chat, message}`; null if it is elsewhere. */
export function target(address) {
  let url;
  try { url = new URL(address); } catch { return null; }
  const [path, chat, first, second] = url.pathname.split('/').filter(Boolean);
  if (!HOSTS.includes(url.hostname) || path !== 'c' || ![chat, first, second ?? first].every((each) => /^\d+$/.test(each ?? ''))) return null;
  return { chat: SUPERGROUPS - Number(chat), message: Number(second ?? first) };
}

/** The link to a message of a supergroup; null where there are no links. */
export function linkTo(message) {
  const { id, type } = message.chat;
  if (type !== 'supergroup' || id > SUPERGROUPS) return null;
  const thread = message.is_topic_message ? [message.message_thread_id] : [];
  return `https://t.me/${['c', SUPERGROUPS - id, ...thread, message.message_id].join('/')}`;
}
