"""Labels that Wagtail translates once, when its module is loaded, and then shows to everybody in that language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.admin.forms.collections import GroupCollectionManagementPermissionFormSet
from wagtail.admin.forms.workflows import WorkflowPageForm
from wagtail.images.forms import GroupImagePermissionFormSet, ImageInsertionForm
from wagtail.users.forms import PagePermissionsForm

# Field of the form for putting a picture into a text -> Wagtail's msgid.
LABELS = {
    "format": "Format",
    "image_is_decorative": "Image is decorative",
    "alt_text": "Alt text",
}
# What a group may do with collections and with pictures: the permission, and Wagtail's msgids, short and long.
COLLECTION_RIGHTS = (
    ("add_collection", "Add", "Add collections"),
    ("change_collection", "Edit", "Edit collections"),
    ("delete_collection", "Delete", "Delete collections"),
)
PICTURE_RIGHTS = (
    ("add_image", "Add", "Add/edit images you own"),
    ("change_image", "Edit", "Edit any image"),
    ("choose_image", "Choose", "Select images in choosers"),
)


def translate_late() -> None:
    """Let each reader have the labels in the language of the account."""
    for name, msgid in LABELS.items():
        ImageInsertionForm.base_fields[name].label = gettext_lazy(msgid)
    for form in (PagePermissionsForm, WorkflowPageForm):  # they have no label, and so show the field's name
        form.base_fields["page"].label = gettext_lazy("Page")
    for formset, rights in (
        (GroupCollectionManagementPermissionFormSet, COLLECTION_RIGHTS),
        (GroupImagePermissionFormSet, PICTURE_RIGHTS),
    ):
        # In place: the form's field holds on to the same list.
        formset.permission_types[:] = [
            (codename, gettext_lazy(short), gettext_lazy(long)) for codename, short, long in rights
        ]
