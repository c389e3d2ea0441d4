"""What chance lets people do, with whom, and how often."""

from collections import Counter
from collections.abc import Callable

from tests.simulation import accounts, deeds, digests, media, notifications, pushes, trends, websockets
from tests.simulation.deeds import FORBIDDEN, NOT_FOUND, OK, TAGS
from tests.simulation.functions import AUDIT
from tests.simulation.people import Town
from tests.simulation.reading import check_feed, check_posts, check_recommendations, posts_in

Act = Callable[[Town, str], object]
"""Somebody does it."""
NEW_NAMES = ("nia", "zoe")
PAGE_SIZES = (1, 2, 7, 49)


def to_somebody(deed: Callable[[Town, str, str], object]) -> Act:
    """Do something to somebody else."""
    return lambda town, name: deed(town, name, town.other(name))


def to_post(deed: Callable[[Town, str, int], object]) -> Act:
    """Do something to a post, if there is any."""

    def act(town: Town, name: str) -> None:
        post_id = town.some_post()
        if post_id is not None:
            deed(town, name, post_id)

    return act


def follow(town: Town, name: str, other: str) -> None:
    """Follow somebody; a star publishes something just before, which is still on its way when its fame comes."""
    if other == town.star and town.chance.random() < 0.4:
        deeds.publish(town, other)
    deeds.follow(town, name, other)


def make_famous(town: Town, name: str) -> None:
    """Follow who is one follower short of fame, who publishes something before that is noticed; and then no longer."""
    followers = Counter(followed for _, followed in town.truth().follows)
    short = [
        each
        for each in town.present
        if followers[each] == town.cloud.knobs["celebrity_threshold"] - 1
        and each != name
        and each not in town.gone
        and (name, each) not in town.truth().follows
    ]
    if short:
        other = town.chance.choice(short)
        deeds.follow(town, name, other)
        deeds.publish(town, other)
        town.cloud.scheduler.sleep(town.chance.choice((0.01, 5)))
        deeds.unfollow(town, name, other)


def decide(town: Town, name: str, other: str) -> None:
    waiting = sorted(one for one, asked in town.truth().asks if asked == name)
    action = town.chance.choice(("accept", "accept", "reject"))
    deeds.decide(town, name, town.chance.choice(waiting or [other]), action)


def mute(town: Town, name: str, other: str) -> None:
    deeds.mute(town, name, other, is_muted=town.chance.random() < 0.5)


def unblock(town: Town, name: str, other: str) -> None:
    blocked = sorted(each for one, each in town.truth().blocks if one == name)
    deeds.unblock(town, name, town.chance.choice(blocked or [other]))


def change_privacy(town: Town, name: str) -> None:
    """Become private or public; whom others wait for may be who opens."""
    waited_for = sorted({asked for _, asked in town.truth().asks} - town.gone)
    if waited_for and town.chance.random() < 0.5:
        deeds.change_privacy(town, town.chance.choice(waited_for), is_private=False)
    else:
        deeds.change_privacy(town, name, is_private=town.chance.random() < 0.5)


def change_ones_mind(town: Town, name: str, other: str) -> None:
    """Follow no longer, and follow again at once or soon; the other may publish something meanwhile."""
    deeds.unfollow(town, name, other)
    if town.chance.random() < 0.5:
        deeds.publish(town, other)
    town.cloud.scheduler.sleep(town.chance.choice((0, 0.02, 1)))
    deeds.follow(town, name, other)


def publish(town: Town, name: str) -> None:
    chance = town.chance
    if town.star is not None and town.star not in town.gone and chance.random() < 0.5:
        name = town.star
    words = [f"#{tag}" for tag in TAGS if chance.random() < 0.3]
    words += [f"@{town.other(name)}"] if chance.random() < 0.2 else []
    fields: dict[str, object] = {"visibility": chance.choice(("public", "public", "followers"))}
    if (other := town.some_post()) is not None and chance.random() < 0.4:
        fields[chance.choice(("reply_to", "quote_of"))] = other
    deeds.publish(town, name, " ".join(words), **fields)


