"""Tables in Markdown, and the bounds that did not hold."""

from dataclasses import dataclass, field

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

# Wide enough for every table here, whatever the terminal.
WIDTH = 120


@dataclass(slots=True)
class Report:
    """A report that is printed while it is made; ``broken`` names every bound that did not hold."""

    broken: list[str] = field(default_factory=list)
    _console: Console = field(default_factory=lambda: Console(width=WIDTH, highlight=False, markup=False))

    def section(self, title: str, *remarks: str) -> None:
        self._console.print(f"\n{title}", style="bold")
        for remark in remarks:
            self._console.print(remark)
        self._console.print()

    def table(self, first: str, *others: str) -> Table:
        table = Table(box=MARKDOWN, header_style="none")
        table.add_column(first, no_wrap=True)
        for other in others:
            table.add_column(other, justify="right", no_wrap=True)
        return table

    def print(self, table: Table) -> None:
        with self._console.capture() as captured:
            self._console.print(table)
        # rich prints a blank line above and below the table.
        self._console.print(captured.get().strip())

    def verdict(self, name: str, *, holds: bool) -> str:
        """Return the cell that says whether a bound holds, and note its name if it does not."""
        if not holds:
            self.broken.append(name)
        return "yes" if holds else "NO"

    def conclude(self) -> int:
        """Print the bounds that do not hold, and return the exit status."""
        self._console.print()
        for name in self.broken:
            self._console.print(f"does not hold: {name}", style="bold red")
        if not self.broken:
            self._console.print("every bound holds", style="bold green")
        return 1 if self.broken else 0
