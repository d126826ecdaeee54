"""OpenLineage's own client, configured as its users know it: by its environment variables and its file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from resources.errors import BadSetting

if TYPE_CHECKING:
    from openlineage.client import OpenLineageClient

URL, CONFIG, NAMESPACE, DISABLED = (
    "OPENLINEAGE_URL",
    "OPENLINEAGE_CONFIG",
    "OPENLINEAGE_NAMESPACE",
    "OPENLINEAGE_DISABLED",
)
_TRANSPORT = "OPENLINEAGE__TRANSPORT__"
_NAMESPACE = "customer360"


def off_because() -> str:
    """Why nothing is sent, where `set_by` is None."""
    return f"{DISABLED} is true" if _is_disabled() else f"{URL} is not set"


def set_by() -> str | None:
    """The variable that switches lineage on; None if it is off."""
    if _is_disabled():
        return None
    names = (URL, CONFIG, *sorted(name for name in os.environ if name.startswith(_TRANSPORT)))
    return next((name for name in names if os.environ.get(name)), None)


def _is_disabled() -> bool:
    return os.environ.get(DISABLED, "").strip().lower() == "true"


def namespace() -> str:
    """The namespace of the jobs."""
    return os.environ.get(NAMESPACE) or _NAMESPACE


def connect() -> "OpenLineageClient":
    """The client; making it sends nothing.

    Raises BadSetting if its package is missing, or if what is configured can't be used.
    """
    variable = set_by()
    try:
        from openlineage.client import OpenLineageClient
        from openlineage.client.transport.http import HttpTransport
    except ImportError:
        raise BadSetting(
            f"{variable} is set, but the package openlineage-python is not installed",
            "Install the extra `openlineage` of this project, or unset the variable.",
        ) from None
    path = os.environ.get(CONFIG)
    if path and not Path(path).is_file():
        raise BadSetting(f"{CONFIG} does not name a file", "name OpenLineage's configuration file (YAML).")
    try:
        client = OpenLineageClient()
        chosen = (client.config.transport or {}).get("type")
    except Exception as error:  # the client raises errors of any kind, which may quote a secret
        raise BadSetting(
            f"OpenLineage's configuration can't be used ({type(error).__name__})",
            f"check {URL}, {CONFIG} and the variables that begin with {_TRANSPORT}.",
        ) from None
    if client.transport.kind == "console" and chosen != "console":  # its default where nothing is configured
        raise BadSetting(
            f"{variable} is set, but no transport is configured", f"set {URL}, or `transport` in the file."
        )
    if variable == URL and client.transport.kind != "http":  # the client prefers a file that it finds to the variable
        raise BadSetting(
            f"{URL} is set, but openlineage.yml in this folder or at home names another way of sending",
            f"remove `transport` from that file, or name the file in {CONFIG}.",
        )
    if isinstance(client.transport, HttpTransport):
        # It would fetch the other address without the event, and take what that answers for the collector's answer.
        client.transport.session.max_redirects = 0
    return client
