"""Texts that try to become markup, and a reader of pages that finds out whether one of them did."""

import re
from html.parser import HTMLParser

SHORT = "\"'><xss data-owned=1 onerror=alert(1)>{{7*7}}<img src=x>"
ADDRESS = "https://example.com/?\"'><xss data-owned=1>"
VECTORS = [
    SHORT,
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</textarea></title></style></noscript><script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>*{display:none}</style>",
    "<form action=https://evil.example><input name=password></form>",
    "<p id=csrf style=position:fixed hx-get=/ hx-on:load=alert(1) data-owned=1>x</p>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<a href=javascript:alert(1)>x</a>",
    "<xss onfocus=alert(1) autofocus tabindex=1>",
    "<template><xss></template>",
    "<!--><xss>-->",
    "<![CDATA[<xss>]]>",
    "<?xml version='1.0'?><xss>",
    "&lt;xss&gt;&#60;xss&#62;",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](&#x6A;avascript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](vbscript:x) [a](data:text/html,<xss>) [a](file:///etc/passwd) [a](blob:x)",
    '[a](https://example.com/"onmouseover="alert(1) "title\' onerror=alert(1)")',
    "[a][ref]\n\n[ref]: javascript:alert(1) 'title'",
    "<javascript:alert(1)> <data:text/html,x>",
    "![x](javascript:alert(1)) ![x](https://evil.example/pixel.png 'onerror=alert(1)')",
    '```<xss>"onerror=alert(1)\n<script>alert(1)</script>\n```',
    "`<xss>`<xss>`",
    "| a | b |\n|---|---|\n| <xss> | [x](javascript:x) |",
    "# <xss onload=1>",
    "> <xss>\n> - <img src=x onerror=alert(1)>",
    "{% load static %}{{ request.user.password }}",
    "${alert(1)} #{7*7} <%= 7*7 %>",
    "\u202e<xss>\u2028<xss>\ufeff<xss>",
    "<\u0130mg src=x onerror=alert(1)>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img/src='x'/onerror=alert(1)//",
    "<xss/",
    "';alert(1);//\\';alert(1);//\";alert(1);//--></script>",
]
ESSAY = "\n\n".join(VECTORS)

FORBIDDEN = {
    "xss",
    "style",
    "iframe",
    "object",
    "embed",
    "base",
    "math",
    "mglyph",
    "video",
    "audio",
    "source",
}
FORBIDDEN |= {
    "noscript",
    "applet",
    "frame",
    "frameset",
    "animate",
    "set",
    "foreignobject",
    "marquee",
    "portal",
}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "poster", "data", "srcdoc", "background"}
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
NAME = re.compile(r"[a-z][a-z0-9:_-]*")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.in_script = tag == "script"
        if tag in FORBIDDEN or not NAME.fullmatch(tag):
            self.wrong.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.wrong.append(f"script from {given.get('src')!r}")
        if tag == "img" and not given.get("src", "").startswith(("/static/", "data:image/")):
            self.wrong.append(f"img from {given.get('src')!r}")
        if tag == "meta" and "http-equiv" in given:
            self.wrong.append("meta http-equiv")
        if tag == "form" and given.get("action", "/").replace("\\", "/").startswith(("//", "http")):
            self.wrong.append(f"form to {given['action']!r}")
        self.wrong += [
            f"<{tag} {name}={value[:40]!r}>" for name, value in given.items() if is_hostile(name, value)
        ]

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.wrong.append(f"inline script {data[:40]!r}")

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False


def is_hostile(name: str, value: str) -> bool:
    if name.startswith(("on", "hx-on", "data-owned", "data-hx-on")) or name in {
        "style",
        "srcdoc",
        "http-equiv",
    }:
        return True
    if not NAME.fullmatch(name):
        return True
    found = SCHEME.match(re.sub(r"[\x00-\x20]", "", value)) if name in ADDRESSES else None
    scheme = found[1].lower() if found else ""
    return scheme not in {"", "http", "https", "mailto"} and not value.startswith("data:image/")


def wrong_in(page: str) -> list[str]:
    """Elements, attributes and schemes that no page of ours holds."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader.wrong
