"""The recommended number of attempts: reasons and the flat region."""

import math
import re

import numpy as np
import pytest

from scalekit import sampling

TOY = ([0.87, 0.13], [0.58, 0.42])


@pytest.mark.parametrize(
    ("arguments", "k", "words"),
    [
        (([0.3], [1.0], 1.0, 0.0, 1.0, 0.4), 0, "equally hard.*none pays"),
        (([0.3], [1.0], 1.0, 0.0, 1.0, 0.1), math.inf, "equally hard.*endless ones pay"),
        ((*TOY, 1.0, 0.25, 20.0), 0, "Already the first attempt"),
        ((*TOY, 1.0, 0.25, 1.0), 2, "still open after attempt 2"),
        ((*TOY, 1.0, 0.0, 1.0, 0.01), math.inf, "Even on the hardest"),
        ((*TOY, 1.0, 0.25, 0.0), math.inf, "Neither attempts nor wrong answers"),
        (([0.0, 1.0], [0.5, 0.5]), 1, "still open after attempt 1"),
        (([1.0], [1.0]), 1, "every problem is settled"),
    ],
)
def test_reasons(arguments, k, words):
    advice = sampling.advise_attempts(*arguments)
    assert advice.k == k
    assert re.search(words, advice.reason)
    assert advice.utility == sampling.resampling_utility(*arguments[:2], k, *arguments[2:])


@pytest.mark.parametrize("cost", [0.05, 0.3, 0.7, 1.0, 3.0])
def test_the_flat_region_against_every_k(cost):
    p, w = np.linspace(0.01, 0.95, 9), np.full(9, 1 / 9)
    arguments = (0.9, 0.1, cost, 0.002)
    advice = sampling.advise_attempts(p, w, *arguments)
    k = np.arange(0, 5000)
    utility = sampling.resampling_utility(p, w, k, *arguments)
    good = k[utility >= 0.99 * utility.max()]
    last = math.inf if good[-1] == k[-1] else good[-1]
    assert (advice.lower, advice.upper) == (good[0], last)
    assert advice.lower <= advice.k <= advice.upper


def test_endless_attempts_have_a_least_number_that_is_enough():
    advice = sampling.advise_attempts([0.3], [1.0])
    assert (advice.k, advice.lower, advice.upper) == (math.inf, 13, math.inf)


@pytest.mark.parametrize(
    ("p", "arguments"),
    [
        ([0.3], (0.95, 0.1, 1.0, 0.01)),  # formally endless
        ([1e-7, 0.4, 0.6], (1.0, 0.002, 1.0, 1e-4)),  # one problem is as good as hopeless
        (np.linspace(0.3, 0.9, 9), (0.9, 0.2, 2.2, 1e-3)),
    ],
)
def test_where_more_make_no_difference(p, arguments):
    w = np.r_[1e-9, np.full(len(p) - 1, (1 - 1e-9) / (len(p) - 1))] if len(p) > 1 else [1.0]
    advice = sampling.advise_attempts(p, w, *arguments)
    utility = sampling.resampling_utility(p, w, np.r_[np.arange(3000.0), math.inf], *arguments)
    short = np.flatnonzero(utility < utility.max() - 1e-6 * abs(utility.max()))
    assert advice.settled == short[-1] + 1 < advice.k


def test_where_more_would_be_noticed():
    """At the end utility falls, or goes on rising for longer than anybody samples."""
    assert sampling.advise_attempts(*TOY, 1.0, 0.25, 1.0).settled == math.inf
    rising = sampling.advise_attempts(*sampling.Beta(0.2, 0.6).nodes())
    assert rising.k == rising.settled == math.inf


def test_one_question_at_a_time():
    with pytest.raises(ValueError, match="one question at a time"):
        sampling.advise_attempts(*TOY, 1.0, [0.1, 0.2])
