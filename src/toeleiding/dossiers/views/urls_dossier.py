"""Addresses of the pages of one dossier."""

from django.urls import URLPattern, path, register_converter

from toeleiding.dossiers.views import (
    dossier,
    dossier_access,
    dossier_person,
    exceptions,
    merging,
    new_dossier,
    vdab,
    work_situation,
)


class DossierNumber:
    """TN-2026-00012, so that no other address is taken for a dossier."""

    regex = r"TN-[0-9]{4}-[0-9]{5,9}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DossierNumber, "dossiernummer")

_ONE = "dossiers/<dossiernummer:number>"

_pages = [
    path("dossiers/nieuw", new_dossier.new_dossier, name="new_dossier"),
    path("dossiers/nieuw/kbi", new_dossier.ask_kbi, name="new_dossier_kbi"),
    path("dossiers/nieuw/maak", new_dossier.open_from_kbi, name="new_dossier_open"),
    path("dossiers/nieuw/met-de-hand", new_dossier.by_hand, name="new_dossier_by_hand"),
    path("dossiers/samenvoegen", merging.proposals, name="merge_proposals"),
    path("dossiers/samenvoegen/<int:key>", merging.decide, name="merge_proposal"),
    path(_ONE, dossier.dossier_page, name="dossier"),
    path(f"{_ONE}/notitie", dossier.add_note, name="dossier_note"),
    path(f"{_ONE}/nummer", dossier.show_number, name="dossier_number"),
    path(f"{_ONE}/rechtzetting/<int:event>", dossier.withdraw, name="dossier_withdraw"),
    path(f"{_ONE}/ongedaan/<int:event>", dossier.undo, name="dossier_undo"),
    path(f"{_ONE}/samen-kijken", dossier.look_together, name="dossier_together"),
    path(f"{_ONE}/print", dossier.print_view, name="dossier_print"),
    path(f"{_ONE}/persoon", dossier_person.person, name="dossier_person"),
    path(f"{_ONE}/inzage", dossier_access.access_log, name="dossier_access"),
    path(f"{_ONE}/werksituatie", work_situation.work_situation, name="work_situation"),
    path(f"{_ONE}/werksituatie/vraag", work_situation.ask, name="work_situation_ask"),
    path(f"{_ONE}/vdab", vdab.vdab, name="vdab"),
    path(f"{_ONE}/vdab/vraag", vdab.ask, name="vdab_ask"),
    path(f"{_ONE}/vdab/overnemen", vdab.copy, name="vdab_copy"),
    path(f"{_ONE}/uitzondering", exceptions.exception, name="dossier_exception"),
    path(f"{_ONE}/splitsen/<int:event>", merging.split, name="dossier_split"),
]
urlpatterns: list[URLPattern] = [
    path(str(one.pattern), merging.signposted(one.callback), name=one.name) for one in _pages
]
