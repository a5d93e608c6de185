"""`/magda/toeleiding`: the door for messages of partners. No person comes here, so no session and no form token."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from toeleiding.exchange import incoming, limits
from toeleiding.organisations.guard import everyone


@csrf_exempt
@everyone
@require_POST
def referral(request: HttpRequest) -> HttpResponse:
    """Take in RegistreerToeleiding and answer it on the wire. Too large is refused before it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > limits.LARGEST_REFERRAL:
        said = incoming.too_large()
    else:
        said = incoming.receive(request.read(limits.LARGEST_REFERRAL))
    return HttpResponse(said.body, status=said.status, content_type="text/xml; charset=UTF-8")
