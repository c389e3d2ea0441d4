"""What is measured of what people are told."""

from kith.domain.clock import system_clock
from kith.domain.notifications import NotificationType, Subject
from kith.table.items import LikeItem
from kith.table.keys import KeyStore
from kith.table.notifications import NotificationStore
from kith.web.unsubscribing import token_for
from tools.costs.circle import A_PAGE, ONE_MORE, TEXT, Circle
from tools.costs.laboratory import Laboratory

LIST, UNREAD = "GET /api/v1/notifications", "GET /api/v1/notifications/unread"
READ, PREFERENCES = "POST /api/v1/notifications/read", "/api/v1/notifications/preferences"
BELLS, BELL = "GET /api/v1/notifications/bells", "/api/v1/notifications/bells/{user_id}"


def measure_notifications(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the notification room."""
    measure, store = laboratory.measure, NotificationStore(laboratory.table)
    quiet, told = laboratory.people("told", 2)
    for _ in range(ONE_MORE):
        post_id = laboratory.publish(told, text=TEXT)
        liker = circle.friends[0]
        like = LikeItem.at({"other_id": liker.user_id}, post_id=post_id, deed_id=laboratory.new_id())
        laboratory.put([like])
        store.tell(
            told.user_id,
            Subject(NotificationType.POST_LIKED, post_id),
            liker.user_id,
            new_id=laboratory.new_id,
            now=system_clock(),
            hushed=lambda: False,
        )
    measure("empty", quiet, LIST)
    measure(f"{A_PAGE}, each a like of another post, all unread", told, LIST)
    measure("none", quiet, UNREAD)
    measure(f"{ONE_MORE}", told, UNREAD)
    newest = laboratory.do(told, LIST)["notifications"][0]["id"]
    measure("all", told, READ, json_body={"up_to": newest})
    measure(f"{A_PAGE}, each a like of another post, all read", told, LIST)
    measure("one's own", told, f"GET {PREFERENCES}")
    measure("one type", told, f"PUT {PREFERENCES}", json_body={"mentioned": {"email": "daily"}})


def measure_digests(laboratory: Laboratory, circle: Circle) -> None:
    """Measure what stops digests, of the notification room."""
    key = KeyStore(laboratory.table).cursor_key
    query = {"token": token_for(key, circle.ada.user_id)}
    laboratory.do(circle.ada, f"PUT {PREFERENCES}", json_body={"mentioned": {"email": "daily"}})
    laboratory.measure("who had some", circle.ada, "POST /api/v1/notifications/unsubscribe", query=query)
    laboratory.measure("again", circle.ada, "POST /api/v1/notifications/unsubscribe", query=query)


def measure_bells(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the bell room."""
    measure, ada = laboratory.measure, circle.ada
    for friend in circle.friends:
        laboratory.do(ada, f"POST {BELL}", user_id=friend.user_id)
    measure(A_PAGE, ada, BELLS)
    measure("who is followed", ada, f"POST {BELL}", user_id=circle.friends[0].user_id)
    measure("who was listened to", ada, f"DELETE {BELL}", user_id=circle.friends[0].user_id)
