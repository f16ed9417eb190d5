"""Which app of ours speaks with a platform: entered by an administrator, registered by itself, or the practice one."""

from __future__ import annotations

from django.db import transaction

from samspill.channels import credentials, registry
from samspill.channels.connect_contract import App, ConnectWay
from samspill.channels.models import Channel, PlatformApp, practice_address


def practice_app(platform_name: str) -> App:
    """The app that every pretend platform knows: training needs nothing to be set up."""
    return App(practice_address(platform_name), f"sandbox-{platform_name}-app", f"sandbox-{platform_name}-secret")


def app_for(platform_name: str, base_url: str) -> App | None:
    """The app for a base address; None when there is none. Raises credentials.CredentialsUnreadableError.

    Where a person signs in with an app password, no app of ours is needed: then it is the address alone.
    """
    connection = getattr(registry.platform(platform_name), "connection", None)
    if getattr(connection, "way", None) is ConnectWay.SIGN_IN:
        return App(base_url)
    stored = PlatformApp.objects.filter(platform=platform_name, base_url=base_url).first()
    if stored is not None:
        return stored.app()
    return practice_app(platform_name) if base_url == practice_address(platform_name) else None


def is_registered(platform_name: str, base_url: str) -> bool:
    """Whether a server has an app of ours. A pretend server forgets what it was told: it is told each time."""
    stored = PlatformApp.objects.filter(platform=platform_name, base_url=base_url).exists()
    return stored and base_url != practice_address(platform_name)


def keep_registered(platform_name: str, app: App) -> App:
    """Keep an app that a server has just registered for us."""
    PlatformApp.objects.update_or_create(
        platform=platform_name,
        base_url=app.base_url,
        defaults={
            "client_id": app.client_id,
            "sealed": credentials.seal({"client_secret": app.client_secret}),
            "options": dict(app.options),
        },
    )
    return app


@transaction.atomic
def save_app(platform_name: str, base_url: str, client_id: str, secret: str) -> PlatformApp:
    """Write an app's id, and its secret unless that is empty (then the stored one is kept).

    A new secret also replaces the one that channels of that app sign their calls with (Facebook).
    """
    stored = PlatformApp.objects.select_for_update().filter(platform=platform_name, base_url=base_url).first()
    stored = stored or PlatformApp(platform=platform_name, base_url=base_url)
    stored.client_id = client_id
    if secret:
        stored.set_secret(secret)
        for channel in Channel.objects.select_for_update(of=("self",)).filter(
            platform=platform_name, key_place=base_url
        ):
            _sign_anew(channel, secret)
    stored.save()
    return stored


def _sign_anew(channel: Channel, secret: str) -> None:
    try:
        keys = credentials.open_sealed(channel.sealed)
    except credentials.CredentialsUnreadableError:
        return  # told as trouble by whoever watches the channels
    if "app_secret" in keys:
        Channel.objects.filter(pk=channel.pk).update(sealed=credentials.seal({**keys, "app_secret": secret}))