def publish_with_media(town: Town, name: str) -> None:
    """Publish pictures, whose files come before or after."""
    kinds = town.chance.choices(("image", "video"), k=town.chance.randint(1, 2))
    opened = [media.open_upload(town, name, kind) for kind in kinds]
    media_ids = [media_id for media_id in opened if media_id is not None]
    for media_id in media_ids:
        if town.chance.random() < 0.5:
            media.upload(town, media_id)
    if media_ids:
        deeds.publish(town, name, media_ids=media_ids)


def upload(town: Town, name: str) -> None:
    """Open an upload, or send a file for one that was opened some time ago."""
    if not town.forms or town.chance.random() < 0.3:
        media.open_upload(town, name, town.chance.choice(("image", "video", "avatar")))
        return
    media_id = town.chance.choice(sorted(town.forms))
    media.upload(town, media_id, town.chance.choice((media.GOOD, media.GOOD, media.GOOD, media.BAD)))


def look_at_media(town: Town, name: str) -> None:
    if not town.media:
        return
    media_id = town.chance.choice(sorted(town.media))
    if town.chance.random() < 0.7:
        media.read(town, name, media_id)
    elif town.media[media_id] not in town.gone:
        media.discard(town, media_id)


def edit(town: Town, name: str, post_id: int) -> None:
    chance = town.chance
    author = chance.choice((town.posts[post_id], town.posts[post_id], name))
    deeds.edit(town, author, post_id, chance.choice(("public", "followers")))


def do_to_post(town: Town, name: str, post_id: int) -> None:
    chance = town.chance
    deed = chance.choice(("like", "like", "repost", "repost", "bookmark"))
    deeds.do_to_post(town, name, post_id, deed, is_done=chance.random() < 0.75)


def waver(town: Town, name: str, post_id: int) -> None:
    """Do something to a post, take it back and do it again; others may have noticed each time."""
    deed = town.chance.choice(("like", "repost"))
    for is_done in (True, False, True):
        deeds.do_to_post(town, name, post_id, deed, is_done=is_done)
        town.cloud.scheduler.sleep(town.chance.choice((0.01, 1, 5)))


def uncomment(town: Town, _name: str) -> None:
    if town.comments:
        deeds.uncomment(town, town.chance.choice(sorted(town.comments)))


def read_feed(town: Town, name: str) -> None:
    """Begin to read a feed, or go on where somebody stopped, however long ago."""
    chance = town.chance
    place = None
    if town.reading and chance.random() < 0.5:
        place = town.reading.pop(chance.randrange(len(town.reading)))
    _, following = check_feed(town, place.name if place else name, chance.choice(PAGE_SIZES), place)
    town.reading += [following] if following else []


def read_ranked(town: Town, name: str) -> None:
    check_feed(town, name, town.chance.choice(PAGE_SIZES), is_ranked=True)


def discover(town: Town, name: str) -> None:
    check_recommendations(town, name, town.chance.choice(PAGE_SIZES))


SURFACES = (
    "GET /api/v1/posts/{post_id}",
    "GET /api/v1/posts",
    "GET /api/v1/users/{user_id}/posts",
    "GET /api/v1/hashtags/{tag}/posts",
    "GET /api/v1/posts/{post_id}/quotes",
    "GET /api/v1/posts/{post_id}/thread",
    "GET /api/v1/bookmarks",
    "GET /api/v1/search/posts",
)
"""Where posts are shown, beside feeds."""


def query_of(route: str, *, post_id: int, name: str, tag: str) -> dict[str, str] | None:
    """Return what a route that shows posts or people is asked for, if it has to be asked for something."""
    return {
        "GET /api/v1/posts": {"ids": str(post_id)},
        "GET /api/v1/search/posts": {"q": tag},
        "GET /api/v1/search/users": {"q": name},
        "GET /api/v1/search/autocomplete": {"q": name},
    }.get(route)


def read_posts(town: Town, name: str, post_id: int) -> None:
    route = town.chance.choice(SURFACES)
    begun = len(town.cloud.engine.commits)
    answer = town.ask(
        f"read {route}",
        name,
        route,
        allowed={OK, NOT_FOUND},
        post_id=post_id,
        user_id=town.people[town.posts[post_id]].user_id,
        tag=town.chance.choice(TAGS),
        query=query_of(route, post_id=post_id, name=name, tag=town.chance.choice(TAGS)),
    )
    if answer is not None and answer.status == OK:
        check_posts(town, name, posts_in(answer.json), begun)


