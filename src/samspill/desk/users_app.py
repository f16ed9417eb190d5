"""Wagtail's app for users with our view set: Wagtail reads its name from the app's configuration."""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "samspill.desk.users.UserViewSet"
