"""Copying everything of an account into one JSON document, and leaving it in the bucket for its owner.

Its name follows from the operation, so that making it again overwrites it. It is stored before it is known whether
anyone may still have it: when the account was deleted meanwhile, or is by the time this comes again, it is taken away.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from functions.operation.sections import Section, Sections
from kith.domain.clock import Clock, rfc3339
from kith.domain.operations import OperationNotFound
from kith.storage import Storage
from kith.table.exports import Export, ExportStore


@dataclass(slots=True)
class Archive:
    """A document in a file, written bit by bit, and what is known of it."""

    file: BinaryIO
    size: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, text: str) -> None:
        """Add to the document."""
        octets = text.encode()
        self.file.write(octets)
        self.digest.update(octets)
        self.size += len(octets)


@dataclass(frozen=True, slots=True)
class Exporter:
    """The use case of `user.export_requested`."""

    exports: ExportStore
    sections: Sections
    storage: Storage
    clock: Clock

    def run(self, user_id: int, operation_id: int) -> None:
        """Make an export's archive, unless it is there, or nobody is to have it.

        Raises:
            Unavailable: it could not be made this time.
        """
        export = self.exports.of_active(user_id, operation_id, now=self.clock())
        if export is not None and export.is_done:
            return
        if export is not None:
            with suppress(OperationNotFound), tempfile.TemporaryFile() as file:
                self._store(export, Archive(file))
                return
        self.storage.delete_all_under(Export(user_id, operation_id, started_at=0).archive)

    def _store(self, export: Export, archive: Archive) -> None:
        self._write(export, archive, lambda: self.exports.progressed(export, archive.counts))
        archive.file.seek(0)
        self.storage.put_file(export.archive, archive.file, content_type="application/json")
        result = {"bytes": archive.size, "sha256": archive.digest.hexdigest()}
        self.exports.finish(replace(export, counts=archive.counts, result=result), now=self.clock())

    def _write(self, export: Export, archive: Archive, progressed: Callable[[], None]) -> None:
        about = {
            "user_id": export.user_id,
            "operation_id": export.operation_id,
            "exported_at": rfc3339(self.clock()),
        }
        archive.write(json.dumps(about)[:-1])
        for section in self.sections.in_order():
            archive.write(f",\n{json.dumps(section.name)}: ")
            self._write_section(section, export.user_id, archive)
            progressed()
        archive.write("}\n")

    def _write_section(self, section: Section, user_id: int, archive: Archive) -> None:
        written = 0
        for page in self.sections.pages(section, user_id):
            for entry in page:
                before = "" if section.is_single else ",\n " if written else "[\n "
                archive.write(before + json.dumps(entry, ensure_ascii=False))
                written += 1
        if not written:
            archive.write("null" if section.is_single else "[]")
        elif not section.is_single:
            archive.write("]")
        archive.counts[section.name] = written