ABOUT_BLOCKS = (
    "GET /api/v1/graph/blocks",
    "GET /api/v1/graph/mutes",
    "GET /api/v1/graph/relationship/{user_id}",
)
"""Where who is blocked is named on purpose."""
LISTS = (
    *ABOUT_BLOCKS,
    "GET /api/v1/graph/followers/{user_id}",
    "GET /api/v1/graph/following/{user_id}",
    "GET /api/v1/graph/requests/pending",
    "GET /api/v1/graph/stats/{user_id}",
    "GET /api/v1/graph/celebrity/{user_id}",
    "GET /api/v1/graph/celebrities",
    "GET /api/v1/graph/mutual/{user_id}",
    "GET /api/v1/graph/suggestions",
    "GET /api/v1/users/me",
    "GET /api/v1/users/{user_id}",
    "GET /api/v1/users/by-username/{username}",
    "GET /api/v1/posts/{post_id}/likes",
    "GET /api/v1/posts/{post_id}/reposts",
    "GET /api/v1/posts/{post_id}/comments",
    "GET /api/v1/search/users",
    "GET /api/v1/search/autocomplete",
)
"""Where people are shown."""


def look_around(town: Town, name: str, other: str) -> None:
    """Read a list of people: nobody stands in it across a block, if that was there all the time."""
    route = town.chance.choice(LISTS)
    severed, begun = town.truth().severed(name, other), town.registers.begin([])
    answer = town.ask(
        f"read {route}",
        name,
        route,
        allowed={OK, FORBIDDEN, NOT_FOUND},
        post_id=town.some_post() or 1,
        user_id=town.people[other].user_id,
        username=town.username(other),
        query=query_of(route, post_id=town.some_post() or 1, name=other, tag=town.chance.choice(TAGS)),
    )
    is_calm = town.registers.are_calm([("block", name, other), ("block", other, name)], begun)
    if answer is not None and severed and is_calm and route not in ABOUT_BLOCKS:
        assert f'"{other}"' not in answer.text, f"{name} is shown {other} across a block: {route}"


def of_account(deed: Callable[[Town, str], object]) -> Act:
    """Do something about an account, if its owner still can."""

    def act(town: Town, name: str) -> None:
        if town.passwords[name] is not None:
            deed(town, name)

    return act


def of_session(deed: Callable[[Town, str], object]) -> Act:
    """Do something with one of one's sessions, after having opened one."""

    def act(town: Town, name: str) -> None:
        mine = sorted(session for session, (owner, _) in town.sessions.items() if owner == name)
        if mine:
            deed(town, town.chance.choice(mine))
        elif town.passwords[name] is not None:
            accounts.log_in(town, name)

    return act


def open_mail(town: Town, _name: str) -> None:
    accounts.open_mail(town, town.chance.randrange(1_000))


def command(town: Town, _name: str, other: str) -> None:
    order = town.chance.choice(("suspend", "unsuspend", "unsuspend", "verify", "unverify"))
    accounts.command(town, order, other)


def register(town: Town, _name: str) -> None:
    """Make an account for somebody whose name others may want as well."""
    accounts.register(town, town.chance.choice(NEW_NAMES))


def change_profile(town: Town, name: str) -> None:
    changes: list[dict[str, object]] = [{"bio": "hello"}, {"preferences": {"theme": "dark"}}]
    changes += [{"username": each} for each in (name, *NEW_NAMES)]
    accounts.change_profile(town, name, **town.chance.choice(changes))


def end_session(town: Town, session: str) -> None:
    name, _ = town.sessions.pop(session)
    accounts.end_session(town, name, session)


def take_pushes(town: Town, name: str) -> None:
    """Log in at some browser, or be logged in there, and let it take pushes."""
    mine = sorted(session for session, (owner, _) in town.sessions.items() if owner == name)
    session = town.chance.choice(mine) if mine else accounts.log_in(town, name)
    if session is not None:
        pushes.subscribe(town, session, town.chance.choice(pushes.BROWSERS))


def take_no_pushes(town: Town, name: str) -> None:
    pushes.look(town, name)
    pushes.unsubscribe(town, name, town.chance.choice(pushes.BROWSERS))


