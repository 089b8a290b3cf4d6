"""What an answer tells: of what is hidden, and of anything at all that another answer to the same question does not."""

import re

from tests.security import inventory
from tests.security.bodies import address
from tests.security.doors import content_of

CANARY = re.compile(r"ZEBRA\d+|quagga", re.IGNORECASE)
PASSING = re.compile(  # differs between two answers to the same request
    r'(name="(?:csrfmiddlewaretoken|once|typed_by)" value=")[^"]*|("request_id": ?")[^"]*|[0-9a-f]{32}'
    r'|("X-CSRFToken": ?")[^"]*|(hx-headers=\')[^\']*'
)


def pages(world):
    """Every address that is read: the ordinary ones, the hidden ones, lists narrowed down, CSV, search."""
    for route, verbs in inventory.ROUTES.items():
        if "GET" in verbs or verbs == {}:
            yield address(route, world)


def text_of(answer):
    told = [value for name, value in answer.headers.items() if name in {"Location", "ETag", "Link"}]
    return content_of(answer).decode() + " ".join(told)


def told(text, path, keys):
    """Canaries and hidden keys in the text, what was typed into the address itself put aside."""
    typed = path.partition("?q=")[2]
    found = set(CANARY.findall(text)) - {typed}
    named = (
        key for key in keys if key in text and key != typed
    )  # a key is rarely there, and looking closer is slow
    return found | {key for key in named if re.search(rf"\b{key}\b", text)}


def still(answer):
    """The answer without what is new each time."""
    text = PASSING.sub(r"\1\2\3\4-", content_of(answer).decode())
    passing = {"X-Request-Id", "Set-Cookie", "Date", "Content-Length", "X-RateLimit-Remaining"}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in passing)
    return answer.status_code, text, headers
