"""Redraws an image from standard input to standard output: what is no picture, and what a picture carries beside its
pixels (place, camera, comments, anything glued to its end), does not come through.

A process of its own, so that a web process neither holds the library nor the pixels, and a hostile file hits nobody
else. Run with the expected format: png, jpeg, gif or webp. Answers with status 0, or 1 when it is none.
"""

import contextlib
import io
import sys
import warnings

from PIL import Image, ImageOps, ImageSequence

with contextlib.suppress(ImportError):  # Windows has no such limits
    import resource

MEMORY = 1_000_000_000
SECONDS = 20
MAX_PIXELS = 40_000_000  # of all frames together
MAX_FRAMES = 200


def redraw(data: bytes, kind: str) -> bytes:
    """The same picture, upright, without metadata. Raises whatever the library raises, and ValueError."""
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        frames = getattr(image, "n_frames", 1)
        if frames > MAX_FRAMES or image.width * image.height * frames > MAX_PIXELS:
            raise ValueError("too large")
        out = io.BytesIO()
        if frames > 1:
            _moving(image, kind, out)
        else:
            _still(image, kind, out)
        return out.getvalue()


def _still(image: Image.Image, kind: str, out: io.BytesIO) -> None:
    upright = ImageOps.exif_transpose(image)
    upright.info.clear()
    if kind == "jpeg" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    upright.save(out, kind, **({"quality": 90} if kind in {"jpeg", "webp"} else {}))


def _moving(image: Image.Image, kind: str, out: io.BytesIO) -> None:
    pace = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(image)]
    frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(image)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=pace, loop=0)


def main() -> int:
    with contextlib.suppress(NameError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    warnings.simplefilter("error")  # the library warns of bombs before it refuses them
    try:
        redrawn = redraw(sys.stdin.buffer.read(), sys.argv[1])
    except Exception as error:  # whatever a broken file makes the library raise, it is no picture
        print(type(error).__name__, file=sys.stderr)  # noqa: T201
        return 1
    sys.stdout.buffer.write(redrawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
