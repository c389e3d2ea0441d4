"""A handful of people, and what they can rely on once they were told."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kith.domain import ids
from kith.domain.clock import DAY, SECOND
from kith.domain.users import Standing
from kith.passwords import Argon2Passwords
from kith.table import schema
from tests.builders import Answer
from tests.component.feed_oracle import Oracle
from tests.simulation.client import Client, Person
from tests.simulation.cloud import Cloud
from tests.simulation.registers import Fact, Registers
from tests.simulation.scheduler import BEGINNING, Promise
from tests.simulation.truth import flag, number, text, truth_of

PASSWORDS = ("correct horse battery", "staple of the day", "battery of horses")
NAMES = ("ann", "bob", "cat", "dan", "eve", "fay")
Told = Mapping[Fact, Any]
REFUSED = frozenset({401, 403})


@dataclass(eq=False)
class Town:
    """Everybody, and all that they were told."""

    cloud: Cloud
    present: Sequence[str] = NAMES
    """Who does something."""
    star: str | None = None
    """Whom most have to do with."""
    newest: int = 8
    """Posts that people still talk about."""
    posts: dict[int, str] = field(default_factory=dict)
    """What somebody was told is published, and by whom."""
    comments: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Under which post each is, and whose."""
    commenters: dict[int, str] = field(default_factory=dict)
    markers: set[str] = field(default_factory=set)
    """What publications say, each of them once."""
    media: dict[int, str] = field(default_factory=dict)
    """What uploads were opened, and by whom."""
    forms: dict[int, str] = field(default_factory=dict)
    """Where the file of each goes."""
    done: Counter[str] = field(default_factory=Counter)
    """How often each act was answered, and how."""
    reading: list["Place"] = field(default_factory=list)
    """Where people stopped to read their feeds."""
    clients: list[Promise] = field(default_factory=list)
    passwords: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(NAMES, PASSWORDS[0]))
    sessions: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """Whose each is, and what they were told last."""
    excused: set[str] = field(default_factory=set)
    """Who may be refused whatever they ask for."""
    gone: set[str] = field(default_factory=set)
    """Who has left for good."""

    def __post_init__(self) -> None:
        self.client = Client(self.cloud)
        self.registers = Registers(self.look)
        first = ids.first_at(BEGINNING - 100 * DAY)
        self.people = {name: Person(first + place, name) for place, name in enumerate(NAMES)}
        self.names = {person.user_id: name for name, person in self.people.items()}

    @property
    def chance(self) -> random.Random:
        """What is drawn from by whoever is doing something."""
        return self.cloud.scheduler.process.chance or self.cloud.chance

    def ask(  # noqa: PLR0913  # a request, and what is known of it
        self,
        act: str,
        name: str,
        route: str,
        body: Any = None,
        *,
        allowed: set[int],
        touched: Sequence[Fact] = (),
        relies: Sequence[Fact] = (),
        told: Callable[[Answer], Told] = lambda _answer: {},
        **request: Any,
    ) -> Answer | None:
        """Let somebody ask for something, and see that what they are told is so.

        Args:
            act: what they do.
            name: who.
            route: what they ask for.
            body: as JSON.
            allowed: which answers there may be, whatever happens meanwhile.
            touched: the facts that this may change.
            relies: the facts that it depends on; nothing is known where one of them changes meanwhile.
            told: which facts the answer tells, if it is a good one.
            request: query, headers and the values of the path.
        """
        begun = self.registers.begin(touched)
        self.cloud.scheduler.note(lambda: f"{name}: {act} {self._named(request)} {body or ''}")
        relied = [*relies, *(("alive", each) for fact in touched for each in fact if each in self.people)]
        answer = self.client.ask(self.people[name], route, body, **request)
        outcome = f"{act} {answer.status if answer else 'unanswered'}"
        self.cloud.scheduler.note(lambda: f"{name}: {outcome}")
        self.done[outcome] += 1
        if name in self.excused and answer is not None and answer.status in REFUSED:
            answer = None
        assert answer is None or answer.status in allowed, f"{act} by {name}: {answer.status} {answer.text}"
        is_good = answer is not None and answer.status < 300
        if any(each in self.gone for fact in touched for each in fact):
            is_good = False  # what was between somebody and who has left is being erased
        facts = (
            told(answer) if is_good and answer is not None and self.registers.are_calm(relied, begun) else {}
        )
        self.registers.end(touched, facts)
        return answer

    def look(self, fact: Fact) -> Any:  # noqa: PLR0911  # one for each kind
        """Return how a fact is now, according to the table."""
        kind, *whose = fact
        match kind:
            case "wish" | "block" | "mute":
                one, other = (self.people[str(name)].user_id for name in whose)
                item = self.cloud.engine.get(schema.RELATION.key(user_id=one, other_id=other)) or {}
                if kind == "wish":
                    return text(item, "state") if item else "none"
                return f"{kind}_id" in item
            case "like" | "repost" | "bookmark":
                name, post_id = whose
                key = schema.ENGAGEMENT.key(user_id=self.people[str(name)].user_id, post_id=_whole(post_id))
                return f"{kind}_id" in (self.cloud.engine.get(key) or {})
            case "post":
                found = self.cloud.engine.get(schema.POST.key(post_id=_whole(whose[0])))
                assert found is None or "text" in found, f"what is left of post {whose[0]}: {found}"
                return None if found is None else text(found, "text")
            case "visibility":
                found = self.cloud.engine.get(schema.POST.key(post_id=_whole(whose[0]))) or {}
                return text(found, "visibility") if found else None
            case "comment":
                comment_id, post_id = whose
                key = schema.COMMENT.key(post_id=_whole(post_id), comment_id=_whole(comment_id))
                return self.cloud.engine.get(key) is not None
        return self._look_at_account(str(kind), str(whose[0]))

    def _look_at_account(self, kind: str, whose: str) -> Any:
        user_id = int(whose.partition("-")[0], 16) if kind == "session" else self.people[whose].user_id
        user = self.cloud.engine.get(schema.USER.key(user_id=user_id)) or {}
        match kind:
            case "username":
                return text(user, "username") if user else None
            case "private":
                return flag(user, "is_private")
            case "standing":
                return text(user, "standing") if user else None
            case "alive":
                return bool(user) and text(user, "standing") != Standing.DELETED
            case "password":
                kept = self.cloud.engine.get(schema.CREDENTIALS.key(user_id=user_id))
                passwords = Argon2Passwords()
                found = [
                    each
                    for each in PASSWORDS
                    if kept and passwords.matches(each, text(kept, "password_hash"))
                ]
                return found[0] if found else None
            case "session":
                gate = self.cloud.engine.get(schema.GATE.key(user_id=user_id)) or {}
                session = self.cloud.engine.get(schema.SESSION.key(user_id=user_id, session_id=whose))
                return (
                    session is not None
                    and number(session, "epoch") == number(gate, "epoch")
                    and number(session, "expires_at") > self.cloud.scheduler.now // SECOND
                )
        raise AssertionError(kind)

    def _named(self, request: Mapping[str, Any]) -> str:
        """Return of whom and of what a request is."""
        told = [value for value in request.values() if isinstance(value, int | str) and value is not True]
        return " ".join(str(self.names.get(each, each) if isinstance(each, int) else each) for each in told)

    def owner_of(self, thing: object) -> str | None:
        """Return whose a post, a comment or a session is."""
        if isinstance(thing, int):
            return self.posts.get(thing) or self.commenters.get(thing)
        owner, _ = self.sessions.get(str(thing), (None, None))
        return owner

    def truth(self, commit: int | None = None) -> Oracle:
        """Return what is so, or was after some commit."""
        return truth_of(self.cloud.engine.all(commit), self.names)

    def username(self, name: str) -> str:
        """Return how somebody is called now."""
        return str(self.look(("username", name)) or name)

    def some_post(self) -> int | None:
        """Return one of the newest posts, if there is any."""
        newest = sorted(self.posts)[-self.newest :]
        return self.chance.choice(newest) if newest else None

    def other(self, name: str) -> str:
        """Return somebody else."""
        if self.star not in {None, name} and self.chance.random() < 0.7:
            return str(self.star)
        others = [each for each in self.present if each != name and each not in self.gone]
        return self.chance.choice(others or [each for each in self.present if each != name])


@dataclass(frozen=True)
class Place:
    """Where somebody stopped to read a feed."""

    name: str
    after: int
    """The last post that was shown."""
    cursor: str


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
