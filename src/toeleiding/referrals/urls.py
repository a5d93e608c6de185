"""Addresses of the way to work."""

from django.urls import URLPattern, URLResolver, path

from toeleiding.dossiers.views import urls_dossier  # noqa: F401 - registers how a dossier number looks in an address
from toeleiding.dossiers.views.merging import signposted
from toeleiding.referrals.appointments import group
from toeleiding.referrals.appointments import views as appointments
from toeleiding.referrals.client_page import desk as client_desk
from toeleiding.referrals.client_page import views as client_page
from toeleiding.referrals.explanation import views as explanation
from toeleiding.referrals.follow_up import dossier as follow_up_dossier
from toeleiding.referrals.follow_up import export as joint_export
from toeleiding.referrals.follow_up import views as follow_up
from toeleiding.referrals.intake import views as intake
from toeleiding.referrals.letters import views as letters
from toeleiding.referrals.support import views as support
from toeleiding.referrals.texts import desk as texts
from toeleiding.referrals.views import agency, desk, joint, vdab

_DOSSIER = "dossiers/<dossiernummer:number>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_DOSSIER}/intake", signposted(intake.overview), name="intake"),
    path(f"{_DOSSIER}/intake/afronden", signposted(intake.close), name="intake_close"),
    path(f"{_DOSSIER}/intake/plan", signposted(intake.plan), name="intake_plan"),
    path(f"{_DOSSIER}/intake/<slug:part>", signposted(intake.step), name="intake_step"),
    path(f"{_DOSSIER}/intake/<slug:part>/bewaar", signposted(intake.keep), name="intake_keep"),
    path(f"{_DOSSIER}/doorverwijzing", signposted(agency.referral), name="referral"),
    path(f"{_DOSSIER}/doorverwijzing/bewaar", signposted(agency.save), name="referral_save"),
    path("doorverwijzingen", desk.desk, name="referrals"),
    path("doorverwijzingen/<str:referral>", desk.incoming, name="referral_incoming"),
    path("vdab/inbox", vdab.inbox_page, name="vdab_inbox"),
    path("vdab/inbox/<str:referral>", vdab.inbox_item, name="vdab_inbox_item"),
    path("vdab/klanten", joint.clients, name="vdab_clients"),
    path("vdab/klanten/exporteer", joint.export, name="vdab_clients_export"),
    path("vdab/klanten/<dossiernummer:number>", joint.report, name="vdab_client"),
    path("gezamenlijke-klanten", follow_up.joint_clients, name="joint_clients"),
    path("gezamenlijke-klanten/exporteer", joint_export.export, name="joint_clients_export"),
    path("gezamenlijke-klanten/gezien", follow_up.seen, name="joint_clients_seen"),
    path("gezamenlijke-klanten/gezien/<str:key>/ongedaan", follow_up.seen_undone, name="joint_clients_seen_undone"),
    path("afspraken", appointments.agenda, name="appointments"),
    path("afspraken/nieuw", appointments.new, name="appointment_new"),
    path("afspraken/groep", group.plan, name="appointment_group"),
    path("afspraken/groep/<str:key>/ongedaan", group.take_back, name="appointment_group_undone"),
    path("afspraken/adres", appointments.address, name="appointment_address"),
    path("afspraken/<uuid:appointment>.ics", appointments.as_file, name="appointment_file"),
    path("afspraken/<str:token>.ics", appointments.feed, name="appointment_feed"),
    path("afspraken/<uuid:appointment>", appointments.one, name="appointment"),
    path("afspraken/<uuid:appointment>/annuleer", appointments.cancel, name="appointment_cancel"),
    path("afspraken/<uuid:appointment>/overnemen", appointments.take_over, name="appointment_take_over"),
    path("afspraken/<uuid:appointment>/afloop", appointments.ended, name="appointment_ended"),
    path(f"{_DOSSIER}/toelichting", signposted(explanation.explanation), name="explanation"),
    path(f"{_DOSSIER}/toelichting/folder.pdf", signposted(letters.leaflet), name="leaflet_pdf"),
    path(f"{_DOSSIER}/brief.pdf", signposted(letters.letter), name="letter_pdf"),
    path(f"{_DOSSIER}/afspraakkaart.pdf", signposted(letters.card), name="card_pdf"),
    path(f"{_DOSSIER}/link", signposted(client_desk.link), name="client_link"),
    path("brieven.pdf", letters.many, name="letters_pdf"),
    path("beheer/teksten", texts.overview, name="texts"),
    path("beheer/teksten/<slug:language>", texts.language, name="text"),
    path("info/<slug:language>/vdab", client_page.leaflet, name="leaflet"),
    path("info/<slug:language>/actiris", client_page.leaflet, {"service": "ACTIRIS"}, name="leaflet_actiris"),
    path("m/<str:token>", client_page.personal, name="personal"),
    path("m/<str:token>/ingeschreven", client_page.registered, name="personal_registered"),
    path("m/<str:token>/hulp", client_page.help_needed, name="personal_help"),
    path("m/<str:token>/berichten", client_page.messages_stopped, name="personal_messages"),
    path(f"{_DOSSIER}/inschrijving", signposted(support.registration), name="registration"),
    path(f"{_DOSSIER}/opvolging", signposted(follow_up_dossier.follow_up), name="follow_up"),
    path(f"{_DOSSIER}/opvolging/gezien", signposted(follow_up_dossier.seen_here), name="follow_up_seen"),
    path(
        f"{_DOSSIER}/opvolging/<uuid:agreement>",
        signposted(follow_up_dossier.agreement_closed),
        name="agreement_closed",
    ),
]
