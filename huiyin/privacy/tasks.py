"""What machines start in privacy."""

from uuid import UUID

from django_tasks import task

from huiyin.privacy import services
from huiyin.privacy.models import Export


@task(priority=-10)
def prepare_export(export_id: str) -> None:
    """Make somebody's copy of their data."""
    services.prepare(Export.objects.select_related("contact", "request").get(id=UUID(export_id)))


@task(priority=-10)
def erase_due() -> int:
    """Carry out deletions whose waiting time is over."""
    return services.erase_due()


@task(priority=-20)
def tend_guardians() -> int:
    """Remind guardians, close what nobody answered, and forget the age of who has come of age."""
    return services.tend_guardians()


@task(priority=-20)
def expire_exports() -> int:
    """Remove copies that were not to be kept any longer."""
    return services.expire_exports()


@task(priority=-50)
def run_retention() -> dict[str, int]:
    """Remove what was kept long enough, class by class."""
    return dict(services.run_retention().counts)
