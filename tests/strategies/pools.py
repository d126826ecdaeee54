"""The few customers of a landing: few, so that they meet, tie and come back."""

from dataclasses import dataclass, replace

from .chooser import Chooser


@dataclass(frozen=True)
class Pools:
    """Who can appear."""

    contracts: tuple[str, ...] = ("HNH579912", "SGDA12345", "DNABC1234", "QAD014541")
    macs: tuple[str, ...] = ("0C96E62FC55C", "A4B1C2D3E4F5", "0C96E62FC55D")
    users: tuple[str, ...] = ("0123456", "123456", "00777888", "9876543")

    def some(self, choose: Chooser) -> "Pools":
        """About two thirds of the contracts and users: those that a month knows."""
        return replace(
            self,
            contracts=tuple(name for name in self.contracts if not choose.odd(3)) or self.contracts[:1],
            users=tuple(name for name in self.users if not choose.odd(3)) or self.users[:1],
        )


FEW = Pools()


def large_pools(contracts: int = 60, users: int = 60) -> Pools:
    """As many as a larger landing needs, in all three forms of a contract."""
    forms = ("HNH{:06}", "SGDA{:05}", "DNABC{:04}")
    return Pools(
        contracts=FEW.contracts + tuple(forms[index % 3].format(1000 + index) for index in range(contracts)),
        macs=(*FEW.macs, "F0E1D2C3B4A5", "000000000000"),
        users=FEW.users + tuple(f"{index * 7919:0{6 + index % 3}}" for index in range(1, users + 1)),
    )
