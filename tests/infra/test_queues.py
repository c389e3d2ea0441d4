from tests.infra.templates import Resource, Templates

QUEUE, RULE, MAPPING = "AWS::SQS::Queue", "AWS::Events::Rule", "AWS::Lambda::EventSourceMapping"


def mappings_from(templates: Templates, kind: str) -> list[tuple[Resource, Resource]]:
    """Return each event source mapping on a source of this kind, with that source."""
    pairs = [
        (mapping, templates.named_by(mapping.properties["EventSourceArn"], within=mapping))
        for mapping in templates.of_kind(MAPPING)
    ]
    chosen = [(mapping, source) for mapping, source in pairs if source.kind == kind]
    assert chosen
    return chosen


def dead_letter_queues(templates: Templates) -> set[str]:
    named = [
        (queue.properties["RedrivePolicy"]["deadLetterTargetArn"], queue)
        for queue in templates.of_kind(QUEUE)
        if "RedrivePolicy" in queue.properties
    ]
    named += [
        (mapping.properties["DestinationConfig"]["OnFailure"]["Destination"], mapping)
        for mapping in templates.of_kind(MAPPING)
        if "DestinationConfig" in mapping.properties
    ]
    named += [
        (target["DeadLetterConfig"]["Arn"], rule)
        for rule in templates.of_kind(RULE)
        for target in rule.properties["Targets"]
    ]
    holders = [templates.named_by(reference, within=resource) for reference, resource in named]
    return {str(holder) for holder in holders if holder.kind == QUEUE}


def test_every_queue_has_dead_letters_or_holds_them(templates: Templates) -> None:
    holders = dead_letter_queues(templates)
    for queue in templates.of_kind(QUEUE):
        assert ("RedrivePolicy" in queue.properties) != (str(queue) in holders), queue


def test_a_message_is_given_up_after_a_few_attempts_and_then_kept_for_two_weeks(templates: Templates) -> None:
    holders = dead_letter_queues(templates)
    for queue in templates.of_kind(QUEUE):
        if str(queue) in holders:
            assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 3600, queue
        else:
            assert 3 <= queue.properties["RedrivePolicy"]["maxReceiveCount"] <= 10, queue


def test_a_message_stays_hidden_six_times_as_long_as_its_consumer_may_take(templates: Templates) -> None:
    for mapping, queue in mappings_from(templates, QUEUE):
        consumer = templates.named_by(mapping.properties["FunctionName"], within=mapping)
        assert queue.properties["VisibilityTimeout"] >= 6 * consumer.properties["Timeout"], queue


def test_every_queue_mapping_reports_partial_failures_and_has_a_limit(templates: Templates) -> None:
    for mapping, _ in mappings_from(templates, QUEUE):
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping
        assert mapping.properties["ScalingConfig"]["MaximumConcurrency"] >= 2, mapping


def test_queues_are_encrypted(templates: Templates) -> None:
    for queue in templates.of_kind(QUEUE):
        assert queue.properties["SqsManagedSseEnabled"] is True, queue


def test_queues_are_reached_over_tls_only(on_aws: Templates) -> None:
    closed = {
        str(on_aws.named_by(reference, within=policy))
        for policy in on_aws.of_kind("AWS::SQS::QueuePolicy")
        for reference in policy.properties["Queues"]
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and "aws:SecureTransport" in statement["Condition"]["Bool"]
    }
    assert closed == {str(queue) for queue in on_aws.of_kind(QUEUE)}


def test_every_rule_retries_within_bounds_and_then_keeps_the_event(templates: Templates) -> None:
    for rule in templates.of_kind(RULE):
        for target in rule.properties["Targets"]:
            assert target["RetryPolicy"]["MaximumRetryAttempts"] <= 185, rule
            assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 24 * 3600, rule
            dead_letters = templates.named_by(target["DeadLetterConfig"]["Arn"], within=rule)
            assert dead_letters.kind == QUEUE, rule
            assert "RedrivePolicy" not in dead_letters.properties, rule


