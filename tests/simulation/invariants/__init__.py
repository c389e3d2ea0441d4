"""What must hold when everything has come to rest, whatever happened before: derived from what is in the table alone.

Each rule yields what is wrong, in words. What people see through the doors is compared in `reading` and `simulation`.
"""

from collections.abc import Iterator

from kith.domain.clock import SECOND
from tests.simulation.cloud import Cloud
from tests.simulation.invariants import graph, notifications, posts, pushes, rest, search, trends
from tests.simulation.invariants.stored import stored_in


def violations(cloud: Cloud) -> Iterator[str]:
    """Yield what is wrong."""
    stored = stored_in(cloud)
    yield from rest.nothing_left(cloud)
    yield from rest.traces(cloud)
    yield from graph.lists(stored)
    yield from graph.waiting(stored)
    yield from graph.names(stored, cloud.scheduler.now // SECOND)
    yield from graph.tallies(stored)
    yield from posts.posts_and_their_lists(stored)
    yield from posts.media(cloud, stored)
    yield from posts.avatars(stored)
    yield from posts.deeds(stored)
    yield from rest.gone(cloud, stored)
    yield from rest.entries(cloud, stored)
    yield from posts.once(stored)
    yield from rest.tastes(cloud, stored)
    yield from notifications.places(stored)
    yield from notifications.bells(stored)
    yield from notifications.digests(cloud, stored)
    yield from notifications.all_told(cloud, stored)
    yield from search.accounts(stored)
    yield from search.posts(stored)
    yield from trends.uses(cloud, stored)
    yield from trends.scores(cloud, stored)
    yield from trends.boards(cloud, stored)
    yield from trends.told(cloud, stored)
    yield from pushes.subscriptions(stored)
    yield from pushes.pushes(cloud, stored)
    if not cloud.knobs.get("delivery_by_cost_from"):
        yield from graph.fame_by_followers(
            stored, cloud.knobs["celebrity_threshold"], cloud.knobs["celebrity_demotion"]
        )
    yield from graph.fame(stored)
    yield from (f"a function failed: {each}" for each in cloud.failed)
