"""How satisfied people were, counted."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from gongzhi.intake.models import Rating
from gongzhi.intake.rules.replies import Satisfaction


def rated(*, from_at: datetime, until_at: datetime) -> list[tuple[str, str, int, int]]:
    """Return how many were satisfied with a result and how many were not, by division path and class of the report.

    Who found it fair counts as neither.
    """
    found = (
        Rating.objects.filter(at__gte=from_at, at__lt=until_at)
        .values("report__area", "report__class_key")
        .annotate(
            satisfied=Count("id", filter=Q(result__gte=Satisfaction.SATISFIED.value)),
            dissatisfied=Count("id", filter=Q(result__lte=Satisfaction.DISSATISFIED.value)),
        )
        .order_by()
    )
    return [(one["report__area"], one["report__class_key"], one["satisfied"], one["dissatisfied"]) for one in found]
