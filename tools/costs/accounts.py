"""What is measured of accounts and how they stand to each other."""

from kith.table.items import BlockItem, MuteItem, RequestItem
from tools.costs.circle import A_PAGE, ONE_MORE, Circle
from tools.costs.laboratory import Laboratory

FOLLOW, UNFOLLOW = "POST /api/v1/graph/follow/{user_id}", "DELETE /api/v1/graph/unfollow/{user_id}"
EITHER = "POST /v1/follow"
REMOVE = "DELETE /api/v1/graph/followers/{user_id}"
DECIDE = "POST /api/v1/graph/requests/{follower_id}"
BLOCK, UNBLOCK = "POST /api/v1/graph/block/{user_id}", "DELETE /api/v1/graph/block/{user_id}"
MUTE, UNMUTE = "POST /api/v1/graph/mute/{user_id}", "DELETE /api/v1/graph/mute/{user_id}"
OWN, CHANGE = "GET /api/v1/users/me", "PATCH /api/v1/users/me"
SESSIONS = "GET /api/v1/sessions"
FOLLOWED_EACH = 10


def measure_follows(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the follow room."""
    ada, measure = circle.ada, laboratory.measure
    bob, private = laboratory.person("bob"), laboratory.person("private", is_private=True)
    public_id, private_id = bob.user_id, private.user_id
    measure("a public account", ada, FOLLOW, user_id=public_id)
    measure("again", ada, FOLLOW, user_id=public_id)
    measure("a private account", ada, FOLLOW, user_id=private_id)
    measure("who was followed", ada, UNFOLLOW, user_id=public_id)
    measure("who was not followed", ada, UNFOLLOW, user_id=public_id)
    measure("who was asked", ada, UNFOLLOW, user_id=private_id)
    for action in ("follow", "unfollow"):
        named = {"followee_id": public_id, "action": action}
        measure(f"`{action}`, a public account", ada, EITHER, json_body=named)
    laboratory.do(bob, FOLLOW, user_id=ada.user_id)
    measure("who followed", ada, REMOVE, user_id=public_id)
    for action in ("accept", "reject"):
        laboratory.do(bob, FOLLOW, user_id=private_id)
        measure(f"`{action}`", private, DECIDE, follower_id=public_id, json_body={"action": action})
        laboratory.do(bob, UNFOLLOW, user_id=private_id)


def measure_connections(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the connection room."""
    ada, friends, measure = circle.ada, circle.friends, laboratory.measure
    popular, private = laboratory.person("popular"), laboratory.person("closed", is_private=True)
    laboratory.connect((friend, popular) for friend in friends)
    laboratory.connect((popular, friend) for friend in friends)
    laboratory.put(
        RequestItem.at({"other_id": friend.user_id}, user_id=private.user_id, entry_id=laboratory.new_id())
        for friend in friends
    )
    for which in ("followers", "following"):
        route, user_id = f"GET /api/v1/graph/{which}/{{user_id}}", popular.user_id
        measure(A_PAGE, ada, route, user_id=user_id)
        measure(f"{A_PAGE}, `expand=user`", ada, route, user_id=user_id, query={"expand": "user"})
        second = {"page": "2", "page_size": "10"}
        measure("the second page of 10 by number", ada, route, user_id=user_id, query=second)
    measure(A_PAGE, private, "GET /api/v1/graph/requests/pending")


def measure_relationships(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the relationship room."""
    ada, measure, friend = circle.ada, laboratory.measure, circle.friends[0]
    measure("to another", ada, "GET /api/v1/graph/relationship/{user_id}", user_id=friend.user_id)
    measure("of another", ada, "GET /api/v1/graph/stats/{user_id}", user_id=friend.user_id)
    measure("one's own", ada, "GET /api/v1/graph/stats/{user_id}", user_id=ada.user_id)
    measure("another", ada, "GET /api/v1/graph/celebrity/{user_id}", user_id=friend.user_id)
    measure("who follows none", ada, "GET /api/v1/graph/celebrities")


def measure_blocks(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the block room."""
    measure, stranger_id = laboratory.measure, circle.friends[0].user_id
    carol, friend = laboratory.people("other", 2)
    measure("a stranger", carol, BLOCK, user_id=stranger_id)
    measure("again", carol, BLOCK, user_id=stranger_id)
    measure("who was blocked", carol, UNBLOCK, user_id=stranger_id)
    measure("a stranger", carol, MUTE, user_id=stranger_id)
    measure("who was muted", carol, UNMUTE, user_id=stranger_id)
    laboratory.do(carol, FOLLOW, user_id=friend.user_id)
    laboratory.do(friend, FOLLOW, user_id=carol.user_id)
    measure("one who follows and is followed", carol, BLOCK, user_id=friend.user_id)
    for kind, which in ((BlockItem, "blocks"), (MuteItem, "mutes")):
        laboratory.put(
            kind.at({"other_id": each.user_id}, user_id=carol.user_id, entry_id=laboratory.new_id())
            for each in circle.friends
        )
        measure(A_PAGE, carol, f"GET /api/v1/graph/{which}")


def measure_suggestions(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the suggestion room."""
    ada, friends = circle.ada, circle.friends
    strangers = laboratory.people("stranger", ONE_MORE)
    laboratory.connect(
        (friend, strangers[(place + step) % ONE_MORE])
        for place, friend in enumerate(friends)
        for step in range(1, FOLLOWED_EACH + 1)
    )
    mutual = "GET /api/v1/graph/mutual/{user_id}"
    followed = f"who follows {ONE_MORE}, each of whom follows {FOLLOWED_EACH} others"
    laboratory.measure(
        f"{FOLLOWED_EACH} follow both, {ONE_MORE} the caller", ada, mutual, user_id=strangers[0].user_id
    )
    laboratory.measure(followed, ada, "GET /api/v1/graph/suggestions")


def measure_profiles(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the profile room."""
    ada, friend, measure = circle.ada, circle.friends[0], laboratory.measure
    measure("one's own", ada, OWN)
    measure("name and bio", ada, CHANGE, json_body={"full_name": "Ada Lovelace", "bio": "Notes on engines."})
    measure("username", ada, CHANGE, json_body={"username": "ada.lovelace"})
    measure("two preferences", ada, CHANGE, json_body={"preferences": {"theme": "dark", "language": "en"}})
    measure("of another", ada, "GET /api/v1/users/by-username/{username}", username=friend.username)
    measure("of another", ada, "GET /api/v1/users/{user_id}", user_id=friend.user_id)


def measure_sessions(laboratory: Laboratory, _circle: Circle) -> None:
    """Measure the session room."""
    first, second = laboratory.people("visitor", 2)
    for who in (first, second):
        laboratory.log_in(who, "session")
    other = laboratory.log_in(first)
    laboratory.measure("three", first, SESSIONS)
    laboratory.measure("another than this", first, "DELETE /api/v1/sessions/{sid}", sid=other)
    laboratory.measure("this session", first, "POST /api/v1/logout")
    laboratory.measure("two sessions", second, "POST /api/v1/logout/all")


def measure_realtime(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the realtime room, as far as it is asked over HTTP."""
    laboratory.measure("one", circle.ada, "POST /api/v1/realtime/ticket")
