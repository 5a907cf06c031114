//! The words that tags are made of.

/// Words that name a channel: whatever was released last on it.
pub const CHANNELS: &[&str] = &[
    "alpha",
    "beta",
    "canary",
    "ci",
    "current",
    "daily",
    "dev",
    "devel",
    "develop",
    "development",
    "edge",
    "experimental",
    "head",
    "hourly",
    "insiders",
    "latest",
    "lts",
    "main",
    "mainline",
    "master",
    "monthly",
    "next",
    "nightly",
    "preprod",
    "preview",
    "prod",
    "production",
    "qa",
    "rc",
    "release",
    "rolling",
    "sid",
    "snapshot",
    "snapshots",
    "stable",
    "staging",
    "test",
    "testing",
    "tip",
    "trunk",
    "uat",
    "unstable",
    "weekly",
];

/// Words that name a base system, one of its releases, or a flavour; a number may follow. Alone
/// they say nothing of a version.
pub const FLAVOURS: &[&str] = &[
    "al",
    "alma",
    "almalinux",
    "alpine",
    "amazonlinux",
    "apache",
    "bionic",
    "bookworm",
    "bullseye",
    "buster",
    "centos",
    "cli",
    "debian",
    "debug",
    "dind",
    "distroless",
    "fedora",
    "focal",
    "forky",
    "fpm",
    "glibc",
    "jammy",
    "jdk",
    "jessie",
    "jre",
    "leap",
    "ltsc2016",
    "ltsc2019",
    "ltsc2022",
    "ltsc2025",
    "management",
    "micro",
    "minimal",
    "musl",
    "nanoserver",
    "noble",
    "nonroot",
    "ol",
    "oldstable",
    "oraclelinux",
    "rawhide",
    "resolute",
    "rocky",
    "rockylinux",
    "rootless",
    "slim",
    "stretch",
    "trixie",
    "trusty",
    "tumbleweed",
    "ubi",
    "ubi10",
    "ubi8",
    "ubi9",
    "ubuntu",
    "uclibc",
    "windowsservercore",
    "wolfi",
    "xenial",
];

/// First words of the tags that a pipeline gives to a branch or a pull request.
pub const BRANCHES: &[&str] =
    &["bug", "bugfix", "dependabot", "feature", "fix", "hotfix", "issue", "renovate"];

/// Words before the number of a pre-release: `rc.1`, `beta-2`.
pub const PRERELEASES: &[&str] = &["alpha", "beta", "pre", "preview", "rc"];

/// Words before a publisher's own count of rebuilds: `r3`, `build.7`, `eksbuild.1`, `gke.100`.
pub const REVISIONS: &[&str] = &["build", "eksbuild", "gke", "k3s", "p", "r", "rke2r"];

/// Publishers whose releases have two parts, so that `N.M` names one of them: a repository, or
/// with a last `/` all below it.
///
/// PostgreSQL numbers its releases `major.minor` since 10 (postgresql.org, "Versioning Policy").
/// `pause` and the end-to-end test images are released by Kubernetes under two-part versions
/// (kubernetes/kubernetes, `build/pause/CHANGELOG.md` and `test/images/*/VERSION`). NVIDIA releases
/// its containers once a month as `YY.MM` (docs.nvidia.com, "Framework Containers").
pub const TWO_PART_RELEASES: &[&str] = &[
    "docker.io/library/postgres",
    "gcr.io/google_containers/pause",
    "k8s.gcr.io/e2e-test-images/",
    "k8s.gcr.io/pause",
    "mcr.microsoft.com/oss/kubernetes/pause",
    "mirror.gcr.io/library/postgres",
    "nvcr.io/nvidia/",
    "public.ecr.aws/docker/library/postgres",
    "registry.k8s.io/e2e-test-images/",
    "registry.k8s.io/pause",
];
