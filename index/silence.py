"""What dependencies send of their own accord, and the switch of each; flipped before any of them is loaded."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switch:
    """The environment variable that a package reads while it is imported, and what it would send without it."""

    package: str
    variable: str
    value: str
    sends: str


SWITCHES = (
    Switch(
        "onnxruntime",
        "ORT_DISABLE_TELEMETRY",
        "1",
        "a device id, the program's path, the processor and the system, to Microsoft, after ten seconds",
    ),
    Switch("chromadb", "ANONYMIZED_TELEMETRY", "False", "which calls are made and how large they are, to Chroma"),
    Switch("opentelemetry (of chromadb)", "OTEL_SDK_DISABLED", "true", "traces of each call, to a collector"),
    Switch("gradio", "GRADIO_ANALYTICS_ENABLED", "False", "the components of the page and the version, to Gradio"),
    Switch("huggingface_hub (of gradio)", "HF_HUB_OFFLINE", "1", "requests for models, spaces and versions"),
    Switch("huggingface_hub (of gradio)", "HF_HUB_DISABLE_TELEMETRY", "1", "the versions of the libraries in use"),
    Switch("ray", "RAY_USAGE_STATS_ENABLED", "0", "the size of the cluster and the libraries in use, to Anyscale"),
)

# Over what the environment says: a value that is already there is for other programs.
os.environ.update({switch.variable: switch.value for switch in SWITCHES})
