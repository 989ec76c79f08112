"""Watches what is written to the disk, and what of it would not outlive a power cut just now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typing_extensions import Buffer


class Disk:
    """Every file and folder that has something new in it which was not synced yet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.unsafe, self.steps = set[Path](), list[tuple[str, str]]()
        self._named = set[Path]()
        self._pwrite, self._fsync, self._replace = os.pwrite, os.fsync, Path.replace
        monkeypatch.setattr(os, "pwrite", self._write)
        monkeypatch.setattr(os, "fsync", self._sync)

        def rename(path: Path, target: Path) -> Path:
            return self._rename(path, target)

        monkeypatch.setattr(Path, "replace", rename)

    def _write(self, handle: int, data: Buffer, at: int) -> int:
        self._new("write", _path(handle))
        return self._pwrite(handle, data, at)

    def _sync(self, handle: int) -> None:
        self._fsync(handle)
        path = _path(handle)
        self.unsafe.discard(path)
        self.steps.append(("sync", path.name))

    def _rename(self, path: Path, target: Path) -> Path:
        self._new("name", target)
        if path not in self.unsafe:  # its bytes were synced under the earlier name
            self.unsafe.discard(target)
        self.unsafe.discard(path)
        return self._replace(path, target)

    def _new(self, step: str, path: Path) -> None:
        self.steps.append((step, path.name))
        self.unsafe.add(path)
        if step == "name" or path not in self._named:
            self._named.add(path)
            self.unsafe.add(path.parent)


def _path(handle: int) -> Path:
    return Path(os.readlink(f"/proc/self/fd/{handle}"))
