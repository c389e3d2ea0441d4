import hashlib
import importlib.util
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.shared import layers
from infra.shared.vendoring import (
    LayerBuildError,
    Machine,
    Recipe,
    build,
    keep_redoc,
    keep_services_in_use,
)
from infra.stages import STAGES

PACKAGE = "greeting"
HERE = Machine.this_one()


def nothing(_packages: Path) -> None:
    pass


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock of one package, in a world where there is no other."""
    wheel = tmp_path / f"{PACKAGE}-1.0-py3-none-any.whl"
    about = f"{PACKAGE}-1.0.dist-info"
    with ZipFile(wheel, "w") as archive:
        archive.writestr(f"{PACKAGE}/__init__.py", "WORD = 'hello'\n")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    lock = tmp_path / "lock.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock.write_text(f"{PACKAGE}==1.0 --hash=sha256:{digest}\n", "utf-8")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return lock


def test_a_layer_holds_the_packages_compiled_for_a_place_where_nothing_can_be_written(
    lock: Path, tmp_path: Path
) -> None:
    layer = build(Recipe("vendor", lock, nothing), HERE, tmp_path / "builds")
    source = layer / "python" / PACKAGE / "__init__.py"
    compiled = Path(importlib.util.cache_from_source(str(source))).read_bytes()
    assert source.is_file()
    assert compiled[:4] == importlib.util.MAGIC_NUMBER
    assert compiled[4] == 0b01  # by hash, unchecked
    assert str(tmp_path).encode() not in compiled
    assert b"/opt/python/greeting/__init__.py" in compiled


def test_a_layer_for_lambda_is_installed_from_wheels_for_lambda(lock: Path, tmp_path: Path) -> None:
    machine = Machine.of_lambda("3.12", "arm64")
    layer = build(Recipe("vendor", lock, nothing), machine, tmp_path / "builds")
    assert (layer / "python" / PACKAGE).is_dir()


def test_the_same_layer_is_built_once(lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = tmp_path / "builds"
    first = build(Recipe("vendor", lock, nothing), HERE, builds)
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert build(Recipe("vendor", lock, nothing), HERE, builds) == first
    assert list(builds.iterdir()) == [first]


def test_another_lock_or_another_machine_is_another_layer(lock: Path, tmp_path: Path) -> None:
    builds = tmp_path / "builds"
    layers = {build(Recipe("vendor", lock, nothing), HERE, builds)}
    layers.add(build(Recipe("vendor", lock, nothing), Machine.of_lambda("3.12", "x86_64"), builds))
    lock.write_text(lock.read_text("utf-8") + "# newer\n", "utf-8")
    layers.add(build(Recipe("vendor", lock, nothing), HERE, builds))
    assert len(layers) == 3


def test_builds_at_the_same_time_do_not_disturb_each_other(lock: Path, tmp_path: Path) -> None:
    builds = tmp_path / "builds"
    with ThreadPoolExecutor() as threads:
        running = [threads.submit(build, Recipe("vendor", lock, nothing), HERE, builds) for _ in range(3)]
        layers = {build_.result() for build_ in running}
    assert set(builds.iterdir()) == layers
    assert len(layers) == 1


def test_a_failed_build_leaves_nothing_behind(lock: Path, tmp_path: Path) -> None:
    lock.write_text(f"{PACKAGE}==1.0 --hash=sha256:{'0' * 64}\n", "utf-8")
    with pytest.raises(LayerBuildError, match=r"lock\.txt"):
        build(Recipe("vendor", lock, nothing), HERE, tmp_path / "builds")
    assert not list((tmp_path / "builds").iterdir())


def test_only_services_in_use_stay_in_botocore(tmp_path: Path) -> None:
    data = tmp_path / "botocore" / "data"
    for service in ("dynamodb", "ec2", "sqs"):
        (data / service).mkdir(parents=True)
    (data / "endpoints.json").touch()
    (tmp_path / "bin").mkdir()
    keep_services_in_use(tmp_path)
    assert {entry.name for entry in data.iterdir()} == {"dynamodb", "sqs", "endpoints.json"}
    assert not (tmp_path / "bin").exists()


def test_of_the_redoc_package_its_script_and_licences_stay(tmp_path: Path) -> None:
    packages = tmp_path / "python"
    redoc = packages / "drf_spectacular_sidecar" / "static" / "drf_spectacular_sidecar" / "redoc"
    (redoc / "bundles").mkdir(parents=True)
    for file in ("LICENSE", "bundles/redoc.standalone.js", "bundles/redoc.standalone.js.LICENSE.txt"):
        (redoc / file).touch()
    (redoc / "bundles" / "redoc.standalone.js.map").touch()
    keep_redoc(packages)
    shipped = {file.relative_to(packages).as_posix() for file in packages.rglob("*") if file.is_file()}
    assert shipped == {
        "redoc_bundle/__init__.py",
        "redoc_bundle/LICENSE",
        "redoc_bundle/redoc.standalone.js",
        "redoc_bundle/redoc.standalone.js.LICENSE.txt",
    }


@pytest.mark.parametrize(("python", "newest"), [("3.11", "2_26"), ("3.12", "2_34"), ("3.14", "2_34")])
def test_no_wheel_is_newer_than_the_system_libraries_of_its_runtime(python: str, newest: str) -> None:
    machine = Machine.of_lambda(python, "arm64")
    assert machine.platforms[0] == f"manylinux_{newest}_aarch64"
    assert machine.platforms[-1] == "manylinux2014_aarch64"


def test_this_machine_is_left_to_pip() -> None:
    assert HERE.python == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert HERE.pip_options == []


def test_whatever_is_shipped_to_aws_can_be_had_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Packages stop being built for old systems at some version."""
    wanted: list[tuple[Recipe, Machine]] = []

    def build(recipe: Recipe, machine: Machine) -> Path:
        wanted.append((recipe, machine))
        return tmp_path

    monkeypatch.setattr(layers, "build", build)
    layers.LayerFolders.built_for(STAGES["prod"])
    assert {recipe.name for recipe, _ in wanted} == {"vendor", "imaging", "video", "redoc"}
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--only-binary=:all:", "--no-deps"]
    for recipe, machine in wanted:
        options = [
            "--target",
            str(tmp_path),
            "--require-hashes",
            "-r",
            str(recipe.lock),
            *machine.pip_options,
        ]
        found = subprocess.run([*pip, *options], capture_output=True, text=True, check=False)
        assert found.returncode == 0, (recipe.name, machine, found.stderr)


def test_what_runs_on_another_python_is_not_compiled_by_this_one(lock: Path, tmp_path: Path) -> None:
    machine = Machine("3.99", ("any",))
    layer = build(Recipe("vendor", lock, nothing), machine, tmp_path / "builds")
    assert list(layer.rglob("*.pyc")) == []
