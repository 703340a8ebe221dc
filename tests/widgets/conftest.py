"""States, apps and displays for tests without a server."""

import pytest

from scalekit_widgets import TrainingApp
from scalekit_widgets.models.training import TrainingState


@pytest.fixture
def state():
    return TrainingState()


@pytest.fixture
def app():
    return TrainingApp()


@pytest.fixture
def screen(app):
    return app.screen()
