"""A hundred thousand postmortems of 1,500 words, with a fixed seed: incidents, services and tags are those of the
demo organisation many times over, texts are drawn from 30,000 words as seldom or often as words are (Zipf)."""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import psycopg
from psycopg import sql

from benchmarks import portal
from benchmarks.processes import run

SEED = 4711
VOCABULARY = 30_000
WORDS, SUMMARY, ENTRY = 1_500, 40, 14
ENTRIES = 2  # of each incident's timeline
RANKS = {"rare": 14_000, "middling": 1_300, "common": 50}  # the words of a class begin at this rank
OF_A_CLASS = 12
INDEXES = [
    "postmortem_by_words",
    "timeline_by_words",
]  # made when all is there, as a restored backup makes them
SYLLABLES = [
    a + b
    for a in ("b", "br", "c", "d", "dr", "f", "g", "k", "l", "m", "n", "p", "r", "t", "v", "z")
    for b in "aeiou"
]


def vocabulary() -> list[str]:
    """Words of three or four syllables, each once; the n-th is the n-th most frequent."""
    random = np.random.default_rng(SEED)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        length = int(random.integers(3, 5))
        words["".join(SYLLABLES[n] for n in random.integers(0, len(SYLLABLES), length))] = None
    return list(words)


def words_of(kind: str) -> list[str]:
    return vocabulary()[RANKS[kind] :: 7][:OF_A_CLASS]


def fill(env: dict[str, str], documents: int) -> None:
    url = env["DATABASE_URL"]
    portal.fill(env, "S")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        found = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [INDEXES])
        indexes = [definition for (definition,) in found.fetchall()]
        for name in INDEXES:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        numbers = clone(connection, documents)
        parts = [numbers[start::2] for start in range(2)]
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(partial(write, url), parts, (1, 2)))
        connection.execute(
            "INSERT INTO postmortems_searchword (text) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [vocabulary()],
        )
        connection.execute("SET maintenance_work_mem = '1GB'")
        for definition in indexes:
            connection.execute(definition)
    run(["manage.py", "createcachetable"], env)


def clone(connection: psycopg.Connection, documents: int) -> list[tuple[int, int]]:
    """Incidents and postmortems of the demo, many times over; returns the new (postmortem, incident) pairs."""
    incidents = times_over(connection, "incidents_incident", "INC-", documents)
    postmortems = times_over(connection, "postmortems_postmortem", "PM-", documents)
    of_clones(connection, "incidents_incident_services", "incident_id", "service_id", *incidents)
    of_clones(connection, "postmortems_postmortem_tags", "postmortem_id", "tag_id", *postmortems)
    pairs = connection.execute(
        "SELECT p.id, i.id "
        "FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM postmortems_postmortem WHERE id > %s) p "
        "JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM incidents_incident WHERE id > %s) i "
        "USING (n) WHERE n <= %s",
        [postmortems[0], incidents[0], documents],
    ).fetchall()
    with connection.cursor().copy(
        "COPY postmortems_postmortem_incidents (postmortem_id, incident_id) FROM STDIN"
    ) as copy:
        for pair in pairs:
            copy.write_row(pair)
    return pairs


def times_over(connection: psycopg.Connection, table: str, prefix: str, wanted: int) -> tuple[int, int]:
    """Copies of every row under new numbers; returns the last id there was, and how often each was copied."""
    last, count = connection.execute(
        sql.SQL("SELECT max(id), count(*) FROM {}").format(sql.Identifier(table))
    ).fetchone()
    times = -(-wanted // count)
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in rows.fetchall()]
    new = {
        "id": "t.id + n * %(last)s",
        "number": "t.number + n * %(last)s",
        "key": "%(prefix)s || (t.number + n * %(last)s)",
    }
    new |= {"merged_into_id": "NULL", "external_id": "''", "source_system": "''"}
    chosen = sql.SQL(", ").join(sql.SQL(new.get(name, f't."{name}"')) for name in columns)
    connection.execute(
        sql.SQL("INSERT INTO {0} ({1}) SELECT {2} FROM {0} t, generate_series(1, %(times)s) n").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)), chosen
        ),
        {"last": last, "prefix": prefix, "times": times},
    )
    return last, times


def of_clones(
    connection: psycopg.Connection, table: str, own: str, other: str, last: int, times: int
) -> None:
    connection.execute(
        sql.SQL(
            "INSERT INTO {0} ({1}, {2}) SELECT t.{1} + n * %s, t.{2} FROM {0} t, generate_series(1, %s) n"
        ).format(sql.Identifier(table), sql.Identifier(own), sql.Identifier(other)),
        [last, times],
    )


def write(url: str, pairs: list[tuple[int, int]], seed: int) -> None:
    """The texts of these documents and of their incidents' timelines."""
    random, words = np.random.default_rng([SEED, seed]), np.array(vocabulary(), dtype=object)
    share = 1 / np.arange(2, VOCABULARY + 2)
    often = np.cumsum(share / share.sum())

    def text(length: int) -> str:
        return " ".join(words[np.searchsorted(often, random.random(length))])

    with psycopg.connect(url) as connection:
        connection.execute("SET statement_timeout = 0")
        with connection.cursor().copy(
            "COPY postmortems_searchtext (postmortem_id, title, summary, body, folded) FROM STDIN"
        ) as copy:
            for postmortem, _ in pairs:
                copy.write_row(
                    (postmortem, f"{text(6)} PM-{postmortem}", text(SUMMARY), text(WORDS - SUMMARY), "")
                )
        author = connection.execute("SELECT min(id) FROM accounts_user").fetchone()[0]
        columns = "uuid, incident_id, kind, body, at, author_id, is_starred, recorded_at, beat"
        connection.execute("CREATE TEMP TABLE told (incident_id bigint, body text)")
        with connection.cursor().copy("COPY told FROM STDIN") as copy:
            for _, incident in pairs:
                for _ in range(ENTRIES):
                    copy.write_row((incident, text(ENTRY)))
        connection.execute(
            f"INSERT INTO incidents_timelineentry ({columns}) "
            "SELECT gen_random_uuid(), incident_id, 'note', body, now(), %s, false, now(), 0 FROM told",
            [author],
        )


if __name__ == "__main__":
    print(*vocabulary()[: int(sys.argv[1])])
