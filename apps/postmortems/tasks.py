from celery import shared_task
from django.utils import timezone

from apps.postmortems.operations import judge_incidents, sweep_files, sweep_imports


@shared_task
def judge_due_incidents() -> int:
    return judge_incidents(timezone.now())


@shared_task
def sweep_attachments() -> int:
    return sweep_files(timezone.now())


@shared_task
def sweep_uploads() -> int:
    return sweep_imports(timezone.now())
