"""PostgreSQL's statements for the newest that answer and the best of them, which touch as little as they can.

To find the newest hundred of ninety thousand that answer, an index of words alone has to read all of them. So each
document belongs to a band, `BAND` neighbours by primary key, and the index holds bands as well as words: where it is
asked for both, it leaps from one band to the next. A common word is answered by the newest bands, and each further
window is opened only when those before it held too few (a union without order is read branch by branch).

A vector of 1,500 words lies outside its row in ten pieces, and to rank is to fetch it. `head`, the vector of title and
summary, lies in the row: it says which come first, and only those are then compared by all that they say.
"""

from __future__ import annotations

DOCUMENTS = "postmortems_searchtext"
BAND = 512
WINDOWS = ((0, 2), (2, 8), (8, 32), (32, 128))  # bands counted from the newest, the end left out
WEIGHED = 40  # compared by all of their text: the first two pages
WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"  # D, C, B, A: text, nothing, summary, title
ANSWERS = f"FROM {DOCUMENTS} WHERE words @@ to_tsquery('english', %(asked)s)"
DOWN = "ORDER BY postmortem_id + 0 DESC"  # never by walking the primary key: each step would unpack a vector


def _window(start: int, end: int) -> str:
    bands = (
        "SELECT string_agg(n::text, ' | ')::tsquery "  # noqa: S608  (fixed numbers)
        f"FROM latest, generate_series(greatest(band - {end - 1}, 0), band - {start}) n"
    )
    return f"(SELECT postmortem_id {ANSWERS} AND band @@ ({bands}) {DOWN})"


def _before(bands: int) -> str:
    oldest = f"SELECT (band - {bands - 1}) * {BAND} FROM latest"  # noqa: S608  (fixed numbers)
    return f"(SELECT postmortem_id {ANSWERS} AND postmortem_id + 0 < ({oldest}) {DOWN})"


NEWEST = (
    f"WITH latest AS MATERIALIZED (SELECT max(postmortem_id) / {BAND} AS band FROM {DOCUMENTS}) "  # noqa: S608
    f"{' UNION ALL '.join([*(_window(*each) for each in WINDOWS), _before(WINDOWS[-1][1])])} LIMIT %(limit)s"
)
BEST = (
    "WITH heads AS (SELECT postmortem_id, words, row_number() OVER (ORDER BY "  # noqa: S608  (fixed names, numbers)
    f"ts_rank('{WEIGHTS}', head, to_tsquery('english', %(any)s), 1) DESC, postmortem_id DESC) AS place "
    f"FROM {DOCUMENTS} WHERE postmortem_id = ANY(%(ids)s)) "
    f"SELECT postmortem_id FROM heads ORDER BY CASE WHEN place <= {WEIGHED} "
    f"THEN ts_rank('{WEIGHTS}', words, to_tsquery('english', %(asked)s), 1) END DESC NULLS LAST, place"
)
