"""Services with links, tags and what they need."""

from __future__ import annotations

from apps.reports.operations.demo.stage import Squad, Stage, Work
from apps.reports.operations.demo.words.people import TEAMS
from apps.reports.operations.demo.words.products import PRODUCTS
from apps.reports.operations.demo.words.shapes import Product
from apps.services.models import Hardness, Lifecycle, LinkKind, Service, ServiceDependency, ServiceLink

ADDRESSES = {
    LinkKind.RUNBOOK: "https://runbooks.ballast.example/{slug}",
    LinkKind.DASHBOARD: "https://dashboards.ballast.example/d/{slug}",
    LinkKind.REPOSITORY: "https://git.ballast.example/{team}/{slug}",
    LinkKind.CHAT: "https://chat.ballast.example/channels/{team}",
}
LIFECYCLES = {"audit-export": Lifecycle.DEPRECATED, "ranking-features": Lifecycle.EXPERIMENTAL}
USUAL_LINKS = 3


def make_catalogue(stage: Stage) -> None:
    for product in PRODUCTS:
        if product.team in stage.squads:
            _make_service(stage, product, stage.squads[product.team])
    for squad in list(stage.squads.values())[len(TEAMS) :]:
        for product in _plain_products(squad):
            _make_service(stage, product, squad)
    for work in list(stage.works.values()):
        _make_dependencies(stage, work)


def _make_service(stage: Stage, product: Product, squad: Squad) -> None:
    began = stage.beginning
    pk = stage.loader.add(
        Service,
        slug=product.slug,
        name=product.name,
        description=product.about,
        tier=product.tier,
        lifecycle=LIFECYCLES.get(product.slug, Lifecycle.PRODUCTION),
        owner_team_id=squad.pk,
        created_at=began,
        updated_at=began,
    )
    for kind in list(ADDRESSES)[: 4 if product.tier < 2 else USUAL_LINKS]:
        url = ADDRESSES[kind].format(slug=product.slug, team=squad.slug)
        stage.loader.add(ServiceLink, service_id=pk, kind=kind, url=url)
    for tag in product.tags:
        stage.loader.link(Service.tags, service_id=pk, tag_id=stage.tag(tag))
    stage.works[product.slug] = work = Work(pk, product, squad)
    squad.works.append(work)
    stage.trail.tell("service.added", product.slug, at=began, by=stage.admin.pk, name=[None, product.name])


def _make_dependencies(stage: Stage, work: Work) -> None:
    pairs = [(slug, Hardness.HARD) for slug in work.product.hard]
    pairs += [(slug, Hardness.SOFT) for slug in work.product.soft]
    for slug, hardness in pairs:
        needed = stage.works.get(slug)
        if needed:
            stage.loader.add(ServiceDependency, service_id=work.pk, needs_id=needed.pk, hardness=hardness)


def _plain_products(squad: Squad) -> list[Product]:
    """Four services for a team of the benchmarks."""
    name, web = squad.name, f"{squad.slug}-web"
    parts = (
        ("api", "API", 1, ("http", "database", "tls", "cache")),
        ("worker", "worker", 2, ("queue", "partner")),
        ("web", "pages", 2, ("http", "cache")),
        ("jobs", "nightly jobs", 3, ("batch", "storage")),
    )
    return [
        Product(
            slug=f"{squad.slug}-{part}",
            name=f"{name} {word}",
            team=squad.slug,
            tier=tier,
            about=f"The {word} of {name.lower()}.",
            noun=f"{name.lower()} requests",
            tags=tags,
            symptoms=(
                f"{name} {word} slow",
                f"{name} {word} unavailable",
                f"Errors in the {name.lower()} {word}",
            ),
            hard=() if part == "api" else (f"{squad.slug}-api",),
            soft=() if part != "api" else (web,),
        )
        for part, word, tier, tags in parts
    ]
