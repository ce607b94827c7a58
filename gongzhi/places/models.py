"""Tables of the city's ground: divisions, layers, who answers for a grid, and matters near a border."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.kernel.ids import new_id
from gongzhi.places.labels import AREA_CLASSES, LEVELS
from gongzhi.places.rules.codes import LONGEST_PLATE
from gongzhi.places.states import AreaClass, BorderState, DivisionLevel, PlateEnding, PlateKind, PlateState

LONGEST_LAYER_NAME = 100


class Division(models.Model):
    """A city, district, street or community as it stands in force for a time. It ends; it is never deleted."""

    code = models.CharField(max_length=32, unique=True)
    level = models.CharField(max_length=16, choices=[(level.value, LEVELS[level]) for level in DivisionLevel])
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey(
        "self", to_field="code", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    path = models.CharField(max_length=255, db_index=True)
    outline = models.TextField(null=True, blank=True)  # noqa: DJ001 - no outline is not an empty one
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    is_schematic = models.BooleanField(default=False)
    area_class = models.CharField(
        max_length=1, default="", blank=True, choices=[(one.value, AREA_CLASSES[one]) for one in AreaClass]
    )
    """As the source states it; empty where the division is managed as the one above it."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="division_code_can_stand_in_a_path",
                condition=~Q(code="") & ~Q(code__contains="/"),
            ),
            models.CheckConstraint(
                name="division_level_known",
                condition=Q(level__in=[level.value for level in DivisionLevel]),
            ),
            models.CheckConstraint(
                name="division_area_class_known",
                condition=Q(area_class__in=[one.value for one in AreaClass]),
            ),
            models.CheckConstraint(name="division_has_a_name", condition=~Q(name_zh="")),
            models.CheckConstraint(
                name="division_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
            ),
            models.CheckConstraint(
                name="division_city_alone_has_no_parent",
                condition=Q(parent__isnull=True, level=DivisionLevel.CITY.value, path=F("code"))
                | (
                    Q(parent__isnull=False, path__endswith=Concat(Value("/"), F("code")))
                    & ~Q(level=DivisionLevel.CITY.value)
                    & ~Q(parent=F("code"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class PlacesVersion(models.Model):
    """One row that names the ground as it stands now, so that a process knows when its map is out of date.

    Digests of the content, not counters: a change that was rolled back can never leave a wrong map behind.
    """

    digest = models.CharField(max_length=64)
    """Of the divisions."""
    layers_digest = models.CharField(max_length=64, default="", blank=True)
    """Of the layers and their editions; empty before the first."""
    duties_digest = models.CharField(max_length=64, default="", blank=True)
    """Of who answers for which grid; empty before the first."""

    class Meta:
        constraints = [models.CheckConstraint(name="places_version_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.digest


class Layer(models.Model):
    """A named layer of the city's ground, such as its unit grids, its overlay areas or its buildings."""

    key = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=LONGEST_LAYER_NAME)
    name_en = models.CharField(max_length=LONGEST_LAYER_NAME)

    class Meta:
        constraints = [
            models.CheckConstraint(name="layer_has_a_name", condition=~Q(key="") & ~Q(name_zh="") & ~Q(name_en=""))
        ]

    def __str__(self) -> str:
        return self.key


class LayerEdition(models.Model):
    """All of a layer as one source drew it, in force from a day until a later edition takes over.

    Its features are never changed. While they are being written it has neither layer nor number and counts nowhere; it
    gets both in the transaction that records it, and from then on its digest stands in the record.
    """

    layer = models.ForeignKey(
        Layer, to_field="key", null=True, blank=True, on_delete=models.PROTECT, related_name="editions"
    )
    number = models.PositiveIntegerField(null=True, blank=True)
    from_on = models.DateField()
    source = models.CharField(max_length=300)
    system = models.CharField(max_length=60, blank=True)
    is_schematic = models.BooleanField(default=False)
    features = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "number"], name="layer_edition_number"),
            models.CheckConstraint(
                name="layer_edition_counts_or_not",
                condition=Q(layer__isnull=True, number__isnull=True) | Q(layer__isnull=False, number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id} {self.number or 'draft'}"


class LayerFeature(models.Model):
    """One thing on a layer: a cell, a group of cells, an area, a building, a floor, a room, a name.

    Attributes:
        kind: what it is, in the layer's own words.
        parent: what it belongs to: the community of a cell, the building of a floor, the division of an area.
        unit: who answers for it, a unit's code or a name.
        outline: in CGCS2000 degrees as WKB; nothing where it is not drawn.
        told: what else the source says of it.
    """

    edition = models.ForeignKey(LayerEdition, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    name_zh = models.CharField(max_length=150, blank=True)
    name_en = models.CharField(max_length=150, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    parent = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=100, blank=True)
    outline = models.BinaryField(null=True, blank=True)
    told = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="feature_code"),
            models.CheckConstraint(name="feature_has_a_code", condition=~Q(code="")),
        ]
        indexes = [models.Index(fields=["edition", "parent"], name="feature_below")]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}".strip()


class GridDuty(models.Model):
    """That a post, and perhaps a member, answers for a responsibility grid for a time."""

    grid = models.CharField(max_length=64)
    post = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    member = models.UUIDField(null=True, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="duty_names_grid_post_and_unit", condition=~Q(grid="") & ~Q(post="") & ~Q(unit="")
            ),
            models.CheckConstraint(
                name="duty_ends_after_it_begins", condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on"))
            ),
        ]
        indexes = [models.Index(fields=["grid"], name="duty_of_grid")]

    def __str__(self) -> str:
        return f"{self.grid} {self.post}@{self.unit}"


class Border(Aggregate):
    """A matter whose position is not exact enough to tell in which of several divisions it lies."""

    stream_kind = "border"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    subject = models.CharField(max_length=120, unique=True)
    """The stream of the matter, such as that of a report or of a case."""
    state = models.CharField(max_length=12)
    error_m = models.PositiveIntegerField()
    home = models.CharField(max_length=255, blank=True)
    taken_by = models.CharField(max_length=255, blank=True, default="")
    counts_to = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="border_state_known", condition=Q(state__in=[one.value for one in BorderState])
            ),
            models.CheckConstraint(
                name="border_is_settled_for_an_area",
                condition=(Q(state=BorderState.SETTLED.value) & ~Q(counts_to=""))
                | (~Q(state=BorderState.SETTLED.value) & Q(counts_to="")),
            ),
        ]

    def __str__(self) -> str:
        """Return subject and state."""
        return f"{self.subject} {self.state}"


