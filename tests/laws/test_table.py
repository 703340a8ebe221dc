"""The table of all laws: its rows, its page, and that the page in the repository is current."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from scalekit import laws
from scalekit.cli import main
from scalekit.laws import table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "laws.md"


@pytest.fixture(scope="module")
def rows():
    return table.rows()


@pytest.fixture
def loaded(tmp_path, own_law):
    """A law of a user's, with a check value that comes out and one that does not."""
    path = tmp_path / "my-law.toml"
    checks = "".join(
        f"\n[[variants.first.checks]]\ninputs = {{ N = 1e9, D = 1e10 }}\nvalue = {value}\n"
        'rtol = 1e-3\nsource = "my note"\n'
        for value in (2.5838, 3.0)
    )
    path.write_text(own_law.replace("loss of my models", "loss | mine <b>") + checks)
    yield laws.load(path)
    laws.unload("my-law")


def test_every_law_is_a_row(rows):
    assert [row.slug for row in rows] == laws.names()
    for row in rows:
        facts = laws.facts(row.slug)
        assert row.answers == facts.answers
        assert row.variants == len(facts.variants)
        assert row.checks == sum(len(v.checks) for v in facts.variants.values())
        assert row.passed == row.checks
        assert [one.name for one in row.inputs] == list(facts.inputs)
        assert row.statuses[0] == facts.variants[facts.default].status
        assert row.sources[0][0] == facts.variants[facts.default].paper.short
        assert all(link.startswith("https://") for _, link in row.sources)
    chinchilla = next(row for row in rows if row.slug == "chinchilla-loss")
    assert chinchilla.inputs[0] == table.InputRow("N", "parameters", "5.7e7 to 1.62e10", True)


def test_the_page_in_the_repository_is_current(rows, capsys):
    assert main(["laws", "--table", "markdown"]) == 0
    assert PAGE.read_text(encoding="utf-8") == capsys.readouterr().out, (
        "run: scalekit laws --table markdown > docs/laws.md"
    )
    lines = table.markdown(rows).splitlines()
    cells = [line for line in lines if line.startswith("| `")]
    assert len(cells) == len(rows)
    assert {line.replace("\\|", "").count("|") for line in cells} == {len(table.COLUMNS) + 1}


def test_the_readme_counts_as_the_table_does(rows):
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    variants, checks = sum(row.variants for row in rows), sum(row.checks for row in rows)
    assert f"{len(rows)} laws with {variants} variants, tested on {checks} check values" in readme


class Cells(HTMLParser):
    """Counts what is opened and closed, and keeps the text."""

    def __init__(self):
        super().__init__()
        self.opened, self.text = {}, []

    def handle_starttag(self, tag, attrs):
        self.opened[tag] = self.opened.get(tag, 0) + 1

    def handle_data(self, data):
        self.text.append(data)


def test_html_has_the_same_rows(capsys):
    assert main(["laws", "--table", "html", "--field", "precision"]) == 0
    page = Cells()
    page.feed(capsys.readouterr().out)
    chosen = laws.names("precision")
    inputs = sum(len(laws.facts(slug).inputs) for slug in chosen)
    assert page.opened["tr"] == inputs + 1, "a line for each input"
    assert page.opened["td"] == 2 * inputs + len(chosen) * (len(table.COLUMNS) - 3)
    assert set(chosen) <= set(page.text)


def test_a_law_of_ones_own_is_in_it(loaded, capsys):
    assert "my-law" in laws.names()
    assert laws.get("my-law")(N=1e9, D=1e10) == loaded(N=1e9, D=1e10)
    (row,) = [row for row in table.rows() if row.slug == "my-law"]
    assert (row.passed, row.checks, row.field) == (1, 2, "mine")
    assert row.inputs[0].span == ""
    assert "| `my-law` | loss \\| mine <b> |" in table.markdown([row])
    assert '<td rowspan="2">loss | mine &lt;b&gt;</td>' in table.as_html([row])
    assert table.summary([row]) == "1 law, 1 variant; 1 of 2 check values come out"
    assert main(["laws", "--field", "mine"]) == 0
    assert "1 law, 1 variant; 1 of 2 check values come out" in capsys.readouterr().out


def test_unknown_law():
    with pytest.raises(ValueError, match="did you mean 'kaplan-loss'"):
        table.rows(["kaplan-los"])
