"""Addresses of the operator's desk and of the messages of a dossier."""

from django.urls import path

from toeleiding.dossiers.views import urls_dossier  # noqa: F401 - registers how a dossier number looks in an address
from toeleiding.exchange.quality import action_views, reconcile_views
from toeleiding.exchange.quality import views as quality
from toeleiding.exchange.views import content, desk, files, incoming, legal_log, messages, received, replays

urlpatterns = [
    path("magda/toeleiding", incoming.referral, name="incoming_referral"),
    path("uitwisseling", desk.desk_page, name="exchange"),
    path("uitwisseling/proef", replays.dry_run, name="exchange_replay"),
    path("uitwisseling/tegenhouden", replays.hold_page, name="exchange_hold"),
    path("uitwisseling/vrijgeven", replays.release, name="exchange_release"),
    path("uitwisseling/bestanden", files.files_page, name="exchange_files"),
    path("uitwisseling/berichten/<str:question>", messages.message_page, name="exchange_message"),
    path("uitwisseling/berichten/<str:question>/inhoud", content.content, name="exchange_content"),
    path("uitwisseling/berichten/<str:question>/structuur", content.structure, name="exchange_structure"),
    path("uitwisseling/ontvangen", received.received_list, name="received"),
    path("uitwisseling/ontvangen/<uuid:message>", received.received_page, name="received_message"),
    path("uitwisseling/ontvangen/<uuid:message>/inhoud", content.received_content, name="received_content"),
    path("uitwisseling/ontvangen/<uuid:message>/structuur", content.received_structure, name="received_structure"),
    path("uitwisseling/wettelijk-logboek", legal_log.legal_log, name="legal_log"),
    path("uitwisseling/kwaliteit", quality.page, name="quality"),
    path("uitwisseling/kwaliteit/meet", quality.measure_now, name="quality_measure"),
    path("uitwisseling/kwaliteit/verschillen", reconcile_views.page, name="quality_differences"),
    path("uitwisseling/kwaliteit/acties", action_views.plan, name="improvement_plan"),
    path("uitwisseling/kwaliteit/acties/nieuw", action_views.new_action, name="improvement_action_new"),
    path("uitwisseling/kwaliteit/acties/<uuid:action>", action_views.action_page, name="improvement_action"),
    path("uitwisseling/kwaliteit/rapport.<slug:kind>", quality.report_file, name="quality_report"),
    path("uitwisseling/kwaliteit/<str:code>", quality.one, name="quality_measure_page"),
    path("dossiers/<dossiernummer:number>/berichten", messages.dossier_messages, name="dossier_messages"),
]
