"""What is measured of pushes."""

from tools.costs.circle import Circle
from tools.costs.laboratory import Laboratory

SUBSCRIPTIONS = "/api/v1/notifications/push-subscriptions"
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


def measure_pushes(laboratory: Laboratory, circle: Circle) -> None:
    """Measure the web_push room."""
    ada, friend, measure = circle.ada, circle.friends[0], laboratory.measure
    new = {"endpoint": f"https://fcm.googleapis.com/fcm/send/{'c' * 150}", "keys": KEYS}
    measure("a browser", ada, f"POST {SUBSCRIPTIONS}", json_body=new)
    measure("the same again", ada, f"POST {SUBSCRIPTIONS}", json_body=new)
    measure("one that was somebody else's", friend, f"POST {SUBSCRIPTIONS}", json_body=new)
    measure("one", friend, f"GET {SUBSCRIPTIONS}")
    gone = {"endpoint": new["endpoint"]}
    measure("one's own", friend, f"DELETE {SUBSCRIPTIONS}", json_body=gone)
    measure("any time", friend, "GET /api/v1/notifications/push-key")
    measure("none", friend, f"DELETE {SUBSCRIPTIONS}", json_body=gone)
