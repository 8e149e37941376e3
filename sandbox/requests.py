"""Reading a call: which method, with which parameters. aiogram's models know all of them."""

import json
import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from aiogram import methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from pydantic import BaseModel, ValidationError

from sandbox.refusals import NOT_FOUND, ApiError, bad
from sandbox.text import Json

Method = TelegramMethod[Any]

#: Every method of the Bot API, by its name in small letters: Telegram does not mind the case.
KINDS: Final[Mapping[str, type[Method]]] = {
    kind.__api_method__.lower(): kind
    for kind in vars(methods).values()
    if isinstance(kind, type) and issubclass(kind, TelegramMethod) and kind is not TelegramMethod
}

Uploads = Mapping[str, BufferedInputFile]  #: files of a multipart request, by part name


def kind_of(name: str) -> type[Method]:
    """Return the model of a method.

    Raises:
        ApiError: the Bot API has no such method.

    """
    kind = KINDS.get(name.lower())
    if kind is None:
        raise ApiError(404, NOT_FOUND)
    return kind


def unpacked(kind: type[Method], given: Mapping[str, Any], uploads: Uploads) -> Json:
    """Return parameters as they are meant, however they were written.

    In a form everything is a string: numbers, yes and no, and JSON are read out of it.
    Uploads get to their places.

    Raises:
        ApiError: what should be JSON is not, or a file is missing.

    """
    packed, params = _packed(kind), dict[str, Any]()
    for key, value in given.items():
        if value is None:
            continue
        if key in packed and isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as error:
                raise bad(f"can't parse {key} JSON object") from error
        elif isinstance(value, str) and key in (plain := _plain(kind)):
            value = _scalar(value, plain[key])
        params[key] = _attached(value, uploads)
    for key, upload in uploads.items():
        if key in kind.model_fields:
            params[key] = upload
    return params


def parsed(kind: type[Method], params: Json) -> Method:
    """Return a call as aiogram's model, complete and of the right types.

    Stricter than Telegram, which overlooks parameters it does not know: here they are a
    mistake, at every depth.

    Raises:
        ApiError: something is missing, wrong or unknown.

    """
    try:
        method = kind.model_validate(params)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "missing" and len(first["loc"]) == 1:
            raise bad(f'parameter "{place}" is required') from error
        raise bad(f'parameter "{place}" is wrong: {first["msg"]}') from error
    if unknown := strange(method):
        raise bad(f'parameter "{unknown}" is unknown')
    if getattr(method, "parse_mode", None) and "parse_mode" in method.model_fields_set:
        raise bad("the sandbox reads no parse_mode: send entities")
    return method


def given(value: object) -> Any:
    """Return a field's value, with None for aiogram's "whatever the bot's default is"."""
    return None if isinstance(value, Default) else value


def loggable(value: object) -> Any:
    """Return parameters without the bytes of files."""
    match value:
        case BufferedInputFile():
            return {"file": value.filename, "bytes": len(value.data)}
        case dict():
            return {key: loggable(each) for key, each in value.items()}
        case list():
            return [loggable(each) for each in value]
        case _:
            return value


def strange(model: BaseModel, path: str = "") -> str | None:
    """Return the path of the first field that the Bot API does not have."""
    for key in model.model_extra or ():
        return path + key
    for key in model.model_fields_set:
        value = getattr(model, key, None)
        for each in value if isinstance(value, list) else (value,):
            for leaf in each if isinstance(each, list) else (each,):
                if isinstance(leaf, BaseModel) and (found := strange(leaf, f"{path}{key}.")):
                    return found
    return None


def _attached(value: object, uploads: Uploads) -> object:
    """Put uploads where ``attach://name`` points to them."""
    match value:
        case str() if value.startswith("attach://"):
            if value[9:] not in uploads:
                raise bad("there is no file to upload: the part is missing in the request")
            return uploads[value[9:]]
        case dict():
            return {key: _attached(each, uploads) for key, each in value.items()}
        case list():
            return [_attached(each, uploads) for each in value]
        case _:
            return value


def _scalar(text: str, kinds: frozenset[object]) -> object:
    """Return a number, or yes or no, that a form carries as a string."""
    if int in kinds and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if bool in kinds and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return text


@cache
def _plain(kind: type[Method]) -> dict[str, frozenset[object]]:
    """Return the parameters that are numbers, or yes or no, with their types."""
    return {
        name: frozenset({field.annotation, *get_args(field.annotation)})
        for name, field in kind.model_fields.items()
        if {int, bool} & {field.annotation, *get_args(field.annotation)}
    }


@cache
def _packed(kind: type[Method]) -> frozenset[str]:
    """Return the parameters that a form carries as JSON: objects and lists."""
    return frozenset(
        name for name, field in kind.model_fields.items() if _is_packed(field.annotation)
    )


def _is_packed(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return any(_is_packed(each) for each in get_args(annotation))
    if origin is Annotated:
        return _is_packed(get_args(annotation)[0])
    if origin is Literal:
        return False
    if origin is list:
        return True
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
