"""What is used the most: people start it together, and look at it."""

from tests.component.feed_oracle import Oracle
from tests.simulation import deeds
from tests.simulation.deeds import OK, TAGS
from tests.simulation.people import Town
from tests.simulation.reading import check_posts, holds_once

WINDOWS = ("1h", "24h", "7d")
FANS = 3


def start(town: Town, name: str) -> None:
    """Publish something with hashtags that some others like and repost at once."""
    words = " ".join(f"#{tag}" for tag in TAGS if town.chance.random() < 0.7)
    post_id = deeds.publish(town, name, words)
    others = sorted(set(town.present) - town.gone - {name})
    for other in town.chance.sample(others, min(FANS, len(others))) if post_id is not None else ():
        for deed in ("like", "repost"):
            deeds.do_to_post(town, other, post_id or 0, deed)


def look(town: Town, name: str) -> None:
    """Read what is used the most, and see that it is once there, and for everybody.

    Raises:
        AssertionError: it is not.
    """
    window, begun = town.chance.choice(WINDOWS), len(town.cloud.engine.commits)
    for what in ("hashtags", "posts"):
        query = {"window": window, "limit": str(town.chance.choice((1, 3, 100)))}
        answer = town.ask(f"trending {what}", name, f"GET /api/v1/trending/{what}", query=query, allowed={OK})
        if answer is None:
            continue
        listed = [each["tag"] if what == "hashtags" else each["post_id"] for each in answer.json[what]]
        assert len(listed) == len(set(listed)), f"{name} is shown twice: {listed}"
        if what == "posts":
            check_posts(town, name, answer.json[what], begun)
            for post_id in listed:

                def is_for_everybody(truth: Oracle, post_id: int = post_id) -> bool:
                    post = truth.posts.get(post_id)
                    return post is not None and not post.for_followers and post.author not in truth.private

                assert holds_once(town, begun, is_for_everybody), f"{post_id} is trending, and hidden"
