"""The city shape: plain WSGI processes; live streams and workers run beside them."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
