"""The writing aid for the text of a postmortem: phrases that look for a person where the system has the answer.

It is a table to read and to extend; `core/hints.py` says how it is applied. It speaks to whoever edits, is never stored
and stands in nobody's way. A machine may fail to start: what is marked is a person with a fault beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from apps.core.hints import Hint, Near, Phrase, Rule, find_hints, phrase, spaced

ALWAYS_PEOPLE = (
    "engineers?|developers?|devs?|programmers?|coders?|interns?|juniors?|seniors?|contractors?|colleagues?"
    "|employees?|staff|teams?|reviewers?|authors?|sysadmins?|dbas?|sres?|commanders?|scribes?|leads?"
    "|admins?|administrators?|technicians?|consultants?|on-?call|people|person|guys?"
)
PEOPLE = (
    f"{ALWAYS_PEOPLE}|operators?|managers?|responders?"  # which may be programs too, and then fail to start
)
ANYONE = "someone|somebody|anyone|anybody|everyone|everybody|whoever|he|she|we|i|you"
SOMEBODY = rf"(?:{PEOPLE}|{ANYONE}|@[\w.-]{{1,40}})"
# Between who it was and what they did: adverbs, and what tells which of them it was.
BESIDES = (
    "(?: (?:on call|on duty|on shift|in charge|on the team|who|that|then|also|again|just|still|simply|even|had|has|have"
    r"|was|were|is|are|from [^\W_]{1,20}|of the [^\W_]{1,20}|[^\W\d_]{2,16}ly)){0,3}"
)
WHICH = "(?: (?:an?|the|our|one|of|on-?call|senior|junior|new|same)){0,4}"
WHO = Near(spaced(rf"\b{SOMEBODY}\b{BESIDES} $"))
NO_PROGRAM = Near(spaced(rf"\b(?:{ALWAYS_PEOPLE}|{ANYONE}|@[\w.-]{{1,40}})\b{BESIDES} $"))
WHOSE = Near(
    spaced(r"\b(?:(?:" + PEOPLE + "|" + ANYONE + ")(?:'s|(?<=s)')|his|her|their|my|your)(?: own)? $")
)
BY_WHOM = Near(spaced(rf" (?:by|of){WHICH} {SOMEBODY}\b"))

BETWEEN = "(?: (?:not|never|also|probably|easily|really|simply|just|at least)){0,2}"
HAVE = rf"{BETWEEN}(?: have|'ve){BETWEEN}"
DONE = (
    "(?:[a-z]{2,14}ed|been|done|gone|seen|known|taken|caught|found|thought|told|read|run|set|put|made|kept|left|held"
    r"|sent|written|broken|chosen|had|got|gotten|understood|brought|built|come|become|shut|cut|hit|given|shown)\b"
)
# "Should have automated tests" is a wish for tomorrow, "should have tested it" a verdict on yesterday.
OWNED = (
    "(?!(?:automated|dedicated|shared|limited|distributed|detailed|named|redundant|restricted|documented|tested|defined"
    r"|isolated|combined)\b(?! (?:the|this|that|it|an?|our|their|its|his|her|earlier|sooner|by|in|for)\b|[.,;]))"
)
PAST = rf"(?: been{BETWEEN} {DONE}| {OWNED}{DONE})"
# What may have been so, told without a verdict: "could have been caused by the batch job".
LIKELY = r"(?! (?:been )?(?:caused|triggered|exposed|affected)\b)"
# A thing does none of these, so whoever left them out is a person.
MINDFUL = (
    "(?:notice|reali[sz]e|read|follow|remember|consider|communicate|escalate|understand|think|ask|look|review|document"
    r"|anticipate|appreciate|bother|tell|call|inform|test|double-?check|coordinate|investigate|pay)\b"
)
OMITTED = (
    "(?: (?:even|properly|actually|bother to)){0,2} (?:check|verify|follow|read|test|notice|wait|ask|tell|escalate"
    r"|bother|review|look|think|communicate|document|inform|double-?check)(?:e?d)?\b"
)
NO_FIGURE = r"\b(?! (?:budgets?|messages?|rates?|logs?|codes?|pages?|counts?|injection|tolerance|domains?)\b)"

RULES = (
    Rule(
        "counterfactual",
        "What did not happen",
        "It tells of what did not happen; people could act only on what they knew then.",
        "What did they see at that moment, and how did it make sense to them?",
        (
            phrase("should shouldn't shouldnt", HAVE + PAST),
            phrase("should've", BETWEEN + PAST),
            phrase("could couldn't", rf"{HAVE}{LIKELY}{PAST}"),
            phrase("could've", rf"{BETWEEN}{LIKELY}{PAST}"),
            phrase("ought", rf" (?:not )?to{HAVE}{PAST}"),
            phrase("shoulda"),
            phrase("if", r" only\b"),
            phrase("if", rf" (?:the )?{SOMEBODY} had{BETWEEN}{PAST}"),
        ),
        exempt=frozenset({"lucky"}),
    ),
    Rule(
        "would_have",
        "What did not happen",
        "It tells of another course of events, which no reader can check.",
        "What did happen here, and which action item makes the better course the likely one?",
        (phrase("would wouldn't", HAVE + PAST), phrase("would've", BETWEEN + PAST)),
        # The guidance of these sections asks for it: what would have told us sooner, what was only luck.
        exempt=frozenset({"lucky", "detection", "lessons"}),
    ),
    Rule(
        "omission",
        "What a person left out",
        "A step that can be left out will be, by anybody: that it was is where the account begins.",
        "What was the step for, and how did the system go on without it?",
        (
            phrase("failed omitted", r" to\b", led_by=[NO_PROGRAM]),
            phrase("failed", rf" to {MINDFUL}"),
            phrase("neglected", r" to\b"),
            phrase("forgot forgets"),
            phrase("forgotten", r" to\b"),
            phrase("did had", rf" not{OMITTED}", led_by=[WHO]),
            phrase("didn't didnt hadn't never", OMITTED, led_by=[WHO]),
            phrase("didn't", r" bother\b"),
            phrase("did", r" not bother\b"),
            phrase("why", rf" (?:did|didn't|was|wasn't|has|hasn't) (?:nobody|no one|(?:the )?{SOMEBODY})\b"),
        ),
        exempt=frozenset({"lucky"}),
    ),
    Rule(
        "blame",
        "A verdict on people",
        "It judges somebody and ends the search where it becomes useful; the next account will be less open.",
        "What made this the likely thing to do, and how did one slip reach users?",
        (
            phrase(
                "careless carelessly carelessness negligent negligently negligence sloppy sloppily sloppiness"
                " incompetent incompetently incompetence stupid stupidly stupidity irresponsible irresponsibly"
                " reckless recklessly recklessness inattentive inattention laziness clueless unprofessional"
                " thoughtless thoughtlessly botched guilty fatfingered"
            ),
            phrase("lazy", "(?! (?:load|eval|init|import|fetch|migrat|connect|restor|cop|comput))"),
            phrase("fat", r"(?: |-)finger(?:ed|s|ing)?\b"),
            phrase("screwed screwing messed messing", r" up\b"),
            phrase("human operator pilot engineer developer admin", rf" errors?{NO_FIGURE}"),
            phrase(
                "user",
                rf" error{NO_FIGURE}",
                led_by=[Near(spaced(r"\b(?:due to|because of|caused by|an?|pure|plain) $"))],
            ),
            phrase(
                "lack",
                r" of (?:care|attention|discipline|diligence|common sense|competence|awareness|effort)\b",
            ),
            phrase("at", r" fault\b", led_by=[Near(spaced(r"\b(?:is|was|are|were|who's) $"))]),
            phrase("to", r" blame\b", led_by=[Near(spaced(r"\b(?:is|was|are|were|who's) $"))]),
            phrase(
                "responsible",
                r" for (?:the|this) (?:outage|incident|failure|error|mistake|bug|downtime|mess)\b",
            ),
            phrase(
                "alert alerts warning warnings page pages runbook runbooks ticket tickets comment comments"
                " checklist checklists procedure procedures process rule rules review",
                r" (?:was|were)(?: simply)? ignored\b(?! by\b)",
            ),
        ),
    ),
    Rule(
        "person_fault",
        "A person as the cause",
        "It names somebody as the cause; with the same tools and the same knowledge others would do the same.",
        "What did the system ask for at that point, and what did it allow?",
        (
            phrase(
                "ignored overlooked misread misconfigured misunderstood mistakenly accidentally wrongly"
                " incorrectly violated disregarded broke caused skipped",
                led_by=[WHO],
            ),
            phrase(
                "pushed merged deployed shipped made wrote introduced",
                r" (?:an?|the) (?:bad|broken|wrong|faulty|buggy|mistake|error|bug|typo)\b",
                led_by=[WHO],
            ),
            phrase(
                "missed",
                r" (?:the|that|this|an?|several|all|every)(?: [^\W_]{2,12})?"
                r" (?:alert|warning|page|sign|signal|e-?mail|message|step)s?\b",
                led_by=[WHO],
            ),
            phrase(
                "caused broken introduced missed overlooked ignored misconfigured mishandled mistake mistakes"
                " error errors fault faults",
                "(?: was| were)?(?: made)?",
                followed_by=[BY_WHOM],
            ),
            phrase("mistake mistakes fault negligence oversight error errors", NO_FIGURE, led_by=[WHOSE]),
        ),
    ),
    Rule(
        "animated",
        "Strong words",
        "Strong words tell how it felt; a reader needs to know what happened and how large it was.",
        "What was measured, and how does it compare with what is usual?",
        (
            phrase(
                "ridiculous ridiculously outrageous outrageously unbelievable unbelievably insane insanely"
                " crazy absurd absurdly terrible terribly horrible horribly horrendous horrendously horrific"
                " horrifically awful awfully disastrous disastrously nightmare nightmares shambles pathetic"
                " pathetically disgrace disgraceful unacceptable inexcusable unforgivable shocking shockingly"
                " appalling appallingly embarrassing embarrassingly laughable idiotic idiot idiots moronic dumb"
                " wtf omg damn damned"
            ),
            phrase(
                "complete total huge giant absolute",
                r" (?:mess|disaster|joke|failure)\b",
                led_by=[Near(spaced(r"\ban? $"))],
            ),
            phrase("all", r" hell\b"),
            phrase("what", r" the hell\b"),
            phrase("yet", r" again\b"),
            phrase("umpteenth", r" time\b"),
            phrase("not", r" the first time\b"),
        ),
        signs=re.compile(r"!{2,9}|\?{2,9}!?|!\?"),
    ),
    Rule(
        "hindsight",
        "Wisdom after the event",
        "It is plain now; while it happened, other signs competed with it.",
        "How did it look then, and which other explanations fitted what people saw?",
        (
            phrase("obviously"),
            phrase("common", r" sense\b"),
            phrase("needless", r" to say\b"),
            phrase("everyone everybody", r" knows\b"),
            phrase("in with", r" hindsight\b"),
            phrase("it", r" (?:is|was) (?:clear|obvious|plain) that\b"),
            phrase(
                "any", r" (?:competent|sane|decent|reasonable) (?:engineer|developer|person|admin|operator)\b"
            ),
        ),
    ),
)

MAX_NAMES = 60


def hints_for(text: str, *, kind: str = "", names: Iterable[str] = ()) -> list[Hint]:
    """Hints on a section's text, in the order in which they stand. `kind` is the slug of the section: where we got
    lucky, what could have happened is the point. `names` are people who took part, written in any script."""
    return find_hints(text, _knowing(names), kind=kind)


def _knowing(names: Iterable[str]) -> tuple[Rule, ...]:
    """The rules, with people by name: whole, or by the first word of it, as it is written (Will is nobody's will)."""
    whole = {" ".join(name.replace("’", "'").split()) for name in names}
    known = sorted((whole | {name.partition(" ")[0] for name in whole}) - {""}, key=len, reverse=True)
    if not known:
        return RULES
    written = "|".join(re.escape(name) for name in known[:MAX_NAMES]).replace(r"\ ", " ")
    name = rf"(?<!\w)@?(?:{written})"
    named = Near(spaced(rf"{name}{BESIDES} $"), is_cased=True)
    also = {
        WHO: named,
        NO_PROGRAM: named,
        WHOSE: Near(spaced(rf"{name}'s?(?: own)? $"), is_cased=True),
        BY_WHOM: Near(spaced(rf" (?:by|of){WHICH} {name}(?!\w)"), is_cased=True),
    }
    return tuple(rule._replace(phrases=tuple(_with(also, each) for each in rule.phrases)) for rule in RULES)


def _with(also: dict[Near, Near], each: Phrase) -> Phrase:
    led = each.led_by + tuple(also[near] for near in each.led_by if near in also)
    followed = each.followed_by + tuple(also[near] for near in each.followed_by if near in also)
    return each._replace(led_by=led, followed_by=followed)
