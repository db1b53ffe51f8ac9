"""Changes of rule documents by what they mean: every other line, comment and blank stays as it was written."""

from rules.editing.condition_model import condition_model
from rules.editing.edit import Edit
from rules.editing.forms import Form, apply, forms
from rules.editing.named import Named
from rules.editing.operations import Editor

__all__ = ["Edit", "Editor", "Form", "Named", "apply", "condition_model", "forms"]
