"""What the command line needs to know of an engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions
from apache_beam.runners.runner import PipelineRunner


class RunnerError(Exception):
    """The engine cannot run here; the message is one line and says what to do."""


@dataclass(frozen=True)
class Target:
    """An engine.

    name: what ``--runner`` calls it.
    check: looks at binary, jar, Java, bucket, … before anything starts; raises RunnerError.
    runner: makes the Beam runner.
    is_here: whether the workers of these options are in this process: they share its disk, counts and signals.
    streams: whether it runs a pipeline that never ends.
    blocks: whether ``pipeline.run()`` returns only when the work is done.
    lingers: whether a job stays open when a stream has ended, so that it must be cancelled then.
    defaults: flags that stand unless given.
    """

    name: str
    check: Callable[[PipelineOptions], None]
    runner: Callable[[], PipelineRunner]
    is_here: Callable[[PipelineOptions], bool]
    streams: bool
    blocks: bool = False
    lingers: bool = False
    defaults: Sequence[str] = ()

    def prepare(self, flags: Sequence[str], output: str) -> PipelineOptions:
        """Beam's options from flags, once the engine was found fit to run them.

        Raises:
            RunnerError: something is missing, or workers elsewhere could not reach the output.
        """
        given = {flag.partition("=")[0] for flag in flags}
        defaults = [flag for flag in self.defaults if flag.partition("=")[0] not in given]
        options = PipelineOptions([*defaults, *flags])
        if not self.is_here(options) and "://" not in output:
            raise RunnerError(
                "--output %s is a folder of this machine, which the workers of %s do not share; "
                "write s3://BUCKET/FOLDER or gs://BUCKET/FOLDER" % (output, self.name)
            )
        self.check(options)
        return options


def is_loopback(options: PipelineOptions, by_default: bool = True) -> bool:
    """Whether the workers are threads of this process (Beam's LOOPBACK): asked for, or what the runner does unasked."""
    asked = options.view_as(PortableOptions).environment_type
    return asked == "LOOPBACK" or (asked is None and by_default)
