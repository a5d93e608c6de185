"""Hiding private links never breaks the work that is being logged."""

import logging

import pytest

from toeleiding.site.logs import HidePrivateLinks


@pytest.mark.parametrize(("said", "given"), [("%d links", ("/m/geheim",)), ("%s %s", ("/m/geheim",))])
def test_a_line_that_cannot_be_put_together_raises_nothing_and_tells_no_secret(
    said: str, given: tuple[object, ...]
) -> None:
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, said, given, None)
    assert HidePrivateLinks().filter(record)
    assert "geheim" not in record.getMessage()
    assert said in record.getMessage()
