"""Who is what in a chat, with which rights, and how the Bot API says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sandbox.cast import Status
from sandbox.text import Json

#: What an administrator may, unless it is said otherwise.
ADMINISTRATOR: Final = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": True,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
    "can_manage_topics": False,
    "can_manage_tags": False,
    "can_send_welcome_messages": False,
}

#: What a restricted member may, unless it is said otherwise.
RESTRICTED: Final = {
    "is_member": True,
    "can_send_messages": False,
    "can_send_audios": False,
    "can_send_documents": False,
    "can_send_photos": False,
    "can_send_videos": False,
    "can_send_video_notes": False,
    "can_send_voice_notes": False,
    "can_send_polls": False,
    "can_send_other_messages": False,
    "can_add_web_page_previews": False,
    "can_react_to_messages": False,
    "can_edit_tag": False,
    "can_change_info": False,
    "can_invite_users": False,
    "can_pin_messages": False,
    "can_manage_topics": False,
    "until_date": 0,
}

#: What everybody may in a group of the sandbox.
PERMISSIONS: Final[dict[str, bool]] = {
    right: right not in {"can_change_info", "can_pin_messages", "can_manage_topics"}
    for right in RESTRICTED
    if right.startswith("can_")
}

#: The rights that can be said of each status.
SAYABLE: Final[Mapping[Status, frozenset[str]]] = {
    "creator": frozenset({"is_anonymous", "custom_title"}),
    "administrator": frozenset({*ADMINISTRATOR, "custom_title"}),
    "restricted": frozenset(RESTRICTED),
}


@dataclass(frozen=True)
class Member:
    """Somebody's standing in a chat. *rights* are those that differ from the usual."""

    user: Json
    status: Status = "member"
    rights: Json = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether they read the chat."""
        if self.status == "restricted":
            return bool(self.rights.get("is_member", True))
        return self.status in {"creator", "administrator", "member"}

    @property
    def leads(self) -> bool:
        """Whether they administer the chat."""
        return self.status in {"creator", "administrator"}

    def may(self, right: str, everybody: Mapping[str, bool] = PERMISSIONS) -> bool:
        """Return whether they have *right*: an administrator's, or what *everybody* has."""
        match self.status:
            case "creator":
                return True
            case "administrator":
                return bool({**PERMISSIONS, **ADMINISTRATOR, **self.rights}.get(right))
            case "restricted":
                return bool({**RESTRICTED, **self.rights}.get(right) and everybody.get(right))
            case "member":
                return bool(everybody.get(right))
            case _:
                return False

    def told(self) -> Json:
        """Return the Bot API's ChatMember."""
        told: Json = {"user": self.user, "status": self.status}
        match self.status:
            case "creator":
                return {**told, "is_anonymous": False, **self.rights}
            case "administrator":
                return {**told, **ADMINISTRATOR, **self.rights}
            case "restricted":
                return {**told, **RESTRICTED, **self.rights}
            case "kicked":
                return {**told, "until_date": 0}
            case _:
                return told
