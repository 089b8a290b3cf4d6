"""The table of one run."""

from typing import Any


def table(result: dict[str, Any]) -> str:
    machine = result["machine"]
    lines = [
        f"Measured {result['at']} on {machine['cores']} cores, Python {machine['python']}, "
        f"{result['requests']} requests a measurement, three rounds interleaved with the yardstick Y.",
    ]
    for size, measured in result["sizes"].items():
        rows = ", ".join(f"{count:,} {name}" for name, count in measured["rows"].items())
        lines += ["", f"### Size {size}: {rows}", "", *_requests(measured), "", *_rest(measured)]
    if len(result["sizes"]) > 1:
        lines += ["", *_growth(result)]
    return "\n".join(lines) + "\n"


def _requests(measured: dict[str, Any]) -> list[str]:
    head = [
        "| request | × Y | × Y wall | goal | app ms | db ms | p50 ms | p95 ms | errors |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return head + [
        f"| {row['name']} | **{row['times_y']:.2f}** | {row['times_y_wall']:.2f} | {row['goal']} "
        f"| {row['app_ms']:.1f} | {row['db_ms']:.1f} | {row['p50']:.0f} | {row['p95']:.0f} | {row['errors']} |"
        for row in measured["requests"]
    ]


def _rest(measured: dict[str, Any]) -> list[str]:
    speed = measured["concurrency"]
    lines = ["| figure | value | goal |", "|---|---|---|"]
    lines += [f"| {row['name']} | {row['value']} | {row['goal']} |" for row in measured["sql"]]
    lines.append(f"| largest web process | {max(measured['resident_mb']):.0f} MB | ≤ 110 MB |")
    lines.append(f"| list, 8 at a time against 1 | {speed['c8'] / speed['c1']:.2f} × | ≥ 1.6 × |")
    return lines


def _growth(result: dict[str, Any]) -> list[str]:
    small, large = (result["sizes"][size]["requests"] for size in "SL")
    lines = ["### Growth from S to L", "", "| request | factor | goal |", "|---|---|---|"]
    for before, after in zip(small, large, strict=True):
        goal = "≤ 1.2" if "list of 50" in before["name"] or "middle" in before["name"] else ""
        factor = after["times_y"] / before["times_y"]
        lines.append(f"| {before['name']} | {factor:.2f} | {goal} |")
    return lines
