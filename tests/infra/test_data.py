from kith.table.schema import EXPIRY, PARTITION_KEY, SORT_KEY
from tests.infra.templates import Templates

TABLE, BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"
KEPT = {"Retain", "RetainExceptOnCreate"}


def test_the_one_table_has_the_keys_that_the_code_writes(templates: Templates) -> None:
    (table,) = templates.of_kind(TABLE)
    assert table.properties["KeySchema"] == [
        {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
        {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
    ]
    assert table.properties["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_forgets_what_expires_streams_its_changes_and_can_go_back(templates: Templates) -> None:
    (table,) = templates.of_kind(TABLE)
    given = table.properties
    assert given["TimeToLiveSpecification"] == {"AttributeName": EXPIRY, "Enabled": True}
    assert given["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert given["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_stored_data_outlives_its_stack_on_aws(on_aws: Templates) -> None:
    for resource in on_aws.of_kind(TABLE, BUCKET):
        assert resource.attributes["DeletionPolicy"] in KEPT, resource
        assert resource.attributes["UpdateReplacePolicy"] in KEPT, resource


def test_in_production_the_table_refuses_deletion_and_the_keys_stay(prod: Templates) -> None:
    (table,) = prod.of_kind(TABLE)
    assert table.properties["DeletionProtectionEnabled"] is True
    secrets = prod.of_kind("AWS::SecretsManager::Secret")
    assert len(secrets) == 3
    assert {secret.attributes["DeletionPolicy"] for secret in secrets} <= set(KEPT)


def test_what_must_survive_is_apart_from_what_may_be_replaced(templates: Templates) -> None:
    for resource in templates.of_kind(TABLE, BUCKET, "AWS::Events::EventBus", "AWS::SecretsManager::Secret"):
        assert resource.stack.endswith("-data"), resource
    for resource in templates.of_kind("AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::IAM::Role"):
        assert not resource.stack.endswith("-data"), resource


def test_no_bucket_is_public(templates: Templates) -> None:
    for bucket in templates.of_kind(BUCKET):
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}, bucket
        assert len(bucket.properties["PublicAccessBlockConfiguration"]) == 4, bucket
        (ownership,) = bucket.properties["OwnershipControls"]["Rules"]
        assert ownership["ObjectOwnership"] == "BucketOwnerEnforced", bucket


def test_buckets_are_versioned_and_encrypted(templates: Templates) -> None:
    for bucket in templates.of_kind(BUCKET):
        assert bucket.properties["VersioningConfiguration"]["Status"] == "Enabled", bucket
        assert bucket.properties["BucketEncryption"], bucket


def test_buckets_are_reached_over_tls_only(on_aws: Templates) -> None:
    closed = {
        str(on_aws.named_by(policy.properties["Bucket"], within=policy))
        for policy in on_aws.of_kind("AWS::S3::BucketPolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and "aws:SecureTransport" in statement["Condition"]["Bool"]
    }
    assert closed == {str(bucket) for bucket in on_aws.of_kind(BUCKET)}


def test_archives_of_peoples_data_expire_after_a_week(templates: Templates) -> None:
    rules = [
        rule
        for bucket in templates.of_kind(BUCKET)
        for rule in bucket.properties["LifecycleConfiguration"]["Rules"]
        if rule.get("Prefix") == "exports/"
    ]
    (rule,) = rules
    assert rule["ExpirationInDays"] == 7
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rule["Status"] == "Enabled"


def test_no_template_holds_the_value_of_a_secret(templates: Templates) -> None:
    for secret in templates.of_kind("AWS::SecretsManager::Secret"):
        assert secret.properties.keys() == {"Name", "Description"}, secret


def test_events_can_be_replayed_on_aws(on_aws: Templates) -> None:
    (archive,) = on_aws.of_kind("AWS::Events::Archive")
    assert archive.properties["RetentionDays"] == 30


def test_a_function_is_needed_to_deploy_for_nothing_but_a_key_that_no_template_may_hold(
    local: Templates, on_aws: Templates
) -> None:
    for templates, expected in ((local, []), (on_aws, ["Custom::CdnKey"])):
        assert [each.kind for each in templates if each.kind.startswith("Custom::")] == expected


def test_the_local_stage_leaves_out_what_emulators_lack(local: Templates) -> None:
    lacking = {"AWS::Events::Archive", "AWS::CloudWatch::CompositeAlarm"}
    assert not [resource for resource in local if resource.kind in lacking]
    assert not [resource for resource in local if "aws:SecureTransport" in str(resource.properties)]
    assert not [resource for resource in local if "TracingConfig" in resource.properties]
