"""Both sides of each example: `rules` of rows, `texts` of texts, `files` of landed files, and a lake from a few files."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.rules.engine_rules import EngineRules
from tests.rules.files import Files, LandingFiles, ModelFiles
from tests.rules.model_rules import ModelRules
from tests.rules.rows import Row
from tests.rules.texts import ENGINE, MODEL, Texts
from tests.strategies import Landed, write_reference


@pytest.fixture(scope="session")
def small_reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reference data with few entries."""
    return write_reference(tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="session")
def rules_of_model(small_reference: Path) -> ModelRules:
    """The model's side of `rules`."""
    return ModelRules(small_reference)


@pytest.fixture(scope="session")
def rules_of_engine(small_reference: Path, session, rules_of_model: ModelRules) -> EngineRules:
    """The transforms' side of `rules`."""
    return EngineRules(session, small_reference, rules_of_model)


@pytest.fixture(
    params=[
        pytest.param("model", marks=pytest.mark.unit),
        pytest.param("engine", marks=pytest.mark.engine),
    ]
)
def rules(request: pytest.FixtureRequest) -> ModelRules | EngineRules:
    """One side, rows in and rows out."""
    return request.getfixturevalue(f"rules_of_{request.param}")  # the engine starts only where it is asked for


@pytest.fixture(params=[pytest.param(side, marks=pytest.mark.unit) for side in ("model", "engine")])
def texts(request: pytest.FixtureRequest) -> Texts:
    """One side's functions of texts; neither needs an engine."""
    return {"model": MODEL, "engine": ENGINE}[request.param]


@pytest.fixture(params=[pytest.param(side, marks=pytest.mark.unit) for side in ("model", "engine")])
def files(request: pytest.FixtureRequest) -> Files:
    """One side's reader of landed files; neither needs an engine."""
    return {"model": ModelFiles(), "engine": LandingFiles()}[request.param]


@pytest.fixture
def lake_of(rules: ModelRules | EngineRules, tmp_path: Path) -> Callable[[dict[str, bytes]], Mapping[str, list[Row]]]:
    """Makes the tables of a few landed files."""
    return lambda landed: rules.lake(Landed(landed).write(tmp_path / "landing"))
