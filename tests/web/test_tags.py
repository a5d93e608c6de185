"""The template tags: what they show, what they escape, and that they are cheap."""

import time

import pytest
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.template import Context
from structlog.testing import capture_logs

from toeleiding.web.templatetags import tn
from toeleiding.web.toasts import toast

from . import gallery


def draw(source: str, **values: object) -> str:
    return gallery.ENGINE.from_string(source).render(Context(values))


@pytest.mark.parametrize(
    ("days", "total", "late", "words", "css"),
    [
        (38, 60, False, "nog 38 dagen", 'class="termijn"'),
        (15, 60, False, "nog 15 dagen", 'class="termijn"'),
        (14, 60, False, "nog 14 dagen", "termijn--letop"),
        (1, 60, False, "nog 1 dag", "termijn--letop"),
        (0, 60, False, "vandaag laatste dag", "termijn--letop"),
        (-1, 60, True, "1 dag te laat", "termijn--fout"),
        (-4, 60, True, "4 dagen te laat", "termijn--fout"),
    ],
)
def test_a_term_is_a_sentence_and_a_bar(days, total, late, words, css):
    shown = tn.termijn(days, total, late)
    assert f"<b>{words}</b>" in shown
    assert css in shown
    assert "<rect" in shown


def test_nobody_is_late_whom_the_decision_does_not_call_late():
    shown = tn.termijn(-90, 60, False)
    assert "te laat" not in shown
    assert "fout" not in shown


def test_without_a_term_there_is_no_bar():
    assert tn.termijn(None) == '<div class="termijn termijn--geen">geen termijn</div>'
    assert "start bij contract" in tn.termijn(None, zonder="start bij contract")


@pytest.mark.parametrize(("days", "width"), [(60, 0), (80, 0), (38, 37), (11, 82), (6, 90), (0, 100)])
def test_the_bar_fills_up_with_the_days_that_are_gone(days, width):
    assert f'<rect width="{width}"' in tn.termijn(days, 60)


def test_a_pill_has_an_icon_and_words_in_every_tone():
    for tone, icon in tn.TONE_ICONS.items():
        shown = tn.pil("Niet gekend", tone)
        assert f'href="#i-{icon}"' in shown
        assert shown.endswith("Niet gekend</span>")
    assert 'href="#i-lock"' in tn.pil("Geweigerd", "fout", "lock")


def test_words_of_people_are_escaped_even_after_the_same_words_were_trusted():
    assert "<i>x</i>" in draw('{% pil "<i>x</i>" %}')
    assert "&lt;i&gt;x&lt;/i&gt;" in draw("{% pil words %}", words="<i>x</i>")
    assert "&lt;b&gt;" in draw("{% melding words %}", words="<b>")
    assert "&lt;b&gt;" in draw("{% leeg words %}", words="<b>")
    assert "&lt;b&gt;" in draw('{% tegel 1 words "" "/" %}', words="<b>")
    assert "&lt;b&gt;" in draw("{% stapbalk steps %}", steps=[{"label": "<b>", "small": "<b>"}])
    assert "&lt;b&gt;" in draw("{% filterchip words %}{{ words }}{% endfilterchip %}", words="<b>")


def test_an_unknown_icon_is_logged_and_breaks_nothing():
    with capture_logs() as logs:
        assert tn.icoon("kalender") == ""
    assert logs == [{"event": "icon_unknown", "log_level": "warning", "icon": "kalender"}]


def test_an_unknown_tone_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="letop"):
        tn.pil("x", "rood")


def test_the_six_blocks():
    assert tn.ministapjes(4).count('class="k"') == 3
    assert tn.ministapjes(4).count('class="n"') == 1
    assert tn.ministapjes(7).count('class="k"') == 6
    assert tn.ministapjes(6, "45").count('class="o"') == 2
    assert tn.ministapjes(1).count("<i") == 6


def test_the_step_bar_says_in_words_what_the_colours_say():
    shown = tn.stapbalk(gallery.SKIPPED_STEPS)
    assert shown.count("<li") == 6
    assert shown.count('aria-current="step"') == 1
    assert shown.count("<small>niet nodig</small>") == 2
    assert ", klaar</span>" in shown


def test_a_tile_is_a_link_with_the_number_first():
    shown = tn.tegel(1234, "Termijn voorbij", "meer dan 60 dagen", "/werklijst?termijn=voorbij", "fout")
    assert shown.startswith('<a class="tegel tegel--fout" href="/werklijst?termijn=voorbij"><b>1.234</b>')


def test_only_an_error_interrupts():
    assert 'role="alert"' in tn.melding("x", "fout")
    assert "role=" not in tn.melding("x", "info")


def test_the_bulk_bar_counts_in_the_right_number():
    assert "1 dossier gekozen" in draw("{% bulkbalk 1 %}{% endbulkbalk %}")
    assert "2 dossiers gekozen" in draw("{% bulkbalk 2 %}{% endbulkbalk %}")
    assert "2 berichten gekozen" in draw('{% bulkbalk 2 "bericht" %}{% endbulkbalk %}')


def test_a_message_can_offer_a_way_back(rf):
    assert tn.ongedaan(Message(SUCCESS, "Bewaard.", extra_tags="undo:/ongedaan/12")) == "/ongedaan/12"
    assert tn.ongedaan(Message(SUCCESS, "Bewaard.")) == ""
    for address in ("//elders.test/x", "https://elders.test", "/a b"):
        with pytest.raises(ValueError, match="pad op deze site"):
            toast(rf.get("/"), "Bewaard.", undo_url=address)


def test_a_worklist_of_25_rows_is_drawn_in_a_few_milliseconds():
    rows = (gallery.ROWS * 4)[:25]
    template = gallery.ENGINE.from_string(
        "{% for rij in rijen %}{% ministapjes rij.stapnr %}{% termijn rij.dagen 60 rij.te_laat %}"
        "{% pil rij.pil rij.toon %}{% icoon 'eye' %}{% endfor %}"
    )
    template.render(Context({"rijen": rows}))
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        template.render(Context({"rijen": rows}))
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.02
