"""Somebody who acts in the measured requests, and those around them."""

from dataclasses import dataclass

from kith.domain.posts import Post
from kith.table.posts import PostStore
from tests.component.conftest import Person
from tools.costs.laboratory import Laboratory

PAGE = 20
ONE_MORE = PAGE + 1
"""So that a page is full and has a next one."""
A_PAGE = f"a page of {PAGE}"
TEXT = "The last tram had gone, so we walked home along the river and counted the bridges. There are eleven."
TAG = "river"


@dataclass(frozen=True, slots=True)
class Circle:
    """Ada, and 21 friends: each follows her and is followed by her."""

    ada: Person
    friends: list[Person]
    posts: list[int]
    """One of each friend, with a hashtag."""
    series: list[int]
    """21 of the first friend."""
    root: int
    """Ada's post, which every friend has answered and quoted at once."""
    replies: list[int]
    """These answers, by friend."""


def circle_in(laboratory: Laboratory) -> Circle:
    """Make a circle."""
    ada, friends = laboratory.person("ada"), laboratory.people("friend", ONE_MORE)
    laboratory.connect([(ada, friend) for friend in friends] + [(friend, ada) for friend in friends])
    root, beginner = laboratory.publish(ada, text=TEXT), friends[0]
    first = laboratory.publish(beginner, text=TEXT, reply_to=root, quote_of=root)
    answered = PostStore(laboratory.table).by_id(root)
    return Circle(
        ada,
        friends,
        posts=[laboratory.store(_post(laboratory, friend, hashtags=(TAG,))) for friend in friends],
        series=[laboratory.store(_post(laboratory, beginner)) for _ in range(ONE_MORE)],
        root=root,
        replies=[first, *(_answer(laboratory, friend, answered) for friend in friends[1:])],
    )


def _post(laboratory: Laboratory, author: Person, *, hashtags: tuple[str, ...] = ()) -> Post:
    return Post(laboratory.new_id(), author.user_id, TEXT, hashtags)


def _answer(laboratory: Laboratory, author: Person, to: Post | None) -> int:
    if to is None or to.place is None:
        raise ValueError("what has been answered begins a thread")
    post = Post(
        laboratory.new_id(),
        author.user_id,
        TEXT,
        reply_to=to.post_id,
        quote_of=to.post_id,
        place=to.place.of_answer(laboratory.new_id()),
    )
    return laboratory.store(post, to)
