"""Tables of counts: what is read, and what is refused in which words."""

import numpy as np
import pytest

from scalekit.sampling.count_table import MOST_BYTES, parse_counts, read_counts

GOOD = "problem,attempts,successes,accepted,accepted_correct\na,10,4,5,3\nb,20,0,2,0\n"


def test_a_whole_table(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(GOOD, encoding="utf-8")
    found = read_counts(path)
    assert found.problems == 2
    assert found.success_rate == pytest.approx(4 / 30)
    for name, values in (("attempts", [10, 20]), ("successes", [4, 0]), ("accepted", [5, 2]),
                         ("accepted_correct", [3, 0])):  # fmt: skip
        np.testing.assert_array_equal(getattr(found, name), values)


@pytest.mark.parametrize(
    "text",
    [
        "successes;Attempts\n4;10\n0;20\n",
        "\ufeffattempts\tsuccesses\r\n10\t4\r\n20\t0\r\n",
        "\n\nattempts, successes\n10, 4.0\n\n20, 0\n",
    ],
)
def test_as_spreadsheets_write_it(text):
    found = parse_counts(text.encode(), "mine.csv")
    np.testing.assert_array_equal(found.attempts, [10, 20])
    np.testing.assert_array_equal(found.successes, [4, 0])
    assert found.accepted is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.csv is empty"),
        ("  \n \n", "mine.csv is empty"),
        ("attempts,successes\n", "has no problem"),
        ("attempts,sucesses\n1,1\n", r"no column 'successes' \(is it 'sucesses'\?\)"),
        ("successes\n1\n", "no column 'attempts'"),
        ("attempts,successes,attempts\n1,1,1\n", "2 columns 'attempts'"),
        ("attempts,successes\n10,4\n10,11\n", "line 3: successes is 11; allowed: up to"),
        ("\n\nattempts,successes\n10,4\n10,11\n", "line 5: successes is 11"),
        ("attempts,successes\n0,0\n", "line 2: attempts is 0; allowed: at least 1"),
        ("attempts,successes\n10,4.5\n", "line 2: successes is '4.5'; allowed: whole"),
        ("attempts,successes\n10,-1\n", "successes is '-1'"),
        ("attempts,successes\n10\n", "successes is empty"),
        ("attempts,successes\n10,nan\n", "successes is 'nan'"),
        ("attempts,successes\ninf,1\n", "attempts is 'inf'"),
        ("attempts,successes,accepted\n10,4,11\n", "accepted is 11"),
        ("attempts,successes,accepted_correct\n10,4,1\n", "none 'accepted'"),
        ("attempts,successes,accepted,accepted_correct\n10,4,5,5\n", "up to the successes"),
        ("attempts,successes,accepted,accepted_correct\n10,8,5,2\n", "the wrong samples"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        parse_counts(text.encode(), "mine.csv")


def test_not_text_and_too_much_of_it():
    with pytest.raises(ValueError, match="is not UTF-8"):
        parse_counts("attempts,successes\n1,1\nä".encode("latin-1"), "mine.csv")
    with pytest.raises(ValueError, match=r"has 10\.0 MB; allowed: up to 5 MB"):
        parse_counts(b"x" * (2 * MOST_BYTES), "mine.csv")
    with pytest.raises(ValueError, match="is no table: field larger"):
        parse_counts(b"x" * MOST_BYTES, "mine.csv")
