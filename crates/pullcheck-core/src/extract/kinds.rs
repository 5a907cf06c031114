//! Which kinds make pods, and where they hold the pod's spec.

/// A kind that makes pods.
#[derive(Debug)]
pub struct Workload {
    /// API group; empty for the core group.
    group: &'static str,
    kind: &'static str,
    /// The keys that lead to the pod's spec.
    pub pod_spec: &'static [&'static str],
}

const POD: &[&str] = &["spec"];
const TEMPLATE: &[&str] = &["template", "spec"];
const SPEC_TEMPLATE: &[&str] = &["spec", "template", "spec"];
const JOB_TEMPLATE: &[&str] = &["spec", "jobTemplate", "spec", "template", "spec"];

/// The built-in kinds (kubernetes/api, `core/v1/types.go`, `apps/v1/types.go`,
/// `batch/v1/types.go`, `extensions/v1beta1/types.go`). Versions do not matter: the path is the
/// same in all, the removed ones included.
const WORKLOADS: &[Workload] = &[
    Workload { group: "", kind: "Pod", pod_spec: POD },
    Workload { group: "", kind: "PodTemplate", pod_spec: TEMPLATE },
    Workload { group: "", kind: "ReplicationController", pod_spec: SPEC_TEMPLATE },
    Workload { group: "apps", kind: "Deployment", pod_spec: SPEC_TEMPLATE },
    Workload { group: "apps", kind: "StatefulSet", pod_spec: SPEC_TEMPLATE },
    Workload { group: "apps", kind: "DaemonSet", pod_spec: SPEC_TEMPLATE },
    Workload { group: "apps", kind: "ReplicaSet", pod_spec: SPEC_TEMPLATE },
    Workload { group: "extensions", kind: "Deployment", pod_spec: SPEC_TEMPLATE },
    Workload { group: "extensions", kind: "DaemonSet", pod_spec: SPEC_TEMPLATE },
    Workload { group: "extensions", kind: "ReplicaSet", pod_spec: SPEC_TEMPLATE },
    Workload { group: "batch", kind: "Job", pod_spec: SPEC_TEMPLATE },
    Workload { group: "batch", kind: "CronJob", pod_spec: JOB_TEMPLATE },
];

/// The workload of an `apiVersion` and a `kind`.
#[must_use]
pub fn workload(api_version: &str, kind: &str) -> Option<&'static Workload> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    WORKLOADS.iter().find(|workload| workload.kind == kind && workload.group == group)
}

/// Whether any group has a workload of this kind.
#[must_use]
pub fn is_workload_kind(kind: &str) -> bool {
    WORKLOADS.iter().any(|workload| workload.kind == kind)
}
