"""The CDN before what is served of media."""

from tests.infra.templates import Templates

DISTRIBUTION = "AWS::CloudFront::Distribution"


def test_the_cdn_serves_the_renditions_to_whoever_has_a_signed_address(on_aws: Templates) -> None:
    (distribution,) = on_aws.of_kind(DISTRIBUTION)
    config = distribution.properties["DistributionConfig"]
    (origin,) = config["Origins"]
    assert "OriginAccessControlId" in origin
    assert origin["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    behaviour = config["DefaultCacheBehavior"]
    assert "CacheBehaviors" not in config
    assert behaviour["ViewerProtocolPolicy"] == "https-only"
    (group,) = behaviour["TrustedKeyGroups"]
    keys = on_aws.named_by(group, within=distribution)
    (key,) = keys.properties["KeyGroupConfig"]["Items"]
    public = on_aws.named_by(key, within=keys)
    made = public.properties["PublicKeyConfig"]["EncodedKey"]
    assert on_aws.named_by(made, within=public).kind == "Custom::CdnKey"


def test_what_is_served_is_never_run_and_gone_from_the_cdn_in_minutes(on_aws: Templates) -> None:
    (headers,) = on_aws.of_kind("AWS::CloudFront::ResponseHeadersPolicy")
    secured = headers.properties["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert secured["ContentTypeOptions"] == {"Override": True}
    assert "sandbox" in secured["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    (cached,) = on_aws.of_kind("AWS::CloudFront::CachePolicy")
    assert cached.properties["CachePolicyConfig"]["MaxTTL"] <= 300
    asked = cached.properties["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert asked["QueryStringsConfig"]["QueryStrings"] == ["response-cache-control"]


def test_the_cdn_reads_what_is_served_and_nothing_else(on_aws: Templates) -> None:
    statements = [
        (policy, statement)
        for policy in on_aws.of_kind("AWS::S3::BucketPolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    ]
    ((policy, statement),) = statements
    assert (statement["Effect"], statement["Action"]) == ("Allow", "s3:GetObject")
    assert statement["Resource"]["Fn::Join"][1][-1] == "/media/*"
    assert "AWS:SourceArn" in statement["Condition"]["ArnLike"]
    bucket = on_aws.named_by(policy.properties["Bucket"], within=policy)
    assert "Renditions" in str(bucket)


def test_an_emulator_has_none(local: Templates) -> None:
    assert [each for each in local if each.kind.startswith("AWS::CloudFront::")] == []
