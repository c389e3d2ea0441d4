"""What there is to be cut off: every deed that has consequences, with what must have been before it.

Each is short, and the same whenever it is let happen, so that a fault can be put at each of its calls.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kith.domain.clock import DAY, HOUR, MINUTE, SECOND
from tests.simulation import accounts, deeds, digests, media, notifications, pushes, trends, websockets
from tests.simulation.acts import LISTS, SURFACES, query_of
from tests.simulation.deeds import NOT_FOUND, OK
from tests.simulation.functions import AUDIT
from tests.simulation.people import Town
from tests.simulation.reading import check_feed, check_recommendations

BY_MAIL = {about: {"email": "daily"} for about in ("post_liked", "post_commented")}
Part = Callable[[Town], object]


@dataclass(frozen=True)
class Scenario:
    """What happens; a fault comes in none of what was before."""

    happens: Part
    before: Part = lambda _town: None
    threshold: int = 3
    """Followers from which one is a celebrity."""


def _post(town: Town, place: int = -1) -> int:
    return sorted(town.posts)[place]


def _followed(*pairs: tuple[str, str]) -> Part:
    def part(town: Town) -> None:
        for one, other in pairs:
            deeds.follow(town, one, other)

    return part


def _then(*parts: Part) -> Part:
    def part(town: Town) -> None:
        for each in parts:
            each(town)

    return part


def _publish(name: str, words: str = "", **fields: object) -> Part:
    return lambda town: deeds.publish(town, name, words, **fields)


def _private(name: str) -> Part:
    return lambda town: deeds.change_privacy(town, name, is_private=True)


def _talked_about(town: Town) -> None:
    """Let a post have everything that can hang on it."""
    _followed(("bob", "ann"), ("cat", "ann"), ("dan", "bob"))(town)
    post_id = deeds.publish(town, "ann", "#tram @cat")
    assert post_id is not None
    for name in ("bob", "cat"):
        for deed in deeds.ANSWERED:
            deeds.do_to_post(town, name, post_id, deed)
        deeds.comment(town, name, post_id)
    deeds.publish(town, "bob", reply_to=post_id)
    deeds.publish(town, "cat", quote_of=post_id)


def _everything_of_ann(town: Town) -> None:
    """Let somebody have everything that an account can have."""
    _talked_about(town)
    _followed(("ann", "bob"), ("ann", "dan"))(town)
    deeds.publish(town, "ann", reply_to=_post(town))
    for deed in deeds.ANSWERED:
        deeds.do_to_post(town, "ann", _post(town, -2), deed)
    deeds.comment(town, "ann", _post(town, -2))
    deeds.block(town, "ann", "eve")
    deeds.mute(town, "fay", "ann")
    notifications.listen(town, "ann", "bob")
    notifications.listen(town, "cat", "ann")
    notifications.read_up_to(town, "ann")
    notifications.choose(town, "ann")
    _take_pushes(town, "ann", "one")
    check_feed(town, "ann", 7)
    check_recommendations(town, "ann", 7)


def _edit(town: Town) -> None:
    deeds.edit(town, "ann", _post(town, 0), "followers")
    deeds.edit(town, "ann", _post(town, 0), "public", text="other words #night @dan")


def _do_and_undo(town: Town) -> None:
    for deed in deeds.ANSWERED:
        for is_done in (True, False):
            deeds.do_to_post(town, "bob", _post(town), deed, is_done=is_done)


def _comment_and_delete(town: Town) -> None:
    comment_id = deeds.comment(town, "bob", _post(town))
    if comment_id is not None:
        deeds.uncomment(town, comment_id)


def _be_all_the_rage(town: Town) -> None:
    """Let two others do so much to a post that it is among the first, and look at what is."""
    for name in ("bob", "cat"):
        for deed in ("like", "repost"):
            deeds.do_to_post(town, name, _post(town), deed)
    deeds.publish(town, "bob", "#tram")
    trends.look(town, "dan")


def _hide(town: Town) -> None:
    """Let somebody say something else, then hide, and then be back."""
    deeds.edit(town, "ann", _post(town), "public", text="other words #night")
    deeds.change_privacy(town, "ann", is_private=True)
    trends.look(town, "dan")
    deeds.change_privacy(town, "ann", is_private=False)
    deeds.publish(town, "ann", "#tram")


def _come_back(town: Town) -> None:
    check_feed(town, "bob", 7)


def _been_away(town: Town) -> None:
    _followed(("bob", "ann"), ("bob", "cat"))(town)
    check_feed(town, "bob", 7)
    deeds.go_away(town, "bob")
    for name in ("ann", "cat"):
        deeds.publish(town, name)


def _read_everything(town: Town) -> None:
    check_feed(town, "bob", 1)
    check_feed(town, "bob", 2, is_ranked=True)
    deeds.audit(town, "bob")
    for route in (*SURFACES, *LISTS):
        town.ask(
            "read",
            "bob",
            route,
            allowed={OK, NOT_FOUND},
            post_id=_post(town, 0),
            user_id=town.people["ann"].user_id,
            username="ann",
            tag="tram",
            query=query_of(route, post_id=_post(town, 0), name="ann", tag="tram"),
        )


def _like_alike(town: Town) -> None:
    """Let there be posts for somebody in each way: what others like who like the same, a hashtag, and friends of friends."""
    _followed(("ann", "bob"), ("bob", "cat"))(town)
    first, second = (deeds.publish(town, "dan", words) for words in ("#tram", ""))
    deeds.publish(town, "eve", "#tram")
    for name, post_id in (("bob", first), ("bob", second), ("ann", first)):
        if post_id is not None:
            deeds.do_to_post(town, name, post_id, "like")


def _discover(town: Town) -> None:
    for limit in (1, 7):
        check_recommendations(town, "ann", limit)
    deeds.publish(town, "dan", "#tram")
    check_recommendations(town, "ann", 7)


def _read_and_listen(town: Town) -> None:
    notifications.read_up_to(town, "ann")
    notifications.choose(town, "ann")
    notifications.listen(town, "bob", "ann", is_on=False)
    notifications.listen(town, "bob", "ann")
    deeds.publish(town, "ann")


def _sessions(town: Town) -> None:
    for _ in range(2):
        accounts.log_in(town, "ann")
    accounts.list_sessions(town, "ann")
    for session in sorted(town.sessions):
        accounts.refresh(town, session)
    first, *others = sorted(town.sessions)
    accounts.end_session(town, "ann", first)
    for session in others:
        accounts.log_out(town, session)
    accounts.log_out_everywhere(town, "ann")


def _take_pushes(town: Town, name: str, *browsers: str) -> str | None:
    """Let somebody log in and some browsers take pushes for them; return the session."""
    session = accounts.log_in(town, name)
    for each in browsers if session is not None else ():
        pushes.subscribe(town, str(session), each)
    return session


def _browsers(town: Town) -> None:
    _take_pushes(town, "ann", "one", "two", "two")
    _take_pushes(town, "bob", "two", "three")
    pushes.unsubscribe(town, "ann", "one")
    pushes.look(town, "ann")


def _browsers_of_ended_sessions(town: Town) -> None:
    _take_pushes(town, "ann", "one", pushes.GONE)
    ended = _take_pushes(town, "ann", "two")
    _take_pushes(town, "bob", "three")
    if ended is not None:
        accounts.log_out(town, ended)


def _be_liked(town: Town) -> None:
    """Let somebody be told of two likes, one of which is taken back at once, and of a comment."""
    deeds.do_to_post(town, "bob", _post(town), "like")
    deeds.do_to_post(town, "cat", _post(town), "like")
    deeds.do_to_post(town, "cat", _post(town), "like", is_done=False)
    deeds.comment(town, "bob", _post(town))


def _wanted_digest(town: Town) -> None:
    """Let somebody have two things in a digest that is due in a while."""
    town.ask("choose", "ann", f"PUT {notifications.CHOICES}", BY_MAIL, allowed={OK})
    _publish("ann")(town)
    deeds.do_to_post(town, "bob", _post(town), "like")
    deeds.comment(town, "cat", _post(town))


def _digest(town: Town) -> None:
    digests.let_time_come(town)
    digests.ask_for(town)
    town.cloud.scheduler.sleep(HOUR // SECOND)  # a message that was cut off has come again by then
    for mail in town.cloud.mailbox.sent:
        if found := digests.TOKEN.search(mail.text):
            digests.unsubscribe(town, "ann", found[1])
    digests.bounce(town, "ann")


def _passwords(town: Town) -> None:
    accounts.change_password(town, "ann")
    accounts.forget_password(town, "bob")


def _mails(town: Town) -> None:
    for place in range(len(town.cloud.mailbox.sent)):
        accounts.open_mail(town, place)


def _operate(town: Town) -> None:
    for order in ("verify", "unverify", "suspend", "unsuspend"):
        accounts.command(town, order, "ann")
    town.client.command(AUDIT, {})


def _profile(town: Town) -> None:
    accounts.change_profile(town, "ann", username="anna", bio="hello", preferences={"theme": "dark"})
    accounts.change_profile(town, "bob", email="robert@kith.example")


def _ask_about_the_service(town: Town) -> None:
    for route in ("GET /health", "GET /api/v1/health", "GET /openapi.json", "GET /.well-known/jwks.json"):
        town.ask("read", "ann", route, allowed={OK}, is_anonymous=True)


def _two_uploads(town: Town) -> None:
    media.open_upload(town, "ann")
    media.open_upload(town, "ann", "video")


def _publish_with_media(town: Town) -> None:
    deeds.publish(town, "ann", media_ids=sorted(town.media))
    for media_id in sorted(town.media):
        media.upload(town, media_id)


def _uploads(town: Town) -> None:
    media_id = media.open_upload(town, "ann")
    if media_id is not None:
        media.read(town, "ann", media_id)
        media.upload(town, media_id)


def _avatar(town: Town) -> None:
    if (media_id := media.open_upload(town, "ann", "avatar")) is not None:
        media.upload(town, media_id)


def _one_is_discarded_and_one_is_bad(town: Town) -> None:
    first, second = sorted(town.media)
    media.discard(town, first)
    media.upload(town, first)
    media.upload(town, second, media.BAD)


def _a_day_later(town: Town) -> None:
    _two_uploads(town)
    media.upload(town, min(town.media))
    deeds.publish(town, "ann", media_ids=[max(town.media)])
    town.cloud.scheduler.sleep(2 * DAY // SECOND)


def _be_online(town: Town) -> None:
    """Let somebody who follows have a session, and an upload open."""
    _followed(("bob", "ann"), ("bob", "cat"))(town)
    accounts.log_in(town, "bob")
    media.open_upload(town, "bob")


def _be_told(town: Town) -> None:
    """Let somebody have three websockets, of which one is left and one is silently gone, and then log out."""
    session = min(town.sessions)
    opened = [websockets.connect(town, session) for _ in range(3)]
    there = [each for each in opened if each is not None]
    deeds.publish(town, "ann")
    media.upload(town, min(town.media))
    for connection_id in there:
        websockets.ping(town, connection_id)
    if there:
        websockets.leave(town, there.pop())
    if there:
        websockets.vanish(town, there.pop())
    town.cloud.scheduler.sleep(MINUTE // SECOND)
    deeds.publish(town, "cat")
    accounts.log_out(town, session)


THREE = (("bob", "ann"), ("cat", "ann"), ("dan", "ann"))
SCENARIOS: dict[str, Scenario] = {
    "a follow brings along": Scenario(_followed(("bob", "ann")), _then(_publish("ann"), _publish("ann"))),
    "a request is accepted": Scenario(
        _then(_followed(("bob", "ann")), lambda town: deeds.decide(town, "ann", "bob", "accept")),
        _then(_private("ann"), _publish("ann")),
    ),
    "a request is rejected": Scenario(
        _then(_followed(("bob", "ann")), lambda town: deeds.decide(town, "ann", "bob", "reject")),
        _private("ann"),
    ),
    "an unfollow purges": Scenario(
        lambda town: deeds.unfollow(town, "bob", "ann"), _then(_followed(("bob", "ann")), _publish("ann"))
    ),
    "a follower is removed": Scenario(
        lambda town: deeds.remove(town, "ann", "bob"), _then(_followed(("bob", "ann")), _publish("ann"))
    ),
    "a block and its end": Scenario(
        _then(lambda town: deeds.block(town, "ann", "bob"), lambda town: deeds.unblock(town, "ann", "bob")),
        _then(_followed(("bob", "ann"), ("ann", "bob")), _publish("ann"), _publish("bob")),
    ),
    "a mute and its end": Scenario(
        _then(
            lambda town: deeds.mute(town, "bob", "ann"),
            lambda town: deeds.mute(town, "bob", "ann", is_muted=False),
        ),
        _followed(("bob", "ann")),
    ),
    "a post reaches followers": Scenario(
        _publish("ann", "#tram #night @fay"), _followed(*THREE, ("eve", "ann"), ("fay", "ann")), threshold=100
    ),
    "an answer and a quote": Scenario(
        lambda town: (
            deeds.publish(town, "bob", reply_to=_post(town, 0)),
            deeds.publish(town, "bob", quote_of=_post(town, 0)),
        ),
        _publish("ann"),
    ),
    "a post waits for its media": Scenario(
        _publish_with_media, _then(_followed(("bob", "ann")), _two_uploads)
    ),
    "a picture is uploaded": Scenario(_uploads),
    "a picture is discarded, another is none": Scenario(_one_is_discarded_and_one_is_bad, _two_uploads),
    "the CDN's key is made": Scenario(media.deploy),
    "an avatar takes the place of another": Scenario(_avatar, _avatar),
    "an avatar is taken off": Scenario(lambda town: media.discard(town, min(town.media)), _avatar),
    "what nobody shows is collected": Scenario(media.collect, _a_day_later),
    "an edit": Scenario(_edit, _then(_followed(("bob", "ann")), _publish("ann", "#tram @cat"))),
    "a deletion takes everything along": Scenario(
        lambda town: deeds.delete(town, _post(town, 0)), _talked_about
    ),
    "deeds and their undoing": Scenario(_do_and_undo, _then(_followed(("cat", "bob")), _publish("ann"))),
    "a post and a hashtag trend": Scenario(_be_all_the_rage, _publish("ann", "#tram #night")),
    "what is hidden trends no longer": Scenario(_hide, _then(_publish("ann", "#tram"), _be_all_the_rage)),
    "a comment and its deletion": Scenario(_comment_and_delete, _publish("ann")),
    "an account opens": Scenario(
        lambda town: deeds.change_privacy(town, "ann", is_private=False),
        _then(_private("ann"), _publish("ann"), _followed(*THREE)),
    ),
    "fame comes": Scenario(
        _then(_followed(("dan", "ann"), ("eve", "ann")), _publish("ann")),
        _then(_publish("ann"), _followed(*THREE[:2])),
    ),
    "fame goes": Scenario(
        _then(
            lambda town: deeds.unfollow(town, "bob", "ann"),
            lambda town: deeds.unfollow(town, "cat", "ann"),
            _publish("ann"),
        ),
        _then(_followed(*THREE), _publish("ann")),
    ),
    "a reader comes back": Scenario(_come_back, _been_away),
    "everything is read": Scenario(_read_everything, _talked_about),
    "somebody looks around": Scenario(_discover, _like_alike),
    "people are told": Scenario(_read_and_listen, _talked_about),
    "sessions": Scenario(_sessions),
    "browsers take pushes": Scenario(_browsers),
    "a notification is pushed": Scenario(_be_liked, _then(_browsers_of_ended_sessions, _publish("ann"))),
    "a digest is sent, and stops them": Scenario(_digest, _wanted_digest),
    "websockets are told": Scenario(_be_told, _be_online),
    "an account with websockets leaves": Scenario(
        _then(
            lambda town: websockets.connect(town, min(town.sessions)),
            lambda town: accounts.leave(town, "bob"),
        ),
        _be_online,
    ),
    "passwords": Scenario(_passwords),
    "codes from mails": Scenario(_mails, _then(lambda town: accounts.register(town, "guest"), _passwords)),
    "somebody registers": Scenario(lambda town: accounts.register(town, "guest")),
    "a profile is changed": Scenario(_profile),
    "operators": Scenario(_operate, _then(_followed(("bob", "ann")), _publish("ann"))),
    "a copy of one's data": Scenario(lambda town: accounts.export(town, "ann"), _everything_of_ann),
    "the service is asked about": Scenario(_ask_about_the_service),
    "somebody leaves": Scenario(lambda town: accounts.leave(town, "ann"), _everything_of_ann),
}