def ask_about_the_service(town: Town, name: str) -> None:
    route = town.chance.choice(("GET /health", "GET /openapi.json", "GET /.well-known/jwks.json"))
    town.ask("ask about the service", name, route, allowed={OK}, is_anonymous=True)


def listen(town: Town, name: str, other: str) -> None:
    followed = sorted(each for one, each in town.truth().follows if one == name)
    other = town.chance.choice(followed or [other])
    notifications.listen(town, name, other, is_on=town.chance.random() < 0.8)


def sample(town: Town, _name: str) -> None:
    town.client.command(AUDIT, {})


ACTS: dict[str, tuple[Act, int]] = {
    "follow": (to_somebody(follow), 12),
    "make famous": (make_famous, 4),
    "unfollow": (to_somebody(deeds.unfollow), 5),
    "change one's mind": (to_somebody(change_ones_mind), 8),
    "remove": (to_somebody(deeds.remove), 1),
    "decide": (to_somebody(decide), 5),
    "block": (to_somebody(deeds.block), 2),
    "unblock": (to_somebody(unblock), 3),
    "mute": (to_somebody(mute), 2),
    "change privacy": (change_privacy, 3),
    "publish": (publish, 16),
    "publish with media": (publish_with_media, 3),
    "upload": (upload, 5),
    "look at media": (look_at_media, 2),
    "edit": (to_post(edit), 3),
    "delete": (to_post(lambda town, _name, post_id: deeds.delete(town, post_id)), 4),
    "do to a post": (to_post(do_to_post), 20),
    "waver": (to_post(waver), 3),
    "start a trend": (trends.start, 3),
    "look at trends": (trends.look, 4),
    "comment": (to_post(deeds.comment), 4),
    "uncomment": (uncomment, 2),
    "read a feed": (read_feed, 8),
    "read a ranked feed": (read_ranked, 2),
    "read posts": (to_post(read_posts), 5),
    "discover": (discover, 4),
    "look around": (to_somebody(look_around), 4),
    "read notifications": (notifications.read_up_to, 5),
    "choose": (notifications.choose, 3),
    "listen": (to_somebody(listen), 3),
    "ask for digests": (lambda town, _name: digests.ask_for(town), 2),
    "bounce": (digests.bounce, 1),
    "go away": (deeds.go_away, 2),
    "audit": (deeds.audit, 1),
    "log in": (of_account(accounts.log_in), 1),
    "refresh": (of_session(accounts.refresh), 3),
    "log out": (of_session(accounts.log_out), 1),
    "log out everywhere": (accounts.log_out_everywhere, 1),
    "list sessions": (accounts.list_sessions, 1),
    "change the password": (of_account(accounts.change_password), 1),
    "forget the password": (accounts.forget_password, 1),
    "open a mail": (open_mail, 1),
    "export": (accounts.export, 1),
    "leave": (of_account(accounts.leave), 1),
    "command": (to_somebody(command), 1),
    "register": (register, 1),
    "change profile": (change_profile, 2),
    "end session": (of_session(end_session), 1),
    "take pushes": (of_account(take_pushes), 3),
    "take no pushes": (take_no_pushes, 1),
    "ask about the service": (ask_about_the_service, 1),
    "sample": (sample, 1),
    "be at a websocket": (of_session(websockets.be_somewhere), 6),
    "collect": (lambda town, _name: media.collect(town), 1),
    "deploy": (lambda town, _name: media.deploy(town), 1),
}
"""How often each comes."""
CONTENDED = ("do to a post", "comment", "delete")
"""What people do to a post at the same time, where they talk about one only."""
APART = (
    ("publish with media", "upload", "look at media", "collect", "deploy"),
    (
        "read notifications",
        "choose",
        "listen",
        "ask for digests",
        "bounce",
        "take pushes",
        "take no pushes",
        "be at a websocket",
    ),
    (
        "log in",
        "refresh",
        "log out",
        "log out everywhere",
        "list sessions",
        "change the password",
        "forget the password",
        "open a mail",
        "export",
        "command",
        "register",
        "change profile",
        "end session",
        "ask about the service",
    ),
)
"""Groups of acts that have less to do with the others: a history without a group has more of the rest."""
FIRST_OF_ALL = ("follow", "publish")
"""What people do before anything goes wrong. Where nobody follows anybody later, nothing that was lost is brought along."""
