"""The beat's message: look now."""

from celery import shared_task

from portal.sweep import jobs


@shared_task(name="portal.sweep", ignore_result=True)
def sweep() -> None:
    jobs.run()
