"""What the follow graph should be, in plain lines. Every command returns the status that its answer should have."""

from dataclasses import dataclass, field

Edge = tuple[str, str]


@dataclass
class GraphOracle:
    """Who stands to whom, and how."""

    private: set[str] = field(default_factory=set)
    follows: set[Edge] = field(default_factory=set)
    asks: set[Edge] = field(default_factory=set)
    rejected: set[Edge] = field(default_factory=set)
    blocks: set[Edge] = field(default_factory=set)
    mutes: set[Edge] = field(default_factory=set)

    def severed(self, one: str, other: str) -> bool:
        return bool({(one, other), (other, one)} & self.blocks)

    def follow(self, one: str, other: str) -> int:
        edge = (one, other)
        if self.severed(*edge):
            return 404
        if edge in self.follows or (edge in self.asks and other in self.private):
            return 200
        self.asks.discard(edge)
        self.rejected.discard(edge)
        (self.asks if other in self.private else self.follows).add(edge)
        return 200

    def unfollow(self, one: str, other: str) -> int:
        if self.severed(one, other):
            return 404
        self.follows.discard((one, other))
        self.asks.discard((one, other))
        return 200

    def remove(self, one: str, other: str) -> int:
        if self.severed(one, other):
            return 404
        self.follows.discard((other, one))
        return 200

    def accept(self, one: str, other: str) -> int:
        if (other, one) not in self.asks:
            return 404
        self.asks.discard((other, one))
        self.follows.add((other, one))
        return 200

    def reject(self, one: str, other: str) -> int:
        if (other, one) not in self.asks:
            return 404
        self.asks.discard((other, one))
        self.rejected.add((other, one))
        return 200

    def block(self, one: str, other: str) -> int:
        if (one, other) not in self.blocks and (other, one) in self.blocks:
            return 404
        self.blocks.add((one, other))
        for edge in ((one, other), (other, one)):
            for edges in (self.follows, self.asks, self.rejected):
                edges.discard(edge)
        return 200

    def unblock(self, one: str, other: str) -> int:
        if (one, other) not in self.blocks and self.severed(one, other):
            return 404
        self.blocks.discard((one, other))
        return 200

    def mute(self, one: str, other: str) -> int:
        if (one, other) not in self.mutes and self.severed(one, other):
            return 404
        self.mutes.add((one, other))
        return 200

    def unmute(self, one: str, other: str) -> int:
        if (one, other) not in self.mutes and self.severed(one, other):
            return 404
        self.mutes.discard((one, other))
        return 200
