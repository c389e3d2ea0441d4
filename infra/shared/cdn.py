"""The CDN before what is served of media."""

from aws_cdk import Annotations, CustomResource, Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.shared.function import Door


class MediaCdn(Construct):
    """Serves a bucket's files to whoever has an address that our key has signed, and nobody else."""

    def __init__(self, scope: Construct, bucket: s3.IBucket, key_maker: Door) -> None:
        super().__init__(scope, "Cdn")
        key = CustomResource(
            self,
            "Key",
            service_token=key_maker.function_arn,
            resource_type="Custom::CdnKey",
            service_timeout=Duration.minutes(2),
        )
        public_key = cloudfront.PublicKey(self, "PublicKey", encoded_key=key.get_att_string("PublicKey"))
        # The bucket's own stack comes before this one, and lets the CDN read; here it is only named.
        named = s3.Bucket.from_bucket_attributes(
            self,
            "Bucket",
            bucket_arn=bucket.bucket_arn,
            bucket_regional_domain_name=bucket.bucket_regional_domain_name,
        )
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="Kith: media",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(named),
                trusted_key_groups=[cloudfront.KeyGroup(self, "Keys", items=[public_key])],
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
                cache_policy=self._cached(),
                response_headers_policy=self._inert(),
                compress=False,  # pictures and videos are as small as they get
            ),
        )
        Annotations.of(self).acknowledge_warning(
            "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac"
        )
        self.url = f"https://{distribution.distribution_domain_name}"
        self.key_id = public_key.public_key_id

    def _cached(self) -> cloudfront.CachePolicy:
        """Return for how long the CDN keeps files: what is deleted is gone from it within minutes."""
        return cloudfront.CachePolicy(
            self,
            "Cached",
            comment="Kith: media, and for how long others may keep them",
            query_string_behavior=cloudfront.CacheQueryStringBehavior.allow_list("response-cache-control"),
            default_ttl=Duration.minutes(5),
            max_ttl=Duration.minutes(5),
            min_ttl=Duration.seconds(0),
        )

    def _inert(self) -> cloudfront.ResponseHeadersPolicy:
        """Return what makes of a file nothing but a picture or a video, in anybody's page."""
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Inert",
            comment="Kith: media are shown, and never run",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy="default-src 'none'; sandbox", override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365), override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(
                        header="cross-origin-resource-policy", value="cross-origin", override=True
                    )
                ]
            ),
            cors_behavior=cloudfront.ResponseHeadersCorsBehavior(
                access_control_allow_credentials=False,
                access_control_allow_headers=["*"],
                access_control_allow_methods=["GET", "HEAD"],
                access_control_allow_origins=["*"],
                origin_override=True,
            ),
        )
