from apps.postmortems.forms.categories import FactorCategoriesForm
from apps.postmortems.forms.documents import (
    DraftForm,
    LinkForm,
    PostmortemActionForm,
    PostmortemForm,
    ReviewForm,
    SectionForm,
)
from apps.postmortems.forms.parts import FactorForm, ImpactValueForm, LessonForm, PartForm, TriggerForm

__all__ = [
    "DraftForm",
    "FactorCategoriesForm",
    "FactorForm",
    "ImpactValueForm",
    "LessonForm",
    "LinkForm",
    "PartForm",
    "PostmortemActionForm",
    "PostmortemForm",
    "ReviewForm",
    "SectionForm",
    "TriggerForm",
]
