"""Reading YAML: defaults < file < dotted `key=value`, all mistakes at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline.errors import ConfigError
from pipeline.stages import AnyStage

Config = TypeVar("Config", bound=BaseModel)

_TAGS = {kind.model_fields["stage"].default for kind in get_args(get_args(AnyStage)[0])} | {"transformer", "linear"}

_NOT_YAML = (yaml.YAMLError, ValueError, RecursionError)
"""What the parser raises: on bytes that are no text, endless numbers and endless nesting, too."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain scalars: `no` is a word, `2e-5` a number."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":float", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?$"),
    list("-+0123456789."),
)


def load_config(
    kind: type[Config] | TypeAdapter[Config],
    path: Path | None = None,
    overrides: Sequence[str] = (),
    values: Mapping[str, object] | None = None,
    more: Mapping[str, Sequence[object]] | None = None,
) -> Config:
    """Read and check a configuration.

    Args:
        kind: The class whose fields are the settings, or several of which the settings choose one.
        path: YAML file; without it, the defaults.
        overrides: `section.setting=value`, the value written as in YAML; they win over the file.
        values: Settings by name; they win over both.
        more: What lists hold beside all that, by name; nothing is listed twice.

    Raises:
        ConfigError: The file cannot be read, or settings are wrong; all of them are named.
    """
    settings = _read_mapping(path) if path else {}
    for override in overrides:
        _set(settings, override)
    settings |= values or {}
    for name, added in (more or {}).items():
        _append(settings, name, added)
    given = "settings" if overrides or values or any((more or {}).values()) else ""
    name = " and ".join(filter(None, (str(path or ""), given))) or "settings"
    try:
        return kind.validate_python(settings) if isinstance(kind, TypeAdapter) else kind.model_validate(settings)
    except ValidationError as error:
        schema = kind.json_schema() if isinstance(kind, TypeAdapter) else kind.model_json_schema()
        message = f"{name}: {_describe(error, schema)}"
        raise ConfigError(message) from error


def dump_yaml(config: BaseModel) -> str:
    """Write a configuration as YAML, defaults included."""
    return yaml.safe_dump(config.model_dump(mode="json"), allow_unicode=True, sort_keys=False)


def _describe(error: ValidationError, schema: Mapping[str, Any]) -> str:
    """Tell all that is wrong with settings, a line each: where, what.

    Args:
        error: What pydantic says.
        schema: JSON schema of the settings.
    """
    lines = [f"  {'.'.join(_place(each)) or 'settings'}: {_plain(each, schema)}" for each in error.errors()]
    return f"{len(lines)} setting(s) wrong\n" + "\n".join(lines)


def _plain(mistake: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Say in a user's words what pydantic says in a programmer's."""
    if mistake["type"] == "extra_forbidden":
        *section, last = mistake["loc"]
        known = _known_beside(section, schema)
        near = get_close_matches(str(last), known, n=1)
        return "no such setting; " + (f"did you mean {near[0]}? " if near else "") + f"there are {', '.join(known)}"
    if mistake["type"] == "tuple_type":
        return "a list expected, written [a, b]"
    return str(mistake["msg"]).removeprefix("Value error, ")


def _place(mistake: Mapping[str, Any]) -> list[str]:
    """Leave out the tags that pydantic puts between a section and its setting; an unknown setting may be called so."""
    steps = mistake["loc"]
    tagged = steps[:-1] if mistake["type"] == "extra_forbidden" else steps
    return [str(step) for step in tagged if step not in _TAGS] + [str(step) for step in steps[len(tagged) :]]


def _known_beside(section: Sequence[int | str], schema: Mapping[str, Any]) -> list[str]:
    """Give the names of the settings in a section: from the schema's top down the steps that pydantic tells."""
    here = [schema]
    for step in section:
        inner = [each for at in here for each in _ways_down(at, schema, step)]
        here = inner or here  # a tag that chooses between the ways that are followed anyway
    return sorted({name for at in here for each in _resolved(at, schema) for name in each.get("properties", {})})


def _ways_down(at: Mapping[str, Any], schema: Mapping[str, Any], step: int | str) -> Iterator[Mapping[str, Any]]:
    for each in _resolved(at, schema):
        if isinstance(step, int):
            yield from filter(None, [each.get("items")])
        elif step in each.get("properties", {}):
            yield each["properties"][step]
        elif step in each.get("discriminator", {}).get("mapping", {}):
            yield {"$ref": each["discriminator"]["mapping"][step]}


def _resolved(at: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give a part of a schema and all that it refers to in its stead."""
    yield at
    if "$ref" in at:
        yield from _resolved(schema["$defs"][at["$ref"].rpartition("/")[2]], schema)
    if "discriminator" not in at:
        for each in (*at.get("anyOf", ()), *at.get("allOf", ()), *at.get("oneOf", ())):
            yield from _resolved(each, schema)


def _read_mapping(path: Path) -> dict[str, Any]:
    try:
        settings = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  (a SafeLoader)
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); give the path of a configuration file"
        raise ConfigError(message) from error
    except _NOT_YAML as error:
        message = f"{path}: not YAML: {error}"
        raise ConfigError(message) from error
    if not isinstance(settings, dict | None):
        message = f"{path}: settings expected, `name: value` on each line, not {type(settings).__name__}"
        raise ConfigError(message)
    return settings or {}


def _set(settings: dict[str, Any], override: str) -> None:
    name, equals, value = override.partition("=")
    if not equals or not name:
        message = f"{override}: not a setting; write section.setting=value, for example classify.threads=2"
        raise ConfigError(message)
    *sections, last = name.split(".")
    for section in sections:
        inner = settings.setdefault(section, {})
        if not isinstance(inner, dict):
            message = f"{override}: {section} has no settings of its own"
            raise ConfigError(message)
        settings = inner
    try:
        settings[last] = yaml.load(value, _Loader)  # noqa: S506  (a SafeLoader)
    except _NOT_YAML as error:
        message = f"{override}: the value is not YAML: {error}"
        raise ConfigError(message) from error


def _append(settings: dict[str, Any], name: str, added: Sequence[object]) -> None:
    """Add to a list among the settings what it does not hold; what is no list is left for the check to refuse."""
    listed = settings.get(name, [])
    if added and isinstance(listed, list):
        settings[name] = [*listed, *(each for each in dict.fromkeys(added) if each not in listed)]
