"""`unloop convert`: VampNet's files from the reference's format to safetensors, and back."""

from __future__ import annotations

from pathlib import Path

import click

from unloop_py.cli.options import lora_scale_option


@click.command()
@click.argument("source", metavar="IN")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@lora_scale_option
def convert(source: str, out: Path, lora_scale: float | None) -> None:
    """Write the VampNet model IN to OUT in the other format.

    IN is a folder with codec.pth, coarse.pth and c2f.pth (its loras/ come too), or with the same as .safetensors; a
    fine-tune's folder; one such file; or a model's name. From .pth it goes to .safetensors, which opens faster; from
    .safetensors to .pth, which the reference opens; so does what `unloop finetune --model vampnet` learned. Nothing is
    lost on the way. unloop's own models, such as small, and voices learned on them are networks of another kind:
    VampNet's files cannot hold them. With --lora-scale, VampNet's own player plays OUT as `unloop jam --lora-scale` plays IN.
    """
    from unloop_py.generator.convert import convert as write_other

    for path in write_other(source, out, lora_scale):
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                click.echo(f"{file}  {file.stat().st_size / 1e6:.1f} MB")
