"""What a file of equipment changes, and what is wrong with one, in words."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import assert_never

from relay.channel import Act, Button, Post
from relay.equipment import Changes
from relay.language import Gettext
from relay.registers import LISTED, Problem, Row, Wrong
from relay.text import Text, fill, lines, shortened

SHOWN = 20  #: changes that a chat reads one by one
LINE = 120  #: characters of a line that tells one change


def bad_words(problems: Sequence[Problem], _: Gettext) -> str:
    """Say what is wrong with a file, line by line, and that nothing was changed."""
    said = [_("The register was not changed, because the file needs a look:")]
    said += [problem_words(each, _) for each in problems[:LISTED]]
    if len(problems) > LISTED:
        rest = len(problems) - LISTED
        said.append(_.plural("… and {n} line more.", "… and {n} lines more.", rest))
    return "\n".join(said)


def problem_words(problem: Problem, _: Gettext) -> str:
    """Say what is wrong in one place, and how to mend it."""
    said = wrong_words(problem, _)
    return _("Line {n}: {what}").format(n=problem.line, what=said) if problem.line else said


def wrong_words(problem: Problem, _: Gettext) -> str:
    """Say what is wrong, and how to mend it."""
    what, other = problem.what, problem.other
    match problem.wrong:
        case Wrong.TOO_LARGE:
            return _("The file is too large: it may have {n} MB.").format(n=what)
        case Wrong.UNKNOWN:
            return _("I do not know this kind of file. Save it as XLSX, CSV or TOML.")
        case Wrong.OLD_EXCEL:
            return _("This is the old form of Excel. Save it as XLSX or CSV.")
        case Wrong.BROKEN:
            return _("It cannot be read ({what}). Save it anew.").format(what=what)
        case Wrong.ENCODING:
            return _("It is no text. Save it as CSV in UTF-8, or as XLSX.")
        case Wrong.EMPTY:
            return _("There is no equipment in it. Put each machine on a line of its own.")
        case Wrong.TOO_MANY:
            return _(
                "It has too many lines: {n} are possible here. With more, whoever runs the bot can "
                "bring the file in (python -m bot equipment import)."
            ).format(n=what)
        case Wrong.NO_CODES:
            return _("There is no column “code”. Name the columns in the first line.")
        case Wrong.UNKNOWN_COLUMN:
            return _(
                "“{what}” is no column. There are: code, name, model, serial, site, region, client."
            ).format(what=what)
        case Wrong.COLUMN_TWICE:
            return _("The column “{what}” is there twice. Take one of them out.").format(what=what)
        case Wrong.TOO_WIDE:
            return _("“{what}” stands under no column. Name its column, or take it out.").format(
                what=what
            )
        case Wrong.NO_CODE:
            return _("the code is missing. Give each machine a code of its own.")
        case Wrong.CODE_TWICE:
            return _("the code {what} stands in line {n} already. Give each its own.").format(
                what=what, n=other
            )
        case Wrong.TOO_LONG:
            return _("“{what}” is too long: {n} characters are possible.").format(
                what=column_words(what, _), n=other
            )
        case Wrong.NO_TEXT:
            return _("“{what}” is no text.").format(what=column_words(what, _))
        case _:
            assert_never(problem.wrong)


def column_words(column: str, _: Gettext) -> str:
    """Return what a column is called."""
    match column:
        case "code":
            return _("code")
        case "name":
            return _("name")
        case "model":
            return _("model")
        case "serial":
            return _("serial number")
        case "site":
            return _("site")
        case "region":
            return _("region")
        case _:
            return _("client")


def report(changes: Changes, _: Gettext, by: str | None = None) -> Post:
    """Say what a file changes, and ask a lead to confirm it; or by whom that is done."""
    if not changes:
        return Post(Text(_("The register says all that already: nothing to change.")))
    shown = [*islice(told(changes, _), SHOWN)]
    rest = len(changes.new) + len(changes.changed) + len(changes.gone) - len(shown)
    more = _.plural("… and {n} line more.", "… and {n} lines more.", rest) if rest else ""
    said = [*shown, more, sums(changes, _)]
    if by is not None:
        return Post(lines(*said, fill(_("✅ Done. {name}"), name=by)))
    label = "✅ " + _("Change the register")
    return Post(lines(*said), buttons=[[Button(label, Act.REGISTER, changes.digest)]])


def sums(changes: Changes, _: Gettext) -> str:
    """Say how much a file changes."""
    return _("New: {new}, changed: {changed}, not in the file and so taken out: {gone}.").format(
        new=len(changes.new), changed=len(changes.changed), gone=len(changes.gone)
    )


def told(changes: Changes, _: Gettext) -> Iterator[str]:
    """Return a line for each machine that a file changes."""
    for row in changes.new:
        yield shortened(f"+ {brief(row)}", LINE)
    for before, after in changes.changed:
        differs = (
            f"{column_words(name, _)} {getattr(before, name) or '–'} → {value or '–'}"
            for name, value in vars(after).items()
            if getattr(before, name) != value
        )
        yield shortened(f"~ {after.code}: {', '.join(differs)}", LINE)
    for row in changes.gone:
        yield shortened(f"- {brief(row)}", LINE)


def brief(row: Row) -> str:
    """Return a machine in a few words."""
    return " · ".join(each for each in (row.code, row.name, row.site) if each)
