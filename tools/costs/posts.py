"""What is measured of posts: publishing and reading them, what is done to them, and feeds."""

from kith.domain import ids
from kith.domain.clock import DAY, system_clock
from kith.domain.engagements import Deed
from kith.table.items import (
    BookmarkItem,
    CelebrityItem,
    CommentItem,
    FollowingItem,
    LikeItem,
    RecentItem,
    RepostItem,
)
from kith.table.recents import KEPT
from tools.costs.circle import A_PAGE, ONE_MORE, PAGE, TAG, TEXT, Circle
from tools.costs.laboratory import Laboratory

LONGEST = 5_000

PUBLISH = "POST /api/v1/posts"
READ_ONE, READ_SOME = "GET /api/v1/posts/{post_id}", "GET /api/v1/posts"
EDIT, DELETE = "PATCH /api/v1/posts/{post_id}", "DELETE /api/v1/posts/{post_id}"
COMMENT, COMMENTS = "POST /api/v1/posts/{post_id}/comments", "GET /api/v1/posts/{post_id}/comments"
DELETE_COMMENT = "DELETE /api/v1/posts/{post_id}/comments/{comment_id}"
FEED, AUDIT = "GET /api/v1/feed", "GET /api/v1/feed/audit"
RANKED = {"order": "ranked"}


