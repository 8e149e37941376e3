"""Who there is in a sample: companies that hand work on to each other, their people, their words.

The chain is a chain file, read and applied by the product itself. Work comes in at four companies;
below the largest of them it goes down as far as five levels.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

import tomli_w

FIRST_CHAT: Final = -1_001_000_000_000  #: of the companies; further ones count down
FIRST_PERSON: Final = 100_000  #: who works there; their clients come after them
STAFF: Final = 5  #: people of a company; the first two lead

#: How many of all cases come in where.
SHARES: Final = {"polar": 40, "north": 30, "gastro": 20, "klima": 10}

#: Key, code, name, language, time zone, working hours, country.
PARTIES: Final = (
    ("polar", "PLR", "Полюс Холод", "ru", "Europe/Moscow", "Mon-Fri 09:00-18:00", "RU"),
    ("north", "NRT", "Northern Kitchens", "en", "Europe/London", "Mon-Sat 08:00-19:00", "GB"),
    ("gastro", "GST", "Гастро Сервис", "ru", "Asia/Yekaterinburg", "Mon-Fri 08:00-20:00", None),
    ("klima", "KLM", "Klima & Co", "en", "Europe/Berlin", "Mon-Fri 09:00-17:00", "DE"),
    ("moscow", "MSK", "Мосхолодсервис", "ru", "Europe/Moscow", "Mon-Sun 08:00-22:00", None),
    ("neva", "NEV", "Нева Ремонт", "ru", "Europe/Moscow", "Mon-Fri 09:00-18:00", "RU"),
    ("ural", "URL", "Урал Техника", "ru", "Asia/Yekaterinburg", "Mon-Fri 09:00-18:00", "RU"),
    ("volga", "VLG", "Волга Монтаж", "ru", "Europe/Samara", "Mon-Sat 09:00-18:00", None),
    ("harbour", "HRB", "Harbour Engineers", "en", "Europe/London", "Mon-Sun 00:00-24:00", None),
    ("crew", "CRW", "Бригада Южная", "ru", "Europe/Moscow", "Mon-Sat 08:00-20:00", None),
    ("crane", "CRN", "Кран и Ко", "ru", "Europe/Moscow", "Mon-Fri 09:00-18:00", None),
    ("bolt", "BLT", "Bolt Brothers", "en", "Europe/Berlin", "Mon-Fri 07:00-16:00", "DE"),
    ("parts", "PRT", "Запчасть Центр", "ru", "Europe/Moscow", "Mon-Fri 09:00-18:00", None),
    ("valve", "VSL", "Valve & Seal", "en", "Europe/London", "Mon-Fri 09:00-17:30", "GB"),
    ("depot", "DEP", "Склад Восток", "ru", "Asia/Novosibirsk", "Mon-Fri 08:00-17:00", None),
    ("labor", "LAB", "Cold Lab", "en", "Europe/Berlin", "Mon-Fri 09:00-18:00", None),
)

#: Upper, lower, rank, currency, what of the client the lower is told.
LINKS: Final = (
    ("polar", "moscow", 1, "RUB", "when_taken"),
    ("polar", "neva", 2, "RUB", "when_taken"),
    ("polar", "ural", 3, "RUB", "name"),
    ("north", "harbour", 1, "GBP", "full"),
    ("north", "moscow", 2, "EUR", "when_taken"),
    ("gastro", "ural", 1, "RUB", "when_taken"),
    ("gastro", "volga", 2, "RUB", "full"),
    ("klima", "bolt", 1, "EUR", "hidden"),
    ("klima", "harbour", 2, "EUR", "when_taken"),
    ("moscow", "crew", 1, "RUB", "full"),
    ("moscow", "crane", 2, "RUB", "name"),
    ("neva", "crew", 1, "RUB", "full"),
    ("ural", "volga", 1, "RUB", "when_taken"),
    ("ural", "crane", 2, "RUB", "name"),
    ("harbour", "bolt", 1, "EUR", "when_taken"),
    ("harbour", "valve", 2, "GBP", "hidden"),
    ("volga", "parts", 1, "RUB", "hidden"),
    ("crew", "parts", 1, "RUB", "hidden"),
    ("crew", "crane", 2, "RUB", "name"),
    ("crane", "depot", 1, "RUB", "hidden"),
    ("bolt", "valve", 1, "EUR", "hidden"),
    ("parts", "depot", 1, "RUB", "hidden"),
    ("depot", "labor", 1, "EUR", "hidden"),
)

TARIFFS: Final = {
    "RUB": {"callout": "2500 RUB", "hour": "900 RUB"},
    "EUR": {"callout": "60 EUR", "hour": "45.50 EUR"},
    "GBP": {"callout": "55 GBP", "hour": "38.75 GBP"},
}

KINDS: Final = ("repair", "maintenance", "installation", None)
REGIONS: Final = ("msk", "spb", "ural", "volga", "london", "berlin")

SITES: Final = {
    "ru": ("ул. Ленина", "пр. Мира", "Садовая ул.", "ул. Гагарина", "Невский пр.", "ул. Кирова"),
    "en": (
        "Harbour Street",
        "Mill Lane",
        "Station Road",
        "King Street",
        "Park Avenue",
        "Dock Road",
    ),
}
MACHINES: Final = {
    "ru": ("Холодильник", "Витрина", "Печь", "Кофемашина", "Морозильная камера", "Льдогенератор"),
    "en": ("Fridge", "Display case", "Oven", "Coffee machine", "Freezer room", "Ice maker"),
}
MODELS: Final = ("KX-5", "POLAR-700", "RT-22", "GN-11", "Frost 3", "B-140", "HZ 9000", "Luna 2")
GIVEN: Final = {
    "ru": ("Анна", "Пётр", "Вера", "Олег", "Ирина", "Максим", "Юлия", "Семён", "Дарья", "Лев"),
    "en": ("Ann", "Paul", "Vera", "Oscar", "Irene", "Max", "Julia", "Simon", "Daria", "Leo"),
}
FAMILY: Final = {
    "ru": ("Ким", "Гончар", "Черных", "Дурново", "Шевченко", "Мороз", "Белых", "Ткач"),
    "en": ("Smith", "Miller", "Baker", "Hill", "Turner", "Frost", "White", "Weaver"),
}
FAULTS: Final = {
    "ru": (
        "не охлаждает",
        "течёт",
        "шумит и трясётся",
        "не включается",
        "показывает ошибку E4",
        "нужно обслуживание",
        "искрит розетка",
        "не закрывается дверца",
    ),
    "en": (
        "does not cool",
        "leaks",
        "is noisy and shakes",
        "does not start",
        "shows error E4",
        "needs its maintenance",
        "trips the fuse",
        "has a door that does not close",
    ),
}
WISHES: Final = {
    "ru": ("Приезжайте до обеда.", "Очень срочно!", "Спасибо.", "Ждём с утра.", ""),
    "en": ("Please come before noon.", "It is urgent!", "Thank you.", "We open at eight.", ""),
}
SAID: Final = {
    "ru": {
        "talk": ("Когда приедете?", "Выезжаем.", "Будем через час.", "Пропуск заказан.", "Ясно."),
        "ask": ("Какой серийный номер?", "Когда открыт магазин?", "Есть ли подъезд с улицы?"),
        "answer": ("На наклейке сзади: 40-17.", "С восьми до десяти.", "Да, со двора."),
        "resolve": (
            "Заменили термостат.",
            "Прочистили слив.",
            "Подтянули крепёж.",
            "Поменяли уплотнитель.",
        ),
        "decline": ("Нет свободных людей.", "Не наш район.", "Нет запчастей."),
        "return": ("Всё ещё течёт.", "Шум остался.", "Снова ошибка."),
        "reopen": ("Опять сломалось.", "Проблема вернулась."),
        "recall": ("Сделаем сами.", "Слишком долго."),
        "cancel": ("Магазин закрыт.", "Уже не нужно."),
        "note": ("Позвонить в понедельник.", "Ключ у охраны."),
        "stars": ("Долго ждали.", "Грубо говорили."),
    },
    "en": {
        "talk": (
            "When will you come?",
            "On our way.",
            "An hour from now.",
            "You have a pass.",
            "I see.",
        ),
        "ask": ("What is the serial number?", "When is the shop open?", "Can we park there?"),
        "answer": ("On the sticker: 40-17.", "From eight to ten.", "Yes, in the yard."),
        "resolve": (
            "New thermostat.",
            "Cleaned the drain.",
            "Tightened the mounts.",
            "New gasket.",
        ),
        "decline": ("Nobody is free.", "Not our district.", "We lack the parts."),
        "return": ("It still leaks.", "The noise is still there.", "The error is back."),
        "reopen": ("It broke again.", "The trouble is back."),
        "recall": ("We do it ourselves.", "It takes too long."),
        "cancel": ("The shop has closed.", "No longer needed."),
        "note": ("Call on Monday.", "The guard has the key."),
        "stars": ("We waited long.", "They were rude."),
    },
}


def chain() -> str:
    """Return the chain file."""
    return tomli_w.dumps(
        {
            "parties": {told[0]: party(number, *told[1:]) for number, told in enumerate(PARTIES)},
            "links": [link(*told) for told in LINKS],
        }
    )


def party(
    number: int, code: str, name: str, language: str, zone: str, hours: str, country: str | None
) -> dict[str, Any]:
    """Return the terms of a company."""
    first = number < len(SHARES)
    return {
        "name": name,
        "code": code,
        "chat": FIRST_CHAT - number,
        "language": language,
        "timezone": zone,
        "hours": hours,
        "clients": first,
        "to_client": "auto" if number % 2 else "hold",
        "leads": [staff(number, each) for each in range(2)],
        **({"country": country} if country else {}),
        **({"take_within": "2h", "resolve_within": "3d", "check_within": "7d"} if first else {}),
    }


def link(upper: str, lower: str, rank: int, currency: str, client: str) -> dict[str, Any]:
    """Return the terms of a link."""
    return {
        "upper": upper,
        "lower": lower,
        "rank": rank,
        "client": client,
        "names": rank == 2,
        "share_replies": rank == 3,
        "take_within": "4h" if rank == 1 else "1d",
        "check_within": "3d",
        "tariff": TARIFFS[currency],
        "penalty": "10%",
        **({"resolve_within": "2d" if rank == 1 else "12h"} if rank < 3 else {}),
    }


def staff(party: int, number: int) -> int:
    """Return the id of one who works at a company."""
    return FIRST_PERSON + party * STAFF + number


def called(dice: Random, language: str) -> str:
    """Return a person's name."""
    return f"{dice.choice(GIVEN[language])} {dice.choice(FAMILY[language])}"


def site(dice: Random, language: str) -> str:
    """Return an address."""
    street, house = dice.choice(SITES[language]), dice.randint(1, 180)
    return f"{street}, {house}" if language == "ru" else f"{house} {street}"


def request(dice: Random, language: str, machine: str, where: str) -> str:
    """Return what a client asks."""
    fault, wish = dice.choice(FAULTS[language]), dice.choice(WISHES[language])
    return f"{machine} {fault}, {where}. {wish}".rstrip()
