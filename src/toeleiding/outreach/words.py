"""What a notice says. No name of a client and no national number: these words may travel by e-mail."""

from datetime import date, datetime
from typing import Any, assert_never

from toeleiding.outreach.models import NoticeKind
from toeleiding.web import dates


def sentence(kind: NoticeKind, params: dict[str, Any]) -> str:
    """One sentence in plain Dutch; the dossier's number stands beside it."""
    match kind:
        case NoticeKind.ANSWER:
            return f"{'Actiris' if params.get('service') == 'ACTIRIS' else 'VDAB'} antwoordde op je vraag."
        case NoticeKind.REFERRAL_NEW:
            many = params.get("count", 1) > 1
            said = f"Er zijn {params['count']} nieuwe doorverwijzingen" if many else "Er is een nieuwe doorverwijzing"
            return f"{said} voor je kantoor."
        case NoticeKind.REFERRAL_ACCEPTED:
            return "De doorverwijzing is aanvaard."
        case NoticeKind.REFERRAL_QUESTIONED:
            return "Er is een vraag over de doorverwijzing. Antwoord in het dossier."
        case NoticeKind.REFERRAL_RETURNED:
            return "De doorverwijzing is teruggegeven. Lees de reden in het dossier."
        case NoticeKind.REFERRAL_NOT_ARRIVED:
            return "De doorverwijzing is niet aangekomen. Kijk in het dossier wat je kan doen."
        case NoticeKind.APPOINTMENT_PLANNED:
            return f"Er is een afspraak op {_day(params['on'])}."
        case NoticeKind.APPOINTMENT_MISSED:
            return "Een afspraak is gemist. Bel samen met de klant."
        case NoticeKind.HELP_ASKED:
            return "De inburgeraar vraagt hulp. Bel terug."
        case NoticeKind.ASSIGNED if params.get("count", 1) > 1:
            return f"{params['count']} dossiers zijn aan jou toegewezen."
        case NoticeKind.ASSIGNED:
            return "Dit dossier is aan jou toegewezen."
        case NoticeKind.TERM_ENDS:
            return f"De termijn eindigt op {_day(params['on'])}."
        case NoticeKind.TERM_PASSED:
            return f"De termijn is voorbij sinds {_day(params['on'])}."
        case NoticeKind.ACTION_LATE:
            return f"Een actie voor betere kwaliteit moest klaar zijn op {_day(params['on'])}."
        case NoticeKind.TRANSLATION_OUTDATED:
            count = params["count"]
            return f"{f'{count} vertalingen zijn' if count > 1 else 'Een vertaling is'} verouderd. Lees ze na."
        case NoticeKind.EXCHANGE_FAILING:
            return f"De uitwisseling hapert sinds {dates.moment(datetime.fromisoformat(params['since']))}."
        case NoticeKind.QUEUE_LONG:
            return f"Er wachten {dates.number(params['count'])} vragen om te vertrekken. Kijk waarom."
        case NoticeKind.UNUSUAL_ACCESS:
            opened = dates.number(params["count"])
            return f"Een collega opende {opened} dossiers buiten de eigen lijst op {_day(params['on'])} (regel K-24)."
        case NoticeKind.RETENTION_DUE:
            count = params["count"]
            said = "wordt 1 bewaard bericht of logregel" if count == 1 else _kept(count)
            return f"Voor {_day(params['on'])} {said} gewist (regels K-10 tot en met K-15)."
        case NoticeKind.ABSENCE_SET:
            return _absence(params)
    assert_never(kind)


def _absence(params: dict[str, Any]) -> str:
    """Without a name: who is ill is nobody's business in an e-mail."""
    days = f"van {_day(params['begin'])} tot en met {_day(params['end'])}"
    if params.get("stopped"):
        return f"Je teamleider stopte een afwezigheid {days}. Kijk bij je instellingen."
    if params.get("stand_in"):
        return f"Je vervangt een collega {days}. Kijk bij je instellingen wie."
    return f"Je teamleider vulde je afwezigheid in {days}."


def _kept(count: int) -> str:
    return f"worden {dates.number(count)} bewaarde berichten en logregels"


def _day(iso: str) -> str:
    return dates.long_date(date.fromisoformat(iso))
