"""`/uitwisseling/kwaliteit/rapport.pdf` and `.xlsx`: the report as a file to take to a meeting."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from toeleiding.exchange.quality import report, report_pdf, report_xlsx
from toeleiding.organisations.guard import StaffRequest, for_roles
from toeleiding.organisations.models import AccessAction, Organisation, OrganisationKind, Role
from toeleiding.web.toasts import toast

_READERS = (Role.EXCHANGE_OPERATOR, Role.PROJECT_LEAD, Role.TEAM_LEAD)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_roles(*_READERS)
@require_safe
def as_pdf(request: StaffRequest) -> HttpResponse:
    """The report to read and to print."""
    found = _report(request)
    return _nothing(request) if found is None else _file(request, found, "pdf", report_pdf.render(found))


@for_roles(*_READERS)
@require_safe
def as_xlsx(request: StaffRequest) -> HttpResponse:
    """The report to reckon with."""
    found = _report(request)
    return (
        _nothing(request) if found is None else _file(request, found, "xlsx", report_xlsx.render(found, request.access))
    )


def _report(request: StaffRequest) -> report.Report | None:
    agencies = Organisation.objects.filter(kind=OrganisationKind.AGENCY)
    return report.build(request.access, agencies.filter(code=request.GET.get("agentschap", "")).first())


def _file(request: StaffRequest, found: report.Report, ending: str, content: bytes) -> HttpResponse:
    request.access.log(AccessAction.EXPORTED, detail=f"kwaliteitsrapport {ending}: {found.whom}"[:200])
    return HttpResponse(
        content,
        content_type="application/pdf" if ending == "pdf" else _XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{report.file_name(found, ending)}"',
            "Cache-Control": "no-store",
        },
    )


def _nothing(request: StaffRequest) -> HttpResponse:
    toast(request, "Er is nog niets gemeten, dus er is nog geen rapport. De eerste meting gebeurt vannacht.")
    return HttpResponseRedirect("/uitwisseling/kwaliteit")