class BorderArea(RecordedRow):
    """One of the divisions that see a matter near a border; `left_at` once the matter was put out of its sight."""

    stream_kind = "border"
    stream_column = "border_id"
    key_column = "area"

    border = models.ForeignKey(Border, on_delete=models.PROTECT, to_field="uid", related_name="areas")
    area = models.CharField(max_length=255, db_index=True)
    distance_m = models.PositiveIntegerField()
    received_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["border", "area"], name="border_area_once")]

    def __str__(self) -> str:
        """Return the path."""
        return self.area


class PlaceCode(Aggregate):
    """A code on a plate that stands for a place: a stop, a gate, a shop, a floor. It ends; it is never given out again.

    Attributes:
        words: what is called so on the plate, and what a report from there says of its place.
        feature: the building, floor or room on the layer of buildings; empty outdoors.
        area: path of the division in which it lies.
    """

    stream_kind = "code"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=8)
    kind = models.CharField(max_length=8)
    words = models.CharField(max_length=LONGEST_PLATE)
    words_en = models.CharField(max_length=LONGEST_PLATE, blank=True, default="")
    lon_e7 = models.BigIntegerField()
    lat_e7 = models.BigIntegerField()
    feature = models.CharField(max_length=64, blank=True, default="")
    area = models.CharField(max_length=255, blank=True, default="", db_index=True)
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_for = models.CharField(max_length=8, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="code_names_something", condition=~Q(code="") & ~Q(words="")),
            models.CheckConstraint(name="code_kind_known", condition=Q(kind__in=[one.value for one in PlateKind])),
            models.CheckConstraint(
                name="code_ended_with_reason",
                condition=Q(state=PlateState.IN_USE.value, ended_at__isnull=True, ended_for="")
                | Q(
                    state=PlateState.ENDED.value,
                    ended_at__isnull=False,
                    ended_for__in=[one.value for one in PlateEnding],
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return code and place."""
        return f"{self.code} {self.words}"
