"""What is said of a template before it is used: package, language, names, a dry run of every sample.

Owns the report for the person who made the template and the limited child process in which a foreign template is
looked at. Knows nothing of HTTP, SQL or offices.
"""

from __future__ import annotations

from service.template_check.limited import TemplateChecker, check_template
from service.template_check.report import Report

__all__ = ["Report", "TemplateChecker", "check_template"]
