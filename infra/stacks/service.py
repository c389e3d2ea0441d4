"""What may be replaced without losing anything."""

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.functions.account import AccountRoom
from infra.functions.bell import BellRoom
from infra.functions.block import BlockRoom
from infra.functions.comment import CommentRoom
from infra.functions.connection import ConnectionRoom
from infra.functions.discovery import DiscoveryRoom
from infra.functions.engagement import EngagementRoom
from infra.functions.feed import FeedRoom
from infra.functions.feed_fanout import FeedFanoutRoom
from infra.functions.follow import FollowRoom
from infra.functions.media import MediaRoom
from infra.functions.notification import NotificationRoom
from infra.functions.operation import OperationRoom
from infra.functions.outbox import OutboxRoom
from infra.functions.post import PostRoom
from infra.functions.post_list import PostListRoom
from infra.functions.profile import ProfileRoom
from infra.functions.realtime import RealtimeRoom
from infra.functions.reference import ReferenceRoom
from infra.functions.relationship import RelationshipRoom
from infra.functions.search import SearchRoom
from infra.functions.session import SessionRoom
from infra.functions.suggestion import SuggestionRoom
from infra.functions.trending import TrendingRoom
from infra.functions.verification import VerificationRoom
from infra.functions.web_push import WebPushRoom
from infra.shared.house import House
from infra.shared.layers import LayerFolders, Layers
from infra.stacks.data import DataStack
from infra.stages import Stage


class ServiceStack(Stack):
    """The rooms."""

    def __init__(self, scope: Construct, stage: Stage, data: DataStack, layers: LayerFolders) -> None:
        super().__init__(scope, f"kith-{stage.name}-service", description="Kith: the rooms")
        self.house = house = House(
            stage=stage,
            layers=Layers(self, stage, layers),
            table=data.table,
            bus=data.bus,
            bucket=data.media,
            renditions=data.renditions,
            signing_key=data.signing_key,
            push_key=data.push_key,
            cdn_key=data.cdn_key,
            failed_records=data.failed_records,
        )
        account = AccountRoom(self, house)
        follow = FollowRoom(self, house)
        connection = ConnectionRoom(self, house)
        relationship = RelationshipRoom(self, house)
        block = BlockRoom(self, house)
        bell = BellRoom(self, house)
        session = SessionRoom(self, house)
        verification = VerificationRoom(self, house)
        profile = ProfileRoom(self, house)
        post = PostRoom(self, house)
        post_list = PostListRoom(self, house)
        engagement = EngagementRoom(self, house)
        comment = CommentRoom(self, house)
        fanout = FeedFanoutRoom(self, house)
        feed = FeedRoom(self, house, rebuilds=fanout.merges)
        reference = ReferenceRoom(self, house)
        media = MediaRoom(self, house)
        notification = NotificationRoom(self, house)
        operation = OperationRoom(self, house)
        suggestion = SuggestionRoom(self, house)
        search = SearchRoom(self, house)
        trending = TrendingRoom(self, house)
        discovery = DiscoveryRoom(self, house)
        web_push = WebPushRoom(self, house)
        realtime = RealtimeRoom(self, house)
        OutboxRoom(self, house)

        self.doors = (
            account.api,
            session.api,
            verification.api,
            profile.api,
            follow.api,
            connection.api,
            relationship.api,
            block.api,
            bell.api,
            post.api,
            post_list.api,
            engagement.api,
            comment.api,
            feed.api,
            media.api,
            notification.api,
            operation.api,
            suggestion.api,
            search.api,
            discovery.api,
            trending.api,
            web_push.api,
            realtime.api,
        )
        self.reference = reference.api
        if realtime.gateway is not None:
            CfnOutput(self, "WebsocketApiId", value=realtime.gateway.api_id)
        CfnOutput(self, "TableName", value=data.table.table_name)
        CfnOutput(self, "BusName", value=data.bus.event_bus_name)
        CfnOutput(self, "BucketName", value=data.media.bucket_name)
