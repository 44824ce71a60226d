"""The shipped launch plan with limits that a machine which builds and tests beside keeps too: how long things take says little there."""
import program

PATIENT = (("latency_regression <= 20 %", "latency_regression <= 3000 %"), ("latency_regression > 20 %", "latency_regression > 3000 %"),
           ("\n      limit: 20 %", "\n      limit: 3000 %"), ("stability: 10 %", "stability: 90 %"),
           ("latency_p50 < 200 ms", "latency_p50 < 5000 ms"), ("latency_p95 < 500 ms", "latency_p95 < 5000 ms"),
           ("latency_p99 < 1000 ms", "latency_p99 < 9000 ms"), ("latency_p95 > 500 ms", "latency_p95 > 5000 ms"),
           ("latency_p95 > 1000 ms", "latency_p95 > 9000 ms"), ("connection_wait_p95 < 10 ms", "connection_wait_p95 < 5000 ms"),
           ("success_gap <= 2 s", "success_gap <= 60 s"), ("success_gap > 2 s", "success_gap > 60 s"),
           ("database_cpu > 90 %", "database_cpu > 99 %"), ("points_over_baseline: 25 %", "points_over_baseline: 90 %"))


def write_patient_plan(file):
    plan = (program.ROOT / "launch/plan.yaml").read_text()
    for strict, patient in PATIENT:
        assert strict in plan, strict
        plan = plan.replace(strict, patient)
    file.write_text(plan)
