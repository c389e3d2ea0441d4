"""Where pushes may be sent."""

import pytest

from kith.domain.errors import Invalid
from kith.domain.pushes import ENDPOINT_MOST, PLACES, PushHosts, PushSubscription

HOSTS = PushHosts()
GIVEN = [
    "https://fcm.googleapis.com/fcm/send/cXk:APA91b-_",
    "https://fcm.googleapis.com/wp/eVq9:APA91bF%20",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk",
    "https://eu.push.services.mozilla.com/wpush/v1/x",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2f%3d",
    "https://web.push.apple.com/QGuQyavXutnMH-A",
    "https://api.push.apple.com/x",
]
HOSTILE = [
    "",
    "/",
    "https://",
    "https:///x",
    "fcm.googleapis.com/x",
    "//fcm.googleapis.com/x",
    "http://fcm.googleapis.com/x",
    "ftp://fcm.googleapis.com/x",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/x",
    "HTTPS://fcm.googleapis.com/x",
    "https://FCM.googleapis.com/x",
    "https:fcm.googleapis.com/x",
    "https:/fcm.googleapis.com/x",
    "https:\\\\fcm.googleapis.com/x",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com?x",
    "https://fcm.googleapis.com#x",
    "https://fcm.googleapis.com/x#y",
    "https://fcm.googleapis.com:443/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:/x",
    "https://user@fcm.googleapis.com/x",
    "https://user:password@fcm.googleapis.com/x",
    "https://fcm.googleapis.com@169.254.169.254/x",
    "https://169.254.169.254\\@fcm.googleapis.com/x",
    "https://169.254.169.254#@fcm.googleapis.com/x",
    "https://169.254.169.254?@fcm.googleapis.com/x",
    "https://fcm.googleapis.com\\.evil.example/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://fcm.googleapis.com./x",
    "https://evilfcm.googleapis.com/x",
    "https://x.fcm.googleapis.com/x",
    "https://googleapis.com/x",
    "https://storage.googleapis.com/x",
    "https://push.services.mozilla.com/x",
    "https://evilpush.services.mozilla.com/x",
    "https://.push.services.mozilla.com/x",
    "https://a..push.services.mozilla.com/x",
    "https://notify.windows.com/x",
    "https://evilnotify.windows.com/x",
    "https://push.apple.com/x",
    "https://evilpush.apple.com/x",
    "https://*.push.apple.com/x",
    "https://fcm%2egoogleapis.com/x",
    "https://fcm.googleapis.com%2f@evil.example/x",
    "https://fcm。googleapis。com/x",
    "https://ⓕcm.googleapis.com/x",
    "https://xn--fcm-googleapis.com/x",
    "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com/x\n",
    "https://fcm.googleapis.com/x\r\nhost: evil.example",
    "\nhttps://fcm.googleapis.com/x",
    " https://fcm.googleapis.com/x",
    "https://fcm.googleapis.com/x\x00",
    "https://fcm.googleapis.com/\\x",
    "https://fcm.googleapis.com/é",
    "https://fcm.googleapis.com/\ud800",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://localhost/x",
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "https://[fe80::1%25eth0]/x",
    "https://lambda.us-east-1.amazonaws.com/x",
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
]
ON_THIS_MACHINE = ["http://127.0.0.1:8099/push/1", "http://localhost:1/"]
NOT_ON_THIS_MACHINE = [
    "http://127.0.0.1/x",
    "http://127.0.0.2:80/x",
    "http://127.0.0.1:80@evil.example/x",
    "http://127.0.0.1:123456/x",
    "http://localhost.evil.example:80/x",
    "http://user@localhost:80/x",
    "http://[::1]:80/x",
    "http://0.0.0.0:80/x",
    "http://169.254.169.254:80/x",
    "https://127.0.0.1:80/x",
    "http://127.0.0.1:80",
    "http://127.0.0.1:80/x\n",
]


@pytest.mark.parametrize("endpoint", GIVEN)
def test_what_browsers_give_is_taken(endpoint: str) -> None:
    assert HOSTS.take(endpoint)
    HOSTS.check(endpoint)


@pytest.mark.parametrize("endpoint", HOSTILE)
def test_nothing_else_is(endpoint: str) -> None:
    assert not HOSTS.take(endpoint)
    with pytest.raises(Invalid) as refused:
        HOSTS.check(endpoint)
    assert [each.field for each in refused.value.fields] == ["endpoint"]


def test_an_address_is_as_long_as_is_stored() -> None:
    longest = GIVEN[0] + "x" * (ENDPOINT_MOST - len(GIVEN[0]))
    assert HOSTS.take(longest)
    assert not HOSTS.take(longest + "x")


def test_only_where_it_is_said_this_machine_is_taken_too() -> None:
    here = PushHosts(takes_this_machine=True)
    for endpoint in ON_THIS_MACHINE:
        assert here.take(endpoint)
        assert not HOSTS.take(endpoint)
    taken = [each for each in [*NOT_ON_THIS_MACHINE, *HOSTILE[:-1]] if here.take(each)]
    assert taken == []


def test_a_stage_may_name_more_hosts() -> None:
    more = PushHosts(("push.example", "*.notify.example"))
    for host in ("push.example", "eu.notify.example", "fcm.googleapis.com"):
        assert more.take(f"https://{host}/x")
    for host in ("eu.push.example", "notify.example", "evil.example"):
        assert not more.take(f"https://{host}/x")


def test_a_push_has_one_name_however_often_it_comes_and_no_other_has_it() -> None:
    def push_id(user_id: int, endpoint: str, notification_id: int) -> str:
        return PushSubscription(user_id, endpoint, "", "", "s", 1).push_id(notification_id)

    names = {push_id(user, endpoint, number) for user in (1, 11) for endpoint in GIVEN for number in (1, 11)}
    assert len(names) == 4 * len(GIVEN)
    assert push_id(1, GIVEN[0], 1) in names
    assert not any("APA91" in name or "google" in name for name in names)


def test_an_account_has_ten_places() -> None:
    assert len(set(PLACES)) == 10
