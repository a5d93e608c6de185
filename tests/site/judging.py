"""Looks at the answer to a form as somebody who made a mistake in it does."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from lxml import html
from tests.browser.words import CODES, SAYS_WHAT_TO_DO, STIFF, english_in
from tests.site.walking import TYPED, Form

REFUSED = (400, 409, 422)


def page(client: Client, path: str) -> Any:
    return shown(client.get(path, follow=True))


def shown(answer: Any) -> Any:
    """What somebody sees of a page: not what is kept at hand in a template."""
    tree = html.fromstring(answer.content.decode())
    for kept in tree.xpath("//template"):
        kept.drop_tree()
    return tree


def judge(client: Client, form: Form, sent: dict[str, Any], answer: HttpResponse, before: Any) -> list[str]:
    """What is wrong with the answer; nothing when it is as it should be. `before` is the page of the form."""
    if answer.status_code in (301, 302, 303):
        return _done(client, form, sent, answer, before)
    kind = answer.get("Content-Type", "")
    if answer.status_code == 200 and not kind.startswith("text/html"):
        return []  # a file: what was asked for
    if answer.status_code not in (200, *REFUSED) or not kind.startswith("text/html"):
        return [f"status {answer.status_code}, {kind}"]
    tree = shown(answer)
    if answer.status_code == 200:
        return _goes_on(sent, tree, before)
    return _refused(form, sent, tree)


def _done(client: Client, form: Form, sent: dict[str, Any], answer: HttpResponse, before: Any) -> list[str]:
    """Somebody who is sent on reads there what was done, or what to do; nonsense is never done."""
    there = client.get(answer["Location"], follow=True)
    if there.status_code != 200:
        return [f"sent on to a page with status {there.status_code}"]
    if not there.get("Content-Type", "").startswith("text/html"):
        return []
    tree = shown(there)
    words = " ".join(" ".join(one.text_content().split()) for one in tree.find_class("toast"))
    if tree.xpath("//*[@data-toast='blijft']"):
        wrong = [] if SAYS_WHAT_TO_DO.search(words) else [f"does not say what to do: {words}"]
        return wrong + [
            f"what was typed in {name} is lost: {words}" for name in _lost(form, sent, tree) if _fits(form, name, sent)
        ]
    if _no_choice(sent) and (not _typed(form, sent) or _lost(form, sent, page(client, form.page))):
        return [f"accepted what is not in the list; said {words!r}"]
    return [] if words or _read(tree) != _read(before) else ["nothing was said and nothing changed"]


def _goes_on(sent: dict[str, Any], tree: Any, before: Any) -> list[str]:
    """A next step on the way: the page asks something, and shows no error."""
    wrong = []
    if tree.find_class("melding--fout") or tree.find_class("veld--fout"):
        wrong.append("an error with status 200")
    if _no_choice(sent):
        wrong.append("went on with what is not in the list")
    if _read(tree) == _read(before):
        wrong.append("came back without a word")
    return wrong


def _refused(form: Form, sent: dict[str, Any], tree: Any) -> list[str]:
    wrong = []
    if tree.xpath("count(//h1)") != 1:
        wrong.append("no single h1")
    title = tree.findtext(".//title") or ""
    if not title.strip().startswith("Fout: "):
        wrong.append(f"title: {title.strip()}")
    if tree.find_class("menuknop") and len(tree.find_class("zowerkt")) != 1:
        wrong.append("no 'Zo werkt het'")
    wrong += _summary(tree)
    wrong += _fields(tree)
    wrong += [f"what was typed in {name} is lost" for name in _lost(form, sent, tree)]
    said = " ".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))
    return (
        wrong
        + [f"english: {word}" for word in english_in(said)]
        + [
            f"words: {said[max(0, found.start() - 90) : found.end() + 20]}"
            for kind in (STIFF, CODES)
            for found in kind.finditer(said)
        ]
    )


def _read(tree: Any) -> str:
    return " ".join(" ".join(tree.xpath("//body//text()[not(ancestor::script)]")).split())


def _summary(tree: Any) -> list[str]:
    """On top, one list of errors that each lead to their field and say what to do."""
    lists = tree.xpath("//*[@id='fouten']")
    if len(lists) != 1:
        return [f"{len(lists)} lists of errors"]
    summary, wrong = lists[0], []
    if summary.get("role") != "alert" or summary.get("tabindex") != "-1":
        wrong.append("the list is not announced or cannot have the focus")
    if tree.xpath("//main//*[self::input[not(@type='hidden')] or self::textarea][following::*[@id='fouten']]"):
        wrong.append("the list stands below a field")
    for line in summary.xpath(".//li"):
        words = " ".join(line.text_content().split())
        if not SAYS_WHAT_TO_DO.search(words):
            wrong.append(f"does not say what to do: {words}")
        for link in line.xpath(".//a/@href"):
            if len(tree.xpath("//*[@id=$id]", id=link.removeprefix("#"))) != 1:
                wrong.append(f"leads nowhere: {link} {words}")
    if not summary.xpath(".//li"):
        wrong.append("an empty list of errors")
    return wrong


def _fields(tree: Any) -> list[str]:
    """Who hears a field hears its error with it."""
    wrong = []
    for link in tree.xpath("//*[@id='fouten']//li/a"):
        for control in tree.xpath("//*[@id=$id]", id=link.get("href").removeprefix("#")):
            if control.tag not in ("input", "select", "textarea") or control.get("type") == "hidden":
                continue
            around = [control, *control.iterancestors("fieldset")]
            told = " ".join(one.get("aria-describedby", "") for one in around).split()
            words = " ".join(" ".join(tree.xpath("string(//*[@id=$id])", id=one).split()) for one in told)
            if " ".join(link.text_content().split()) not in words:
                wrong.append(f"{link.get('href')} is not described by its error")
            if not any(one.get("aria-invalid") == "true" for one in around):
                wrong.append(f"{link.get('href')} is not marked as wrong")
    return wrong


def _lost(form: Form, sent: dict[str, Any], tree: Any) -> list[str]:
    """Fields that do not show what was typed in them."""
    shown = {(one.get("name"), " ".join(_value(one).split())) for one in tree.xpath("//input|//textarea")}
    return [name for name, typed in _typed(form, sent).items() if (name, " ".join(typed.split())) not in shown]


def _value(control: Any) -> str:
    return str((control.text or "") if control.tag == "textarea" else control.get("value", ""))


def _typed(form: Form, sent: dict[str, Any]) -> dict[str, str]:
    names = {one.name for one in form.fields if one.kind in TYPED and one.kind != "password"}
    return {name: value for name, value in sent.items() if name in names and isinstance(value, str) and value.strip()}


def _fits(form: Form, name: str, sent: dict[str, Any]) -> bool:
    """Can it have been typed? A browser stops at the `maxlength` of a field, whatever it checks or not."""
    return all(len(sent[name]) <= one.most for one in form.fields if one.name == name)


def _no_choice(sent: dict[str, Any]) -> bool:
    return "bestaat-niet" in sent.values()
