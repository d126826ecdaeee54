"""No device watches longer than a day has seconds."""

from collections import defaultdict

DAY_SECONDS = 86_400


def share_out(seconds: dict[str, int]) -> dict[str, int]:
    """A device's seconds by app; where they pass the day's, cut in proportion to the day's exactly."""
    total = sum(seconds.values())
    if total <= DAY_SECONDS:
        return seconds
    cut = {app: landed * DAY_SECONDS // total for app, landed in seconds.items()}
    most = min(seconds, key=lambda app: (-seconds[app], app))
    # So this app may end above what it landed with; its capped seconds are then below 0.
    cut[most] += DAY_SECONDS - sum(cut.values())
    return cut


def capped(seconds: dict[tuple, int]) -> dict[tuple, int]:
    """The seconds by day, contract, mac and app, no known mac over a day; an unknown mac is not a device."""
    devices: dict[tuple, dict[str, int]] = defaultdict(dict)
    for (*device, app), landed in seconds.items():
        devices[tuple(device)][app] = landed
    within = {}
    for device, apps in devices.items():
        known = device[-1] is not None
        for app, left in (share_out(apps) if known else apps).items():
            within[*device, app] = left
    return within
