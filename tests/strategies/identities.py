"""Links between accounts and users."""

from .chooser import Chooser
from .forms import csv_file, json_file, parquet_file, plain_style
from .pools import Pools
from .values import Odd, Record

FIELDS = ("contract", "user_id", "source")
NO_CONTRACTS = ("0", None, "", " ", "PAYTV", "HNH57991", "113.182.209.48")
NO_USERS = (None, "", "  ", "\u00a0")
SOURCES = ("app", None, "web", "billing", "APP", " app")


def _link(choose: Chooser, pools: Pools) -> Record:
    if choose.odd(20):
        return Odd(choose.whole(0, 99))
    # Users keep to their own contracts, but for a few, so that most links are good and some conflict.
    place = choose.whole(0, len(pools.users) - 1)
    user: str | None = pools.users[place]
    contract: str | None = pools.contracts[place // 2 % len(pools.contracts)]
    if choose.odd(6):
        contract = choose.pick(pools.contracts)
    if choose.odd(6):
        contract = choose.pick((contract.lower(), f" {contract}\u00a0", "NEW000001"))
    if choose.odd(12):
        contract = choose.pick(NO_CONTRACTS)
    if choose.odd(12):
        user = choose.pick(NO_USERS)
    elif choose.odd(8):
        user = f" {user} "
    return {"contract": contract, "user_id": user, "source": choose.pick(SOURCES)}


def identity_files(choose: Chooser, pools: Pools, least: int, most: int) -> dict[str, bytes]:
    """No file, or up to two in any form."""
    files: dict[str, bytes] = {}
    for index in range(choose.whole(min(least, 1), 2)):
        links = choose.many(lambda inner: _link(inner, pools), max(least, 1), most)
        # One good link first: a delivery without any would be refused.
        links = [{"contract": pools.contracts[0], "user_id": pools.users[0], "source": None}, *links]
        names = FIELDS[:2] if choose.odd(4) else FIELDS
        if choose.odd(3):
            files[f"identity/links-{index}.parquet"] = parquet_file(links, names, plain_style())
        elif choose.odd(3):
            links = [link for link in links if not isinstance(link, Odd)]
            files[f"identity/links-{index}.json"] = json_file(links, names, plain_style(choose, "json"))
        else:
            files[f"identity/links-{index}.csv"] = csv_file(links, names, plain_style(choose))
    if files:
        files |= {"identity/_SUCCESS": b"", "identity/.links-0.csv.crc": b"crc"}
    return files
