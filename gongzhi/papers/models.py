"""Official papers, and the templates that a city put in the place of ours."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongzhi.audit.models import Aggregate
from gongzhi.cases.models import Case
from gongzhi.intake.models import Report
from gongzhi.kernel.ids import new_id
from gongzhi.papers.states import PaperKind, PaperState

_NUMBERED = Q(serial__isnull=False, year__isnull=False) & ~Q(number="")
_PRINTED = Q(pdf__isnull=False, docx__isnull=False, issued_at__isnull=False) & ~Q(pdf_sha256="") & ~Q(docx_sha256="")


class Paper(Aggregate):
    """A paper. What was written into it, and what it says for good, are held values; its files lie in `evidence`.

    `area` and `unit_code` are where the matter lay and who answered for it when the paper was made.
    """

    stream_kind = "paper"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=16)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", null=True, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", null=True, related_name="+")
    number = models.CharField(max_length=60, default="", blank=True)
    year = models.PositiveIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    issued_by = models.CharField(max_length=40, default="", blank=True)
    issued_at = models.DateTimeField(null=True)
    pdf = models.UUIDField(null=True)
    pdf_sha256 = models.CharField(max_length=64, default="", blank=True)
    docx = models.UUIDField(null=True)
    docx_sha256 = models.CharField(max_length=64, default="", blank=True)
    scan = models.UUIDField(null=True)
    scan_sha256 = models.CharField(max_length=64, default="", blank=True)
    sealed_by = models.CharField(max_length=40, default="", blank=True)
    sealed_at = models.DateTimeField(null=True)
    scans_void = models.PositiveIntegerField(default=0)
    void_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "serial"], name="paper_numbered_once"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in PaperKind]), name="paper_kind_known"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in PaperState]), name="paper_state_known"),
            models.CheckConstraint(
                condition=Q(case__isnull=False, report=None) | Q(case=None, report__isnull=False),
                name="paper_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PaperState.DRAFT.value, PaperState.VOID.value]) | (_NUMBERED & _PRINTED),
                name="paper_issued_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.SEALED.value)
                | (Q(scan__isnull=False, sealed_at__isnull=False) & ~Q(scan_sha256="")),
                name="paper_sealed_by_scan",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.VOID.value) | Q(void_at__isnull=False), name="paper_void_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "made_at"], name="papers_of_case"),
            models.Index(fields=["report", "made_at"], name="papers_of_report"),
        ]

    def __str__(self) -> str:
        """Return the number, or the stream while there is none."""
        return self.number or self.stream


class PaperTemplate(models.Model):
    """What papers of a kind say, from an instant until an instant."""

    kind = models.CharField(max_length=12)
    text = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(until_at=None), name="one_template_in_force"),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in PaperKind]), name="paper_template_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="paper_template_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        """Return the kind and since when it holds."""
        return f"{self.kind} {self.from_at:%Y-%m-%d}"
