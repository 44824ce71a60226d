"""The shipped launch plan with other figures, for tests: each change is what stands there, and what stands there instead."""
import program

# Limits that a machine which builds and tests beside keeps too: how long things take says little there.
UNHURRIED = (("latency_p50 < 200 ms", "latency_p50 < 5000 ms"), ("latency_p95 < 500 ms", "latency_p95 < 5000 ms"),
             ("latency_p99 < 1000 ms", "latency_p99 < 9000 ms"), ("latency_p95 > 500 ms", "latency_p95 > 5000 ms"),
             ("latency_p95 > 1000 ms", "latency_p95 > 9000 ms"), ("connection_wait_p95 < 10 ms", "connection_wait_p95 < 5000 ms"),
             ("success_gap <= 2 s", "success_gap <= 60 s"), ("success_gap > 2 s", "success_gap > 60 s"),
             ("database_cpu > 90 %", "database_cpu > 99 %"), ("points_over_baseline: 25 %", "points_over_baseline: 90 %"),
             ("stability: 10 %", "stability: 90 %"))
# How one half a minute compares with another says something of a machine that does nothing else only.
UNCOMPARED = (("latency_regression <= 20 %", "latency_regression <= 3000 %"), ("latency_regression > 20 %", "latency_regression > 3000 %"),
              ("\n      limit: 20 %", "\n      limit: 3000 %"))
PATIENT = UNHURRIED + UNCOMPARED
# People who wait for slow statements, also before anything is changed, and pools that grow because of them: what is left are errors.
CROWDED = PATIENT + (("latency_p50 < 5000 ms", "latency_p50 < 60000 ms"), ("latency_p95 < 5000 ms", "latency_p95 < 60000 ms"),
                     ("latency_p99 < 9000 ms", "latency_p99 < 60000 ms"), ("latency_p95 > 5000 ms", "latency_p95 > 60000 ms"),
                     ("latency_p95 > 9000 ms", "latency_p95 > 60000 ms"), ("stability: 90 %", "stability: 3000 %"),
                     ("connects_per_minute: 30,", "connects_per_minute: 1000,"))
# Silence is acted on while a test can wait for it, sooner than a rehearsal does.
SOON = (("pause_after: 2 min", "pause_after: 20 s"), ("rollback_after: 10 min", "rollback_after: 40 s"))
# A rollback has failed while a test can wait for it, not after minutes.
HASTY = (("aim: 10 s\n    deadline: 10 min", "aim: 10 s\n    deadline: 15 s"),)
# A real execution of minutes: windows that hold just the samples which `launch lint` asks for.
SHORT = (("rate_per_second: 5", "rate_per_second: 20"), ("window: 30 min", "window: 40 s"), ("requests: 9000", "requests: 600"),
         ("soak: 1 min", "soak: 10 s"), ("window: 5 min\n      deadline", "window: 25 s\n      deadline"),
         ("window: 10 min", "window: 10 s"), ("window: 60 min", "window: 40 s"), ("extension: 30 min", "extension: 40 s"),
         ("capture_every: 5 min", "capture_every: 10 s"), ("watch: 15 min", "watch: 20 s"), ("for 5 min", "for 20 s"),
         ("every: 1 min, window: 5 min, consecutive: 3, samples: 1350, samples_of_heavy_tail: 5000",
          "every: 5 s, window: 25 s, consecutive: 3, samples: 400, samples_of_heavy_tail: 400"),
         ("final_samples: 16200", "final_samples: 600"), (", for: 5 min}", ", for: 10 s}"),
         ("connection_wait: {samples: 1000}", "connection_wait: {samples: 400}"))

# A rehearsal that compares twice as many answers as it has to.
ENOUGH_TO_COMPARE = ("compared_min: 30 s", "compared_min: 60 s")
# A rehearsal of seconds, for who compares nothing.
CURSORY = (("compared_min: 30 s", "compared_min: 5 s"),)
# Behind SHORT, for one instance: twice the requests in half of the time.
BRISK = (("rate_per_second: 20", "rate_per_second: 40"), ("rate_per_second_max: 20", "rate_per_second_max: 40"),
         ("window: 40 s", "window: 20 s"), ("window: 25 s", "window: 13 s"), ("soak: 10 s", "soak: 5 s"))


def write_plan(file, *changes):
    plan = (program.ROOT / "launch/plan.yaml").read_text()
    for ours, other in changes:
        assert ours in plan, ours
        plan = plan.replace(ours, other)
    file.write_text(plan)
