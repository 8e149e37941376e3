"""The methods that ask who and what is there, or tell the sandbox what the bot is."""

from aiogram.methods import (
    DeleteMyCommands,
    GetChat,
    GetChatAdministrators,
    GetChatMember,
    GetChatMemberCount,
    GetFile,
    GetMe,
    GetMyCommands,
    LeaveChat,
    SendChatAction,
    SetMyCommands,
)
from aiogram.types import BotCommandScopeUnion

from sandbox import access
from sandbox.chats import Chat
from sandbox.files import DOWNLOAD
from sandbox.refusals import bad
from sandbox.text import Json
from sandbox.world import World


def me(world: World, call: GetMe) -> Json:
    """Say who the bot is."""
    return {
        **world.me,
        "can_join_groups": True,
        "can_read_all_group_messages": not world.bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat(world: World, call: GetChat) -> Json:
    """Tell everything about a chat."""
    found = access.chat(world, call.chat_id)
    told: Json = {
        **found.facts,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if found.pinned and found.pinned[-1] in found.messages:
        told["pinned_message"] = found.messages[found.pinned[-1]].told(shallow=True)
    if found.reactions is not None:
        told["available_reactions"] = [
            {"type": "emoji", "emoji": emoji} for emoji in found.reactions
        ]
    if found.private:
        if "username" in found.facts:
            told["active_usernames"] = [found.facts["username"]]
        if found.voiceless:
            told["has_restricted_voice_and_video_messages"] = True
        return told
    told["permissions"] = found.permissions
    return told


def member(world: World, call: GetChatMember) -> Json:
    """Tell what somebody is in a chat."""
    return access.member(world, access.chat(world, call.chat_id), call.user_id).told()


def administrators(world: World, call: GetChatAdministrators) -> list[Json]:
    """Tell who administers a chat; other bots would be left out."""
    found = access.chat(world, call.chat_id)
    if found.private:
        raise bad("there are no administrators in the private chat")
    return [each.told() for each in found.members.values() if each.leads]


def count(world: World, call: GetChatMemberCount) -> int:
    """Tell how many there are in a chat."""
    return sum(each.inside for each in access.chat(world, call.chat_id).members.values())


def leave(world: World, call: LeaveChat) -> bool:
    """Leave a group."""
    found = access.chat(world, call.chat_id)
    if found.private:
        raise bad("chat member status can't be changed in private chats")
    world.enrol(found, world.me, "left", {}, world.me)
    return True


def action(world: World, call: SendChatAction) -> bool:
    """Look busy; nobody remembers it."""
    access.chat(world, call.chat_id, write=True)
    return True


def file(world: World, call: GetFile) -> Json:
    """Tell where a file can be fetched."""
    found = world.files.by_id(call.file_id)
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(found.content) > DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": found.id,
        "file_unique_id": found.unique_id,
        "file_size": len(found.content),
        "file_path": found.path,
    }


def set_commands(world: World, call: SetMyCommands) -> bool:
    """Keep the list of commands for one scope and one language."""
    commands = [each.model_dump(mode="json", exclude_unset=True) for each in call.commands]
    for each in commands:
        if not each["command"].isascii() or not 1 <= len(each["command"]) <= 32:
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(each["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope(world, call.scope), call.language_code or ""] = commands
    return True


def get_commands(world: World, call: GetMyCommands) -> list[Json]:
    """Tell the commands of exactly that scope and language."""
    return world.commands.get((_scope(world, call.scope), call.language_code or ""), [])


def delete_commands(world: World, call: DeleteMyCommands) -> bool:
    """Forget the commands of one scope and language: wider ones show from then on."""
    world.commands.pop((_scope(world, call.scope), call.language_code or ""), None)
    return True


def commands_for(world: World, where: Chat, who: int, language: str) -> list[Json]:
    """Return what somebody finds in their menu (Bot API, BotCommandScope)."""
    leads = where.members[who].leads if who in where.members else False
    if where.private:
        scopes = [f"chat:{where.id}", "all_private_chats", "default"]
    else:
        scopes = [
            f"chat_member:{where.id}:{who}",
            *([f"chat_administrators:{where.id}"] if leads else []),
            f"chat:{where.id}",
            *(["all_chat_administrators"] if leads else []),
            "all_group_chats",
            "default",
        ]
    for scope in scopes:
        for tongue in (language, ""):
            if world.commands.get((scope, tongue)):
                return world.commands[scope, tongue]
    return []


def _scope(world: World, scope: BotCommandScopeUnion | None) -> str:
    """Return a scope as a key."""
    if scope is None:
        return "default"
    parts = [str(scope.type)]
    if (chat_id := getattr(scope, "chat_id", None)) is not None:
        parts.append(str(access.chat(world, chat_id).id))
    if (user_id := getattr(scope, "user_id", None)) is not None:
        parts.append(str(user_id))
    return ":".join(parts)
