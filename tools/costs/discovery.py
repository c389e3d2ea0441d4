"""What is measured of recommendations."""

from kith.domain.posts import Post
from kith.table.items import EngagementItem, LikeItem
from tests.component.conftest import Person
from tools.costs.circle import A_PAGE, ONE_MORE, PAGE, TEXT, Circle
from tools.costs.laboratory import Laboratory

POSTS, USERS = "GET /api/v1/discover/posts", "GET /api/v1/discover/users"
LIKED = 60
"""Posts that a reader and many others have liked."""


def measure_discovery(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the discovery room."""
    measure, new = laboratory.measure, laboratory.person("newcomer")
    measure("nothing done yet, nothing trends", new, POSTS)
    measure("nothing done yet, nothing trends", new, USERS)
    reader, others, author = (
        laboratory.person("reader"),
        laboratory.people("alike", 2 * ONE_MORE),
        circle.friends[0],
    )
    posts = [laboratory.store(_post(laboratory, author, place)) for place in range(LIKED + 2 * PAGE)]
    for other in others:
        _like(laboratory, other, posts)
    _like(laboratory, reader, posts[:LIKED])
    much = f"{LIKED} posts liked, {len(others)} others like them and {2 * PAGE} more"
    cursor = measure(f"{A_PAGE}; {much}", reader, POSTS)["next_cursor"]
    measure("the next page", reader, POSTS, query={"cursor": cursor})
    measure(much, reader, USERS)
    laboratory.connect([(reader, friend) for friend in circle.friends])
    laboratory.connect([(friend, other) for friend in circle.friends for other in others])
    measure(f"{much}; {ONE_MORE} friends follow {len(others)} each", reader, USERS)


def _post(laboratory: Laboratory, author: Person, place: int) -> Post:
    return Post(laboratory.new_id(), author.user_id, TEXT, (f"tag{place % 7}",))


def _like(laboratory: Laboratory, who: Person, posts: list[int]) -> None:
    for post_id in posts:
        like_id = laboratory.new_id()
        deed = {"like_id": like_id, "revision": like_id}
        laboratory.put(
            [
                EngagementItem.at(deed, user_id=who.user_id, post_id=post_id),
                LikeItem.at({"other_id": who.user_id}, post_id=post_id, deed_id=like_id),
            ]
        )
