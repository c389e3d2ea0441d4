"""Long videos, where a stage has MediaConvert see to them."""

from pathlib import Path

import pytest

from infra.stages import requested_stage
from tests.infra.templates import Templates
from tests.infra.test_permissions import actions_of, as_list

ROLE, RULE, FUNCTION = "AWS::IAM::Role", "AWS::Events::Rule", "AWS::Lambda::Function"


@pytest.fixture
def converting(assemblies: Path) -> Templates:
    return Templates.read(assemblies / "converting")


def test_mediaconvert_reads_a_copy_of_an_upload_and_writes_what_is_served_and_no_more(
    converting: Templates,
) -> None:
    (role,) = [
        role
        for role in converting.of_kind(ROLE)
        if "mediaconvert" in str(role.properties["AssumeRolePolicyDocument"])
    ]
    (policy,) = [
        policy
        for policy in converting.of_kind("AWS::IAM::Policy")
        if [str(converting.named_by(each, within=policy)) for each in policy.properties["Roles"]]
        == [str(role)]
    ]
    may = {
        statement["Action"]: str(statement["Resource"]).rpartition("/")[0]
        for statement in policy.properties["PolicyDocument"]["Statement"]
    }
    assert set(may) == {"s3:GetObject", "s3:PutObject"}
    assert "/uploads/*" in may["s3:GetObject"]
    assert may["s3:PutObject"].endswith("/media")


def test_the_function_hands_over_that_role_to_mediaconvert_alone(converting: Templates) -> None:
    passing = [
        statement
        for role in converting.of_kind(ROLE)
        for policy in role.properties.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if "iam:PassRole" in as_list(statement["Action"])
    ]
    (statement,) = passing
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}}
    assert actions_of(converting, "media.on_video")["mediaconvert"] == {"CreateJob"}


def test_the_function_is_told_of_the_end_of_its_own_jobs(converting: Templates) -> None:
    (rule,) = [each for each in converting.of_kind(RULE) if "aws.mediaconvert" in str(each.properties)]
    pattern = rule.properties["EventPattern"]
    assert pattern["detail"]["status"] == ["COMPLETE", "ERROR", "CANCELED"]
    (bucket,) = pattern["detail"]["userMetadata"]["bucket"]
    assert converting.named_by(bucket, within=rule).kind == "AWS::S3::Bucket"


def test_there_is_room_for_what_is_read(converting: Templates, on_aws: Templates) -> None:
    for templates, room in ((converting, 8_653), (on_aws, 1_424)):
        (function,) = [
            each
            for each in templates.of_kind(FUNCTION)
            if each.properties["Handler"] == "functions.media.on_video.handler"
        ]
        assert function.properties["EphemeralStorage"] == {"Size": room}


def test_other_stages_know_nothing_of_it(templates: Templates) -> None:
    assert not [each for each in templates if "mediaconvert" in str(each.properties).lower()]


def test_an_emulator_refuses_it() -> None:
    with pytest.raises(ValueError, match="an emulator has no MediaConvert"):
        requested_stage(settings="max_long_video_seconds=3600")