def measure_posts(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the post room."""
    ada, friends, measure = circle.ada, circle.friends, laboratory.measure
    plain, key = {"text": TEXT}, {"idempotency-key": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    tagged = f"{TEXT} #{TAG} #tram #night"
    mentioning = f"{tagged} @{friends[0].username} @{friends[1].username}"
    theirs = circle.series[0]
    measure("plain", ada, PUBLISH, json_body=plain)
    measure("with a key", ada, PUBLISH, json_body=plain, headers=key)
    measure("the same again with its key", ada, PUBLISH, json_body=plain, headers=key)
    measure(
        f"with a key, {LONGEST:,} characters",
        ada,
        PUBLISH,
        json_body={"text": "a" * LONGEST},
        headers={"idempotency-key": "7c9e6679-7425-40de-944b-e07fc1f90ae7"},
    )
    measure("3 hashtags", ada, PUBLISH, json_body={"text": tagged})
    measure("3 hashtags, 2 mentions", ada, PUBLISH, json_body={"text": mentioning})
    measure("the first answer to a post", ada, PUBLISH, json_body=plain | {"reply_to": theirs})
    measure("a further answer", ada, PUBLISH, json_body=plain | {"reply_to": theirs})
    quote = measure("a quote", ada, PUBLISH, json_body=plain | {"quote_of": theirs})["post_id"]
    own = laboratory.publish(ada, text=tagged)
    measure("an answer to one's own", ada, PUBLISH, json_body=plain | {"reply_to": quote})
    measure("of another author", ada, READ_ONE, post_id=theirs)
    measure("one's own", ada, READ_ONE, post_id=own)
    measure("a quote", ada, READ_ONE, post_id=quote)
    some = ",".join(map(str, circle.posts[:PAGE]))
    measure(f"{PAGE} by {PAGE} authors", ada, READ_SOME, query={"ids": some})
    measure("another text", ada, EDIT, post_id=own, json_body={"text": tagged.upper()})
    measure(
        "one hashtag for another", ada, EDIT, post_id=own, json_body={"text": f"{TEXT} #tram #night #day"}
    )
    measure("for followers only", ada, EDIT, post_id=own, json_body={"visibility": "followers"})
    measure("nothing new", ada, EDIT, post_id=own, json_body={"visibility": "followers"})
    measure("with 3 hashtags", ada, DELETE, post_id=own)


def measure_lists(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the post_list room."""
    ada, by_many, measure = circle.ada, f"{A_PAGE} by {PAGE} authors", laboratory.measure
    laboratory.put(
        BookmarkItem.at({"post_id": post_id}, user_id=ada.user_id, deed_id=laboratory.new_id())
        for post_id in circle.posts
    )
    measure(A_PAGE, ada, "GET /api/v1/users/{user_id}/posts", user_id=circle.friends[0].user_id)
    measure(by_many, ada, "GET /api/v1/hashtags/{tag}/posts", tag=TAG)
    measure(by_many, ada, "GET /api/v1/posts/{post_id}/quotes", post_id=circle.root)
    thread = "GET /api/v1/posts/{post_id}/thread"
    measure(f"its beginning, {A_PAGE} answers by {PAGE} authors", ada, thread, post_id=circle.root)
    measure("an answer without further ones", ada, thread, post_id=circle.replies[0])
    measure(by_many, ada, "GET /api/v1/bookmarks")


def measure_engagements(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the engagement room."""
    ada, theirs, measure = circle.ada, circle.posts[0], laboratory.measure
    for deed in Deed:
        do, undo = f"POST /api/v1/posts/{{post_id}}/{deed}", f"DELETE /api/v1/posts/{{post_id}}/{deed}"
        measure("first time", ada, do, post_id=theirs)
        measure("again", ada, do, post_id=theirs)
        measure("what was done", ada, undo, post_id=theirs)
        measure("what was not done", ada, undo, post_id=theirs)
    for kind, which in ((LikeItem, "likes"), (RepostItem, "reposts")):
        laboratory.put(
            kind.at({"other_id": friend.user_id}, post_id=circle.root, deed_id=laboratory.new_id())
            for friend in circle.friends
        )
        measure(A_PAGE, ada, f"GET /api/v1/posts/{{post_id}}/{which}", post_id=circle.root)


def measure_comments(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the comment room."""
    ada, plain, theirs, measure = circle.ada, {"text": TEXT}, circle.posts[0], laboratory.measure
    key = {"idempotency-key": "16fd2706-8baf-433b-82eb-8c7fada847da"}
    laboratory.put(
        CommentItem.at(
            {"author_id": friend.user_id, "text": TEXT}, post_id=circle.root, comment_id=laboratory.new_id()
        )
        for friend in circle.friends
    )
    own = measure("plain", ada, COMMENT, post_id=theirs, json_body=plain)["comment_id"]
    measure("with a key", ada, COMMENT, post_id=theirs, json_body=plain, headers=key)
    measure(f"{A_PAGE} by {PAGE} authors", ada, COMMENTS, post_id=circle.root)
    measure("one's own", ada, DELETE_COMMENT, post_id=theirs, comment_id=own)
    another = laboratory.do(circle.friends[0], COMMENT, post_id=circle.root, json_body=plain)["comment_id"]
    measure("another's under one's own post", ada, DELETE_COMMENT, post_id=circle.root, comment_id=another)


def measure_feeds(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the feed room."""
    friends, feeds = circle.friends, laboratory.people("reader", 4)
    empty, by_one, by_many, quoting = feeds
    laboratory.connect([(reader, friend) for reader in feeds[1:] for friend in friends])
    laboratory.deliver(by_one, [(friends[0], post_id) for post_id in circle.series])
    laboratory.deliver(by_many, list(zip(friends, circle.posts, strict=True)))
    laboratory.deliver(quoting, list(zip(friends, circle.replies, strict=True)))
    laboratory.measure("empty", empty, FEED)
    laboratory.measure(f"{A_PAGE} by one author", by_one, FEED)
    laboratory.measure(f"{A_PAGE} by {PAGE} authors", by_many, FEED)
    laboratory.measure(f"{A_PAGE} by {PAGE} authors, quoting a post", quoting, FEED)
    laboratory.measure(f"{A_PAGE} by {PAGE} authors, ranked among {ONE_MORE}", by_many, FEED, query=RANKED)
    laboratory.measure(f"of {ONE_MORE} posts by {ONE_MORE} followed", by_many, AUDIT)
    pulling = laboratory.person("puller")
    laboratory.connect([(pulling, friend) for friend in friends])
    for friend, post_id in zip(friends, circle.posts, strict=True):
        laboratory.put(
            [
                CelebrityItem.at(user_id=pulling.user_id, celebrity_id=friend.user_id),
                RecentItem.at({"posts": [post_id]}, user_id=friend.user_id),
            ]
        )
    laboratory.measure(f"{A_PAGE} by {ONE_MORE} celebrities", pulling, FEED)
    laboratory.measure("the same again: they are remembered for 3 seconds", pulling, FEED)
    for followed, famous in ((10, 0), (10, 5), (300, 0), (300, 5), (300, 50)):
        measure_follower(laboratory, circle, followed, famous)


def measure_follower(laboratory: Laboratory, circle: Circle, followed: int, famous: int) -> None:
    """Measure the feed of who follows so many, some of them celebrities who published last yesterday."""
    reader, new_id = laboratory.person(f"{followed}.{famous}"), laboratory.new_id
    yesterday, accounts = ids.first_at(system_clock() - DAY), [new_id() for _ in range(followed)]
    old = [yesterday - place for place in range(KEPT)]
    laboratory.put(
        FollowingItem.at({"other_id": account_id}, user_id=reader.user_id, entry_id=new_id())
        for account_id in accounts
    )
    for account_id in accounts[:famous]:
        laboratory.put(
            [
                CelebrityItem.at(user_id=reader.user_id, celebrity_id=account_id),
                RecentItem.at({"posts": old}, user_id=account_id),
            ]
        )
    laboratory.deliver(reader, list(zip(circle.friends, circle.posts, strict=True)))
    laboratory.measure(f"{A_PAGE} by {PAGE} authors; {followed} followed, {famous} celebrities", reader, FEED)
