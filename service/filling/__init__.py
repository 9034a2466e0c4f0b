"""Form data + template -> .docx whose printed text is the data and nothing else.

Owns the template language, the compiled templates and the .docx package. Knows nothing of HTTP, SQL or offices.
"""

from __future__ import annotations

from service.filling.canonical import clean_docx
from service.filling.outline import last_words, outline
from service.filling.template import CompiledTemplate, TemplateCache

__all__ = ["CompiledTemplate", "TemplateCache", "clean_docx", "last_words", "outline"]
