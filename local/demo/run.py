"""The demonstration: a graph's people register, follow and post; then every feed is compared with what it must be."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from local.demo import delivery, oracle, report
from local.demo.api import Api, Json
from local.demo.cast import SEED, drafts, last_word
from local.demo.delivery import Reach
from local.demo.graph import Graph
from local.demo.oracle import Difference, Post
from local.demo.parallel import Phase, each, in_parallel
from local.demo.report import Work

READERS, SHOWN = 3, 4
"""How many feeds are shown, and how many posts of each."""

PAGE = 20


@dataclass
class Demo:
    """One run over one graph.

    Args:
        graph: who follows whom.
        api: a client with an account to be for each of its people.
    """

    graph: Graph
    api: Api
    work: list[Work] = field(default_factory=list, init=False)
    posts: list[Post] = field(default_factory=list, init=False)

    def run(self) -> bool:
        """Load the graph, show feeds and figures; tell whether every feed is right and every post arrived."""
        self._load()
        reaches = [self._publish_and_watch(author) for author in self._authors_to_watch()]
        differences = self._differences()
        self._show_feeds()
        for line in report.difference_lines(differences, self.api.people):
            print(line)
        everyone = len(self.graph.people)
        summary = report.summary_lines(
            self.work,
            agreeing=everyone - len(differences),
            feeds=everyone,
            reaches=reaches,
            people=self.api.people,
            retries=self.api.client.retries,
        )
        print("\n".join(summary))
        return not differences and all(reach.seen_by == reach.followers for reach in reaches)

    def _load(self) -> None:
        self._did("people registered", each("registering people", self.graph.people, self.api.register))
        follows = list(self.graph.follows)
        # Edge lists are sorted: in their order one person's follows would all contend for that person's counters.
        random.Random(SEED).shuffle(follows)  # noqa: S311  # it has to be the same again, not secret
        self._did("follows", each("following", follows, lambda edge: self.api.follow(*edge)))
        publishing = each("publishing posts", drafts(self.graph, self.api.people), self.api.publish)
        self._did("posts", publishing)
        self.posts = publishing.results
        waited = delivery.await_witnesses(delivery.witnesses(self.graph, self.posts), self._shows)
        deliveries = sum(len(self.graph.followers[post.author]) for post in self.posts)
        self.work.append(Work("deliveries", deliveries, publishing.seconds + waited))

    def _publish_and_watch(self, author: str) -> Reach:
        # Those with the newest accounts are delivered to last.
        followers = sorted(
            self.graph.followers[author], key=lambda label: self.api.sessions[label].user_id, reverse=True
        )
        for _ in in_parallel([author, *followers], self.api.renew):
            """Logging in must not count as delivery."""
        post, reach = delivery.reach(
            author, followers, lambda: self.api.publish(last_word(author)), self._shows
        )
        self.posts.append(post)
        return reach

    def _differences(self) -> dict[str, Difference]:
        expected = oracle.feeds(self.graph, self.posts)

        def differ(reader: str) -> Difference:
            return oracle.difference(expected[reader], list(self._feed(reader)))

        comparing = each("comparing feeds", self.graph.people, differ)
        self._did("feeds compared", comparing)
        return delivery.await_late(dict(zip(self.graph.people, comparing.results, strict=True)), differ)

    def _show_feeds(self) -> None:
        expected = oracle.feeds(self.graph, self.posts)
        for reader in self._readers_to_show():
            newest = self.api.page(reader, limit=SHOWN)["items"]
            shown = report.feed_lines(self.api.people[reader], self.graph, newest, len(expected[reader]))
            print("\n".join(shown))

    def _feed(self, reader: str) -> Iterator[Post]:
        return map(self._post_of, self.api.feed(reader, limit=PAGE))

    def _shows(self, reader: str, post: Post) -> bool:
        newer = itertools.takewhile(lambda each: each.post_id >= post.post_id, self._feed(reader))
        return post in newer

    def _post_of(self, item: Json) -> Post:
        username = item["author"]["username"]
        return Post(item["post"]["post_id"], self._labels.get(username, username), item["post"]["text"])

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {person.username: label for label, person in self.api.people.items()}

    def _did(self, what: str, phase: Phase[Any]) -> None:
        self.work.append(Work(what, len(phase.results), phase.seconds))

    def _authors_to_watch(self) -> list[str]:
        """Return the one with the most followers, and one in the middle."""
        followed = [label for label in self._by_followers if self.graph.followers[label]]
        return list(dict.fromkeys([followed[-1], followed[len(followed) // 2]]))

    def _readers_to_show(self) -> list[str]:
        """Return who follows most, who is followed most, and someone in the middle."""
        busiest = max(self.graph.people, key=lambda label: len(self.graph.following[label]))
        middle = self._by_followers[len(self._by_followers) // 2]
        return list(dict.fromkeys([busiest, self._by_followers[-1], middle, *self.graph.people]))[:READERS]

    @cached_property
    def _by_followers(self) -> list[str]:
        return sorted(self.graph.people, key=lambda label: len(self.graph.followers[label]))
