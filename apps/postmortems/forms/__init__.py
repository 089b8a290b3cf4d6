from apps.postmortems.forms.attachments import AttachmentEditForm, AttachmentForm
from apps.postmortems.forms.categories import FactorCategoriesForm
from apps.postmortems.forms.comments import CommentForm, WordsForm
from apps.postmortems.forms.documents import (
    DraftForm,
    LinkForm,
    PostmortemActionForm,
    PostmortemForm,
    SectionForm,
)
from apps.postmortems.forms.importing import ImportForm
from apps.postmortems.forms.parts import FactorForm, ImpactValueForm, LessonForm, PartForm, TriggerForm
from apps.postmortems.forms.public_version import PublicVersionForm, ReasonForm
from apps.postmortems.forms.reading import ReadersForm
from apps.postmortems.forms.reviewing import ExceptionForm, ReviewersForm, ReviewForm
from apps.postmortems.forms.templates import TemplateForm

__all__ = [
    "AttachmentEditForm",
    "AttachmentForm",
    "CommentForm",
    "DraftForm",
    "ExceptionForm",
    "FactorCategoriesForm",
    "FactorForm",
    "ImpactValueForm",
    "ImportForm",
    "LessonForm",
    "LinkForm",
    "PartForm",
    "PostmortemActionForm",
    "PostmortemForm",
    "PublicVersionForm",
    "ReadersForm",
    "ReasonForm",
    "ReviewForm",
    "ReviewersForm",
    "SectionForm",
    "TemplateForm",
    "TriggerForm",
    "WordsForm",
]
