"""What a deployment may decide, and where its resources are: the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Self

PREFIX = "KITH_"


@dataclass(frozen=True, slots=True)
class Knobs:
    """The rules of the product that a stage may set. Each has the product's default."""

    celebrity_threshold: int = 10_000
    """Followers from which an author's posts are pulled at read instead of pushed."""
    celebrity_demotion: int = 8_000
    """Followers below which a celebrity's posts are pushed again."""
    delivery_by_cost_from: int = 0
    """Followers from which what is cheaper decides whether an author's posts are pulled; 0: the threshold alone."""
    fanout_batch: int = 100
    """Followers in one delivery message."""
    dormant_after_days: int = 30
    """Days without a visit after which fan-out skips a follower."""
    feed_retention_days: int = 30
    """Days a feed entry lives."""
    max_following: int = 7_500
    """Accounts that one account may follow."""
    max_posts_per_day: int = 0
    """Posts that one account may make on one day (UTC); 0 is as many as it likes."""
    max_uploads_per_day: int = 300
    """Uploads that one account may open on one day (UTC)."""
    max_upload_bytes_per_day: int = 2 * 1024 * 1024 * 1024
    """Bytes of all that one account may upload on one day (UTC)."""
    max_video_bytes: int = 200 * 1024 * 1024
    max_video_seconds: int = 180
    max_long_video_seconds: int = 0
    """How long a video may be that MediaConvert converts; 0: it converts none, and longer ones are not taken."""
    rate_ip_per_minute: int = 1_000
    rate_user_per_minute: int = 100
    rate_user_route_per_minute: int = 20
    access_token_seconds: int = 600
    """Lifetime of an access token."""
    refresh_grace_seconds: int = 10
    """How long the previous refresh token still yields the same successor."""
    digest_hourly_seconds: int = 3_600
    digest_daily_seconds: int = 86_400

    def overridden(self, assignments: Mapping[str, str]) -> Self:
        """Return these knobs with some set anew.

        Raises:
            ValueError: a name is not a knob, or its value is not a positive integer.
        """
        known = {knob.name for knob in fields(self)}
        for name, value in assignments.items():
            if name not in known:
                raise ValueError(f"{name!r} is not a setting; there are: {', '.join(sorted(known))}")
            if not (value.isascii() and value.isdecimal() and int(value) > 0):
                raise ValueError(f"{name} takes a positive whole number, not {value!r}")
        return replace(self, **{name: int(value) for name, value in assignments.items()})

    def differing_from_default(self) -> dict[str, str]:
        """Return what a function's environment must say: the knobs that are not at their default."""
        return {
            knob.name: str(getattr(self, knob.name))
            for knob in fields(self)
            if getattr(self, knob.name) != knob.default
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """One function's environment: `KITH_TABLE_NAME` is `table_name`, and so on for each field and knob."""

    stage: str = "local"
    """Which deployment this is: what is measured is told apart by it."""
    table_name: str = ""
    bus_name: str = ""
    deliveries_queue_url: str = ""
    """Where a fan-out plan leaves its messages."""
    signing_secret_name: str = ""
    """The secret that holds the private key of access tokens."""
    bucket_name: str = ""
    renditions_bucket_name: str = ""
    """Where what is served of media is."""
    mail_queue_url: str = ""
    """Where requests for a mail are left."""
    mail_from: str = ""
    """The sender of mails; none are sent without one."""
    mail_configuration_set: str = ""
    """What SES tells of mails by, where it does."""
    push_secret_name: str = ""
    """The secret that holds the key by which push services know us."""
    push_hosts: str = ""
    """Hosts of further push services, between spaces: each a name or, as `*.push.example`, all names under one."""
    push_to_this_machine: str = ""
    """Anything here lets pushes go to this machine too, over plain HTTP: for a stage that runs on an emulator."""
    public_url: str = ""
    """Where the web client is: links in mails lead there, and cookies are taken from there."""
    api_url: str = ""
    """Where the API is, for who has no other address of it: mails hold one that stops them."""
    media_url: str = ""
    """What the addresses of media begin with; nothing where they are paths of the API."""
    convert_role_arn: str = ""
    """The role that MediaConvert takes, if it converts long videos."""
    cdn_url: str = ""
    """Where the CDN before the renditions is, if there is one."""
    cdn_key_id: str = ""
    """By which the CDN knows the key that signs its addresses."""
    cdn_secret_name: str = ""
    """The secret that holds that key."""
    erasures_queue_url: str = ""
    graph_queue_url: str = ""
    """Where the follow room's worker asks itself to go on."""
    posts_queue_url: str = ""
    """Where the post room's worker asks itself to go on."""
    fanout_queue_url: str = ""
    """Where the fan-out's worker asks itself to go on."""
    digests_queue_url: str = ""
    """Where digests are asked for."""
    notices_queue_url: str = ""
    """Where the notification room's worker asks itself to go on."""
    merges_queue_url: str = ""
    """Where a reader's return is told, and the worker of that asks itself to go on."""
    search_queue_url: str = ""
    """Where the search room's worker asks itself to go on."""
    opensearch_url: str = ""
    """Where OpenSearch is; the table is searched without one."""
    realtime_queue_url: str = ""
    """Where the realtime room's worker asks itself to go on."""
    trending_queue_url: str = ""
    """Where the trending room's worker asks itself to go on."""
    websocket_url: str = ""
    """Where clients open websockets; nowhere without one."""
    websocket_endpoint: str = ""
    """Where what is sent to websockets is left: an address, or a path below that of all AWS, as an emulator has it."""
    version: str = "0.1.0"
    knobs: Knobs = field(default_factory=Knobs)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings.

        Raises:
            ValueError: a variable with our prefix names no setting, or a knob's value is no number.
        """
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX)
        }
        places = {place.name for place in fields(cls)} - {"knobs"}
        knobs = Knobs().overridden({name: value for name, value in given.items() if name not in places})
        return cls(**{name: value for name, value in given.items() if name in places}, knobs=knobs)
