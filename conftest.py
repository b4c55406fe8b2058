"""What holds for every test, wherever it stands."""

from hypothesis import HealthCheck, settings

# No test is timed: on a busy machine a pause of the scheduler would be a failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
