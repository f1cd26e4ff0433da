"""Where flows are found, in a checkout and in an installed wheel, and what `prefect.yaml` says of them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml
from hatchling.builders.wheel import WheelBuilder

from rendicion_etl.settings import flows_folder

ROOT = Path(__file__).parents[2]


def test_in_a_checkout_the_flows_lie_beside_the_sources() -> None:
    assert flows_folder() == ROOT / "flows"


def test_an_installed_wheel_has_the_flows_and_finds_them(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    code = "import rendicion_etl.settings as s; print(*sorted(p.name for p in s.flows_folder().glob('*.py')))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(path.name for path in (ROOT / "flows").glob("*.py"))


def test_every_deployment_of_the_work_pool_is_a_flow_and_names_no_place_of_one_machine(prefect: None) -> None:
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.flows import load_flow_from_entrypoint

    text = (ROOT / "prefect.yaml").read_text()
    assert "/home/" not in text
    for each in yaml.safe_load(text)["deployments"]:
        path, _, name = each["entrypoint"].partition(":")
        assert not Path(path).is_absolute()
        assert load_flow_from_entrypoint(f"{ROOT / path}:{name}").fn.__name__ == name
        for schedule in each.get("schedules", ()):
            CronSchedule(**schedule)
