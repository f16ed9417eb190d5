"""Where a story came from, when it was taken in from elsewhere."""

from __future__ import annotations

from django.db import models

from samspill.newsroom.models.stories import NewsroomStory


class ImportedStory(models.Model):
    """One item of a source, and what became of it here. By this row a second run knows what it has seen.

    ``fingerprint`` is of what the source said, ``page_hash`` of the draft that was made of it: whoever edits the story
    here changes the second. ``page`` is None when the story has been deleted here. Times in UTC.
    """

    source = models.CharField(max_length=300)
    id_hash = models.CharField(max_length=64)  # SHA-256 of the source's own id, which may be of any length
    source_id = models.CharField(max_length=300)  # its beginning, for people
    address = models.CharField(max_length=2000, blank=True)
    page = models.OneToOneField(NewsroomStory, null=True, on_delete=models.SET_NULL, related_name="imported")
    fingerprint = models.CharField(max_length=64)
    page_hash = models.CharField(max_length=64)
    incomplete = models.BooleanField(default=False)  # a picture could not be fetched: the next run tries again
    published_at = models.DateTimeField(null=True)  # where it came from
    imported_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    out_at = models.DateTimeField(null=True)  # when it first came out here

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "id_hash"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.source}: {self.source_id}"
