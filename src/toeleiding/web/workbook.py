"""Opening a spreadsheet that somebody gives, without letting it bring down the process that reads it.

The reader gives every place between the first and the last filled cell some bytes: a file of two kilobytes with one
cell in the far corner asks for hundreds of gigabytes, and the process dies on the spot. So a process that may have
little memory and little time opens it first.
"""

import io
import subprocess
import sys

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

# A list of 400.000 rows and ten columns stays below a third of it, and is open in some seconds.
_MEMORY_BYTES = 1_000_000_000
_SECONDS = 30
_TRY = f"""
import io, resource, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY_BYTES}, {_MEMORY_BYTES}))
from python_calamine import CalamineWorkbook
try:
    CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
except MemoryError:
    sys.exit(1)
except Exception:
    pass
"""


class TooLargeError(ValueError):
    """Opening it takes more memory or time than any list needs."""


class UnreadableError(ValueError):
    """It is no spreadsheet, it is damaged or locked, or it has no sheet."""


def first_sheet(content: bytes) -> CalamineSheet:
    """The first sheet of an XLSX, XLS or ODS. Raises TooLargeError or UnreadableError."""
    try:
        tried = subprocess.run([sys.executable, "-I", "-c", _TRY], input=content, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise TooLargeError from None
    if tried.returncode:
        raise TooLargeError
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise UnreadableError from error
