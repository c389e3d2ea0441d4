import json
from pathlib import Path

from tests.infra.templates import Resource, Templates


def asset_of(function: Resource, assembly: Path) -> Path:
    digest = function.properties["Code"]["S3Key"].removesuffix(".zip")
    files = json.loads((assembly / f"{function.stack}.assets.json").read_text("utf-8"))["files"]
    return Path(assembly, files[digest]["source"]["path"])


def test_a_function_carries_its_own_room_and_nothing_else(assemblies: Path) -> None:
    assembly = assemblies / "prod"
    for function in Templates.read(assembly).of_kind("AWS::Lambda::Function"):
        room = function.properties["Handler"].split(".")[1]
        asset = asset_of(function, assembly)
        shipped = {file.relative_to(asset).as_posix() for file in asset.rglob("*") if file.is_file()}
        strangers = {
            file
            for file in shipped
            if not file.startswith(f"functions/{room}/") and file != "functions/__init__.py"
        }
        assert not strangers, function
        assert not {file for file in shipped if file.endswith(".pyc")}, function


def test_every_function_imports_from_the_same_two_layers(templates: Templates) -> None:
    for function in templates.of_kind("AWS::Lambda::Function"):
        layers = [
            templates.named_by(layer, within=function).properties["Description"]
            for layer in function.properties["Layers"]
        ]
        assert layers[:2] == ["The library that every function shares", "Pinned third-party packages"]


def test_three_functions_carry_more_what_they_alone_use(templates: Templates) -> None:
    carried = {
        function.properties["Handler"]: [
            templates.named_by(layer, within=function).properties["Description"]
            for layer in function.properties["Layers"][2:]
        ]
        for function in templates.of_kind("AWS::Lambda::Function")
        if len(function.properties["Layers"]) > 2
    }
    assert carried == {
        "functions.reference.api.handler": ["The script of the API's reference page"],
        "functions.media.on_event.handler": ["Pinned packages that read pictures"],
        "functions.media.on_video.handler": [
            "Pinned packages that read pictures",
            "Pinned packages that read and write videos",
        ],
    }
