import resource
from threading import Thread

from apps.core.memory import in_one_piece


def at(depth, act):
    return act() if depth == 0 else at(depth - 1, act)


def many_calls():
    for _ in range(200):
        at(10, lambda: None)


def pages_taken():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def taken_by_loops_at_every_depth(found):
    for depth in range(0, 480, 4):
        before = pages_taken()
        at(depth, many_calls)
        found.append(pages_taken() - before)


def run_in_a_thread(function, *args):
    """Whose frames begin anew: a test's own have room already."""
    thread = Thread(target=function, args=args)
    thread.start()
    thread.join()


def test_a_loop_costs_no_memory_at_any_depth():
    found = []
    run_in_a_thread(in_one_piece(taken_by_loops_at_every_depth), found)
    assert len(found) == 120
    assert max(found) < 100


def test_what_is_called_so_gets_its_arguments_and_gives_its_answer():
    assert in_one_piece(divmod)(7, 3) == (2, 1)
    assert in_one_piece(sorted)([1, 2], reverse=True) == [2, 1]
