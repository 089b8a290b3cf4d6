"""Of each plot: what kind of change set it off, and of which category its factors are, in their order."""

CAUSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "pool": ("binary_push", ("software", "development-process", "capacity")),
    "stampede": ("hardware", ("software", "complex-system", "documentation")),
    "retries": ("performance_decay", ("complex-system", "software", "capacity")),
    "disk": ("pipeline", ("deployment-planning", "monitoring-gap", "process")),
    "tenant": ("user_behaviour", ("complex-system", "software", "capacity")),
    "quota": ("provider_change", ("dependency", "software", "deployment-planning")),
    "firewall": ("config_push", ("software", "network", "development-process")),
    "certificate": ("other", ("process", "monitoring-gap", "complex-system")),
    "resolvers": ("config_push", ("deployment-planning", "software", "dependency")),
    "leak": ("binary_push", ("development-process", "complex-system", "monitoring-gap")),
    "flag": ("config_push", ("software", "deployment-planning", "dependency")),
    "rollout": ("config_push", ("deployment-planning", "software", "development-process")),
    "secret": ("config_push", ("complex-system", "process", "monitoring-gap")),
    "poison": ("user_behaviour", ("software", "deployment-planning", "monitoring-gap")),
    "lag": ("config_push", ("complex-system", "software", "deployment-planning")),
    "overlap": ("pipeline", ("software", "monitoring-gap", "capacity")),
    "query": ("binary_push", ("software", "development-process", "development-process")),
    "failover": ("hardware", ("documentation", "complex-system", "development-process")),
    "settlement": ("hardware", ("complex-system", "software", "development-process", "monitoring-gap")),
    "exposure": ("binary_push", ("process", "development-process", "monitoring-gap")),
}
