"""The webhook of a bot: where its updates go, and what the bot may say and ask about that."""

import re
from typing import Final
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetWebhookInfo, SetWebhook

from sandbox.refusals import bad
from sandbox.text import Json
from sandbox.webhook import Hook
from sandbox.world import World

HOME: Final = frozenset({"127.0.0.1", "localhost", "::1"})  #: all that the sandbox posts to
SECRET: Final = 256  #: characters; Bot API, setWebhook
CONNECTIONS: Final = 40  #: at once, if the bot does not say; 100 at most


def set_webhook(world: World, call: SetWebhook) -> bool:
    """Have updates posted to an address, from now on; without one: as deleteWebhook."""
    secret = call.secret_token or ""
    if len(secret) > SECRET:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    url = call.url.strip()
    if url:
        _reachable(url)
    world.queue.allow(call.allowed_updates)
    if call.drop_pending_updates:
        world.queue.clear()
    most = min(max(call.max_connections or CONNECTIONS, 1), 100)
    world.webhook.become(Hook(url, secret, most, call.certificate is not None) if url else None)
    world.queue.ring()  # whoever waits with getUpdates is told
    return True


def delete_webhook(world: World, call: DeleteWebhook) -> bool:
    """Let updates wait for getUpdates again."""
    if call.drop_pending_updates:
        world.queue.clear()
    world.webhook.become(None)
    return True


def told(world: World, call: GetWebhookInfo) -> Json:
    """Say where updates go, how many wait, and what went wrong last."""
    hook = world.webhook.hook
    told: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": bool(hook and hook.certificate),
        "pending_update_count": len(world.queue),
    }
    if hook is not None:
        told |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if world.webhook.error is not None:
        told["last_error_date"], told["last_error_message"] = world.webhook.error
    if world.queue.allowed is not None:
        told["allowed_updates"] = sorted(world.queue.allowed)
    return told


def _reachable(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise bad("invalid webhook URL specified") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise bad("invalid webhook URL specified")
    if parts.scheme == "http" and host not in HOME:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if host not in HOME:
        raise bad("bad webhook: the sandbox posts to 127.0.0.1 alone")
