"""A measured figure beside what it should be."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Direction = Literal["at least", "below", ""]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table; without a target it is only told."""

    name: str
    value: float
    unit: str
    direction: Direction = ""
    target: float | None = None
    detail: str = ""

    @property
    def meets(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return (
            self.value >= self.target if self.direction == "at least" else self.value < self.target
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "meets": self.meets}


def table(figures: list[Figure]) -> str:
    """All of them, one a line."""
    rows = [("measure", "figure", "target", "", "")]
    for one in figures:
        target = "" if one.target is None else f"{one.direction} {_number(one.target)}"
        verdict = {None: "", True: "met", False: "MISSED"}[one.meets]
        rows.append((one.name, f"{_number(one.value)} {one.unit}", target, verdict, one.detail))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
