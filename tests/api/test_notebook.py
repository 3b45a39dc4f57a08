"""docs/unloop.ipynb runs from its first cell to its last, and is kept without what came out."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "unloop.ipynb"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory):
    """The notebook, run in a folder of its own by a kernel that finds this package."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    folder = tmp_path_factory.mktemp("notebook")
    kernel = folder / "kernels" / "here"
    kernel.mkdir(parents=True)
    words = f'"{sys.executable}", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"'
    (kernel / "kernel.json").write_text(f'{{"argv": [{words}], "display_name": "here", "language": "python"}}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        patch.setenv("PYTHONPATH", os.pathsep.join([str(NOTEBOOK.parents[1]), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="here", resources={"metadata": {"path": str(folder)}})
        asyncio.run(client.async_execute())
    return notebook, folder


def test_every_cell_runs_and_the_last_ones_say_what_is_claimed(ran) -> None:
    notebook, folder = ran
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert all(output.output_type != "stream" for cell in cells for output in cell.outputs), "nothing is printed on the way"
    assert [one.data["text/plain"] for one in cells[-2].outputs] == ["[True, True]"]
    assert {path.name for path in (folder / "varied").iterdir()} == {"vamp-1.wav", "vamp-2.wav", "vamp-take.wav", "vamp.json", "vamp.npz"}


def test_it_can_be_heard_and_looked_at(ran) -> None:
    notebook, _ = ran
    kinds = [kind for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs for kind in output.get("data", ())]
    assert kinds.count("text/html") == 4 and kinds.count("image/png") == 1


def test_what_is_kept_of_it_has_no_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert all(cell.execution_count is None and not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    assert NOTEBOOK.stat().st_size < 20_000
