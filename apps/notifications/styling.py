"""Style into the tags of a mail, where every mail program reads it."""

import css_inline

# Rules for the dark and for the small screen cannot stand in a tag, so they stay in the head.
INLINER = css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)


def inlined(html: str) -> str:
    return INLINER.inline(html)
