"""Interactive apps over scalekit: Panel pages, notebook displays and ipywidgets."""

from scalekit_widgets.apps.explorer import ExplorerApp
from scalekit_widgets.apps.sampling import SamplingApp
from scalekit_widgets.apps.serving import ServingApp
from scalekit_widgets.apps.training import TrainingApp

__all__ = ["ExplorerApp", "SamplingApp", "ServingApp", "TrainingApp"]
