"""django-newsletter as its manual uses it: ``python django_loop.py EML BASE PORT MESSAGES``, from an empty folder.

One newsletter, one message, ``Submission.submit()`` to so many subscriptions, settings in memory, the database an SQLite
file. Our mail is its template, so that it sends what we send. It prints one JSON object as loops.py does. Its package is
called newsletter as ours is: only one of them may be on the path.
"""

import logging
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.delivery.mail import Parts


def settings(parts: Parts, port: int) -> dict[str, Any]:
    """What a project of one newsletter sets."""
    link = "{{ site_url }}/newsletter/weekly/subscription/{{ subscription.email }}/{{ subscription.activation_code }}/"
    pages = {
        "newsletter/message/message_subject.txt": "{{ message.title }}",
        "newsletter/message/message.txt": f"{{% autoescape off %}}{parts.text}{{% endautoescape %}}",
        "newsletter/message/message.html": parts.html,
    }
    pages = {name: page.replace("{{personal}}", link) for name, page in pages.items()}
    loader = "django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", pages)]
    apps = ("auth", "contenttypes", "sites")
    return {
        "SECRET_KEY": "for-a-bench-on-loopback-only",
        "INSTALLED_APPS": [*(f"django.contrib.{app}" for app in apps), "sorl.thumbnail", "newsletter"],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "django.db"}},
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [loader]}}],
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "NEWSLETTER_THUMBNAIL": "sorl-thumbnail",
        "NEWSLETTER_USE_HTTPS": True,
        "ROOT_URLCONF": "bench_urls",
        "SITE_ID": 1,
        "STATIC_URL": "/static/",
        "MEDIA_URL": "/media/",
        "USE_TZ": True,
    }


def submission(subject: str, messages: int) -> Any:  # noqa: ANN401 - django-newsletter has no types
    """A stored submission with that many confirmed subscriptions."""
    models: Any = import_module("newsletter.models")
    management: Any = import_module("django.core.management")
    management.call_command("migrate", verbosity=0)
    weekly = models.Newsletter.objects.create(
        title="Weekly Round-up", slug="weekly", email="editor@example.org", sender="Weekly Round-up"
    )
    timezone: Any = import_module("django.utils.timezone")
    models.Subscription.objects.bulk_create(
        models.Subscription(
            newsletter=weekly, email_field=f"reader{number}@example.com", subscribed=True, subscribe_date=timezone.now()
        )
        for number in range(1, messages + 1)
    )
    message = models.Message.objects.create(title=subject, slug="issue", newsletter=weekly)
    return models.Submission.from_message(message)


def main(parts: Parts, port: int, messages: int) -> None:
    """Set everything up, and measure ``submit()``."""
    urls: Any = ModuleType("bench_urls")
    sys.modules["bench_urls"] = urls
    conf: Any = import_module("django.conf")
    conf.settings.configure(**settings(parts, port))
    django: Any = import_module("django")
    django.setup()
    paths: Any = import_module("django.urls")
    urls.urlpatterns = [paths.path("newsletter/", paths.include("newsletter.urls"))]
    logging.getLogger("newsletter").setLevel(logging.ERROR)
    work = submission(parts.subject, messages)
    measured: Any = import_module("bench.delivery.loops").measured
    measured(work.submit)


if __name__ == "__main__":
    main(Parts.of(Path(sys.argv[1]).read_bytes(), sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
