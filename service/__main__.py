"""The command line: `python -m service …`, installed as `formulyar`.

Exit codes: 0 done, 1 findings or a refusal, 2 wrong usage, 78 wrong configuration. Every command translates
errors in one place, `main`; human text goes to a terminal, `--json` is for programs.
"""

from __future__ import annotations

import logging
import sys

import click

from service.commands import (
    batches,
    bundles,
    indexing,
    keeping,
    language,
    papers,
    people,
    record,
    remaking,
    rules,
    searching,
    serving,
    templates,
)
from service.commands.answers import EXIT_CONFIG, EXIT_REFUSED, log_to_stderr
from service.errors import ConfigError, ServiceError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Формуляр: официальные документы из данных, с проверкой, PDF и архивом версий."""


for command in (
    serving.serve,
    people.organisation,
    people.user,
    people.token,
    serving.worker,
    serving.web_process,
    serving.slot_process,
    papers.produce_paper,
    papers.check,
    papers.kinds,
    papers.schema,
    papers.import_file,
    batches.blank,
    batches.batch,
    bundles.bundle,
    searching.documents,
    indexing.reindex,
    remaking.remake_version,
    templates.template,
    keeping.backup,
    keeping.restore,
    language.period,
    language.decline,
    rules.rules,
    record.verify,
    record.journal,
):
    commands.add_command(command)


def main() -> None:
    """Run a command; turn every error into text and an exit code."""
    log_to_stderr(logging.WARNING)
    try:
        commands(standalone_mode=True)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_CONFIG)
    except ServiceError as error:
        click.echo(str(error), err=True)
        for path, texts in error.messages.items():
            for text in texts:
                click.echo(f"  {path}: {text}", err=True)
        if reason := _reason(error):
            click.echo(f"  Причина: {reason}", err=True)
        sys.exit(EXIT_REFUSED)
    except OSError as error:
        told = f"«{error.filename}»: {error.strerror}" if error.filename else str(error)
        click.echo(f"Файл или папка недоступны. Проверьте путь, права и место на диске. {told}", err=True)
        sys.exit(EXIT_REFUSED)


def _reason(error: ServiceError) -> str:
    """Return what the system said of trouble that the operator has to mend; it names the file or the host."""
    cause = error.__cause__
    if not error.retryable or cause is None:
        return ""
    return " ".join(str(getattr(cause, "orig", cause)).split())


if __name__ == "__main__":
    main()