def test_every_rule_listens_to_kith_on_its_own_bus_or_to_its_bucket_or_to_the_clock(
    templates: Templates,
) -> None:
    for rule in templates.of_kind(RULE):
        if "ScheduleExpression" in rule.properties:
            assert "EventPattern" not in rule.properties, rule
            continue
        pattern = rule.properties["EventPattern"]
        if "EventBusName" not in rule.properties:  # the account's own, where S3 tells of files
            assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Created"]), rule
            (bucket,) = pattern["detail"]["bucket"]["name"]
            assert templates.named_by(bucket, within=rule).kind == "AWS::S3::Bucket", rule
            (names,) = pattern["detail"]["object"]["key"]
            assert names["wildcard"].startswith("uploads/"), rule
            continue
        bus = templates.named_by(rule.properties["EventBusName"], within=rule)
        assert bus.kind == "AWS::Events::EventBus", rule
        assert pattern["source"] == ["kith"], rule


def test_every_stream_mapping_isolates_a_poison_record_and_keeps_it(templates: Templates) -> None:
    for mapping, _ in mappings_from(templates, "AWS::DynamoDB::Table"):
        given = mapping.properties
        assert given["BisectBatchOnFunctionError"] is True, mapping
        assert 0 < given["MaximumRetryAttempts"] <= 100, mapping
        assert 0 < given["MaximumRecordAgeInSeconds"] < 24 * 3600, mapping
        assert given["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping
        assert given["StartingPosition"] == "TRIM_HORIZON", mapping
        assert templates.named_by(given["DestinationConfig"]["OnFailure"]["Destination"], within=mapping)


def test_failed_stream_records_are_kept_whole_on_aws(on_aws: Templates) -> None:
    for mapping, _ in mappings_from(on_aws, "AWS::DynamoDB::Table"):
        destination = mapping.properties["DestinationConfig"]["OnFailure"]["Destination"]
        bucket = on_aws.named_by(destination, within=mapping)
        assert bucket.kind == "AWS::S3::Bucket"
        assert bucket.stack.endswith("-data")


def test_the_outbox_alone_reads_the_stream_of_the_table(templates: Templates) -> None:
    readers = [
        templates.named_by(mapping.properties["FunctionName"], within=mapping).properties["Handler"]
        for mapping, _ in mappings_from(templates, "AWS::DynamoDB::Table")
    ]
    assert readers == ["functions.outbox.on_stream.handler"]


def test_mails_are_asked_for_by_events_and_by_the_api_in_one_queue(templates: Templates) -> None:
    ((mapping, queue),) = (
        (mapping, queue)
        for mapping, queue in mappings_from(templates, QUEUE)
        if templates.named_by(mapping.properties["FunctionName"], within=mapping).properties["Handler"]
        == "functions.verification.on_message.handler"
    )
    (rule,) = (
        rule
        for rule in templates.of_kind(RULE)
        if any(
            templates.named_by(target["Arn"], within=rule) == queue for target in rule.properties["Targets"]
        )
    )
    assert set(rule.properties["EventPattern"]["detail-type"]) == {"user.registered", "user.updated"}
    (api,) = (
        function
        for function in templates.of_kind("AWS::Lambda::Function")
        if function.properties["Handler"] == "functions.verification.api.handler"
    )
    url = api.properties["Environment"]["Variables"]["KITH_MAIL_QUEUE_URL"]
    assert templates.named_by(url, within=api) == queue
    assert mapping.properties["ScalingConfig"]["MaximumConcurrency"] <= 5


def test_the_follow_room_hears_of_edges_and_accounts_and_goes_on_by_its_own_queue(
    templates: Templates,
) -> None:
    ((worker, queue),) = (
        (worker, queue)
        for mapping, queue in mappings_from(templates, QUEUE)
        if (worker := templates.named_by(mapping.properties["FunctionName"], within=mapping)).properties[
            "Handler"
        ]
        == "functions.follow.on_event.handler"
    )
    (rule,) = (
        rule
        for rule in templates.of_kind(RULE)
        if any(
            templates.named_by(target["Arn"], within=rule) == queue for target in rule.properties["Targets"]
        )
    )
    assert set(rule.properties["EventPattern"]["detail-type"]) == {
        "graph.follow",
        "graph.follow_accepted",
        "graph.unfollow",
        "user.updated",
    }
    url = worker.properties["Environment"]["Variables"]["KITH_GRAPH_QUEUE_URL"]
    assert templates.named_by(url, within=worker) == queue
