"""Changes of rule documents by what they mean: every other line, comment and blank stays as it was written."""

from rules.editing.edit import Edit
from rules.editing.forms import Form, apply, condition_model, forms
from rules.editing.operations import Editor

__all__ = ["Edit", "Editor", "Form", "apply", "condition_model", "forms"]
