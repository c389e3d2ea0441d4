"""Pure code, by property where there is one."""

from hypothesis import HealthCheck, settings

# Never on wall time: a slow machine is no bug.
settings.register_profile("kith", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kith")
