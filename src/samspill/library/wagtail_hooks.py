from django.urls import URLPattern, re_path
from wagtail import hooks

from samspill.library.views import frozen_file


@hooks.register("register_admin_urls")
def frozen_file_url() -> list[URLPattern]:
    return [re_path(r"^arkiv/frosset/(?P<sha256>[0-9a-f]{64})/$", frozen_file, name="library_frozen")]
