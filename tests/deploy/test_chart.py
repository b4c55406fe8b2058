"""Helm's own library lints and renders the chart; Kubernetes' schemas judge what it renders."""

import json
from typing import Any

import pytest
import yaml

from tellback.config import PREFIX, load_config
from tellback.web.monitor.application import METRICS, PATHS
from tests.deploy.things import CONTAINERFILE, DEPLOY, ROOT, check_command

helm = pytest.importorskip("helm_python", reason="no wheel of Helm's library for this machine")
kubernetes_validate = pytest.importorskip("kubernetes_validate")
CHART = DEPLOY / "helm/tellback"
LEAST: dict[str, Any] = {
    "settings": {"PUBLIC_URL": "https://feedback.example.com"},
    "secret": {"databaseUrl": "postgresql://tellback:secret@db/tellback"},
}
MOST: dict[str, Any] = {
    "settings": {**LEAST["settings"], "LOG_LEVEL": "debug", "DRAIN_SECONDS": "20"},
    "secret": {**LEAST["secret"], "smtpUrl": "smtp://mail:587"},
    "image": {"repository": "registry.example.com/tellback", "tag": "9"},
    "imagePullSecrets": [{"name": "pull"}],
    "web": {"autoscaling": {"enabled": True}},
    "ingress": {"enabled": True, "className": "nginx", "annotations": {"a": "b"}, "tlsSecret": "c"},
    "service": {"annotations": {"a": "b"}},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "podAnnotations": {"a": "b"},
    "podLabels": {"team": "feedback"},
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "affinity": {"podAntiAffinity": {}},
}
BARE = {**LEAST, "secret": {"existing": "mine"}, "web": {"disruptionBudget": {"enabled": False}}}
VALUES = pytest.mark.parametrize("values", [LEAST, MOST, BARE], ids=["least", "most", "bare"])
VERSIONS = ("1.25", "1.35")


def render(values: dict[str, Any]) -> list[Any]:
    """Every object that an installation with these values has."""
    with helm.Chart.load(CHART) as chart:
        rendered = chart.render(values, name="feedback", namespace="shop")
    files = [text for name, text in rendered.items() if name.endswith(".yaml")]
    return [one for text in files for one in yaml.safe_load_all(text) if one]


def only(objects: list[Any], kind: str, name: str = "") -> Any:
    (found,) = (
        each for each in objects if each["kind"] == kind and name in each["metadata"]["name"]
    )
    return found


def containers(objects: list[Any]) -> list[Any]:
    pods = [
        each["spec"]["template"]["spec"] for each in objects if "template" in each.get("spec", {})
    ]
    return [container for pod in pods for container in pod["containers"]]


@VALUES
def test_helm_has_nothing_against_the_chart(values: dict[str, Any]) -> None:
    report = helm.lint(CHART, values, strict=True)
    # 1 is advice, such as to have an icon.
    assert [one for one in report["messages"] if one["severity"] > 1] == []
    assert report["errors"] == []


@VALUES
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_what_is_rendered(values: dict[str, Any], version: str) -> None:
    for each in render(values):
        if each["kind"] != "ServiceMonitor":  # the operator's, not theirs
            kubernetes_validate.validate(each, version, strict=True)


def test_what_is_asked_for_is_there() -> None:
    always = {"Service", "Job", "Deployment"}
    optional = {"Ingress", "HorizontalPodAutoscaler", "ServiceMonitor"}
    assert {each["kind"] for each in render(BARE)} == always
    assert {each["kind"] for each in render(LEAST)} == always | {"Secret", "PodDisruptionBudget"}
    assert {each["kind"] for each in render(MOST)} >= always | optional
    assert "replicas" not in only(render(MOST), "Deployment", "web")["spec"]


@VALUES
def test_every_container_runs_a_command_with_settings_that_are_some(values: dict[str, Any]) -> None:
    for container in containers(render(values)):
        check_command(container["args"])
        environment = {one["name"]: one["value"] for one in container["env"]}
        assert environment[f"{PREFIX}PUBLIC_URL"] == "https://feedback.example.com"
        load_config(environment)
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert "TELLBACK_DATABASE_URL" not in environment


def test_the_schema_is_migrated_before_anything_is_started() -> None:
    objects = render(LEAST)
    job, secret = only(objects, "Job"), only(objects, "Secret")
    hooks = [each["metadata"]["annotations"] for each in (secret, job)]
    assert [hook["helm.sh/hook"] for hook in hooks] == ["pre-install,pre-upgrade"] * 2
    weights = [int(hook["helm.sh/hook-weight"]) for hook in hooks]
    assert weights == sorted(set(weights))
    load_config(secret["stringData"])


def test_health_is_asked_where_it_is_answered() -> None:
    exposed = CONTAINERFILE.read_text().partition("EXPOSE ")[2].splitlines()[0].split()
    for deployment in ("web", "worker"):
        (container,) = only(render(LEAST), "Deployment", deployment)["spec"]["template"]["spec"][
            "containers"
        ]
        ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
        assert set(ports.values()) <= set(exposed)
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container[probe]["httpGet"]
            assert asked["path"] in PATHS
            assert asked["port"] in ports
    (endpoint,) = only(render(MOST), "ServiceMonitor")["spec"]["endpoints"]
    assert endpoint["path"] == METRICS


def test_services_find_the_pods() -> None:
    objects = render(LEAST)
    labels = {
        each["metadata"]["name"]: each["spec"]["template"]["metadata"]["labels"]
        for each in objects
        if each["kind"] == "Deployment"
    }
    public = only([each for each in objects if "clusterIP" not in each.get("spec", ())], "Service")
    chosen = public["spec"]["selector"].items()
    assert [name for name, has in labels.items() if chosen <= has.items()] == [
        "feedback-tellback-web"
    ]
    chosen = only(objects, "Service", "operations")["spec"]["selector"].items()
    assert all(chosen <= has.items() for has in labels.values())


def test_a_pod_is_given_the_time_that_it_drains_for() -> None:
    for deployment in ("web", "worker"):
        pod = only(render(MOST), "Deployment", deployment)["spec"]["template"]["spec"]
        assert pod["terminationGracePeriodSeconds"] == 20 + 30


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": {}},
        {"secret": {"databaseUrl": "mysql://x"}},
        {"settings": {"PUBLIC_URL": ""}},
        {"settings": {"PUBLIC_URL": "https://x", "TELLBACK_PORT": "1"}},
        {"settings": {"PUBLIC_URL": "https://x", "DRAIN_SECONDS": "long"}},
        {"web": {"replica": 2}},
        {"wep": {}},
    ],
    ids=json.dumps,
)
def test_wrong_values_are_refused(wrong: dict[str, Any]) -> None:
    with helm.Chart.load(CHART) as chart, pytest.raises(helm.HelmError):
        chart.validate_schema({**LEAST, **wrong})


def test_the_chart_is_of_this_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert f'version = "{chart["appVersion"]}"' in (ROOT / "pyproject.toml").read_text()
