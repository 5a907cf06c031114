use super::*;
use crate::reference::Reference;

#[test]
fn hosts_belong_to_their_registries() {
    for (host, name) in [
        ("docker.io", "Docker Hub"),
        ("index.docker.io", "Docker Hub"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "Amazon ECR"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "Amazon ECR"),
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "Amazon ECR"),
        ("123456789012.dkr-ecr.eu-west-1.on.aws", "Amazon ECR"),
        ("123456789012.dkr-ecr-fips.us-east-1.on.aws", "Amazon ECR"),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "Amazon ECR"),
        ("public.ecr.aws", "Amazon ECR Public"),
        ("ecr-public.aws.com", "Amazon ECR Public"),
        ("contoso.azurecr.io", "Azure Container Registry"),
        ("contoso-abc123.azurecr.io", "Azure Container Registry"),
        ("contoso.azurecr.cn", "Azure Container Registry"),
        ("contoso.westeurope.geo.azurecr.io", "Azure Container Registry"),
        ("mcr.microsoft.com", "Microsoft Artifact Registry"),
        ("icr.io", "IBM Cloud Container Registry"),
        ("us.icr.io", "IBM Cloud Container Registry"),
        ("private.de.icr.io", "IBM Cloud Container Registry"),
        ("registry.eu-de.bluemix.net", "IBM Cloud Container Registry"),
        ("gcr.io", "Google Container Registry"),
        ("EU.GCR.IO", "Google Container Registry"),
        ("gcr.io:443", "Google Container Registry"),
        ("europe-west3-docker.pkg.dev", "Google Artifact Registry"),
        ("us-docker.pkg.dev", "Google Artifact Registry"),
        ("mirror.gcr.io", "Google's mirror of Docker Hub"),
        ("k8s.gcr.io", "registry.k8s.io"),
        ("registry.k8s.io", "registry.k8s.io"),
        ("ghcr.io", "GitHub Container Registry"),
        ("docker.pkg.github.com", "GitHub Container Registry"),
        ("registry.gitlab.com", "GitLab Container Registry"),
        ("quay.io", "Quay"),
        ("registry.redhat.io", "Red Hat Ecosystem Catalog"),
        ("fra.ocir.io", "Oracle Cloud Infrastructure Registry"),
        ("eu-frankfurt-1.ocir.io", "Oracle Cloud Infrastructure Registry"),
        ("acme-registry.cn-hangzhou.cr.aliyuncs.com", "Alibaba Cloud Container Registry"),
        ("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com", "Alibaba Cloud Container Registry"),
        ("registry.digitalocean.com", "DigitalOcean Container Registry"),
        ("rg.fr-par.scw.cloud", "Scaleway Container Registry"),
        ("image-registry.openshift-image-registry.svc:5000", "OpenShift's internal registry"),
        ("docker.elastic.co", "Elastic"),
        ("nvcr.io", "NVIDIA NGC"),
        ("cgr.dev", "Chainguard"),
    ] {
        assert_eq!(registry(host).map(|registry| registry.name), Some(name), "{host}");
    }
}

#[test]
fn look_alikes_belong_to_nobody() {
    for host in [
        "evilgcr.io",
        "gcr.io.evil.com",
        "docker.io.evil.com",
        "evil-docker.io",
        "x.docker.io",
        "azurecr.io",
        "x.y.azurecr.io",
        "contoso.azurecr.io.evil.com",
        "contosoazurecr.io",
        "12345.dkr.ecr.eu-west-1.amazonaws.com",
        "1234567890123.dkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.com",
        "123456789012.dkr.ecr.eu-west-1.evil.com",
        "abcdefghijkl.dkr.ecr.eu-west-1.amazonaws.com",
        "-docker.pkg.dev",
        "pkg.dev",
        "us-docker.pkg.dev.evil.com",
        "usdocker.pkg.dev",
        "ghcr.io.",
        "user@ghcr.io",
        "ghcr.io:evil",
        "eghcr.io",
        "quay.io.example.com",
        "registry.k8s.io.example.com",
        "evil.registry.k8s.io",
        "scw.cloud",
        "rg.scw.cloud",
        "ocir.io",
        "a.b.ocir.io",
        "icr.io.evil.com",
        "evilicr.io",
        "mcr.microsoft.com.evil.com",
        "localhost:5000",
        "registry.example.com",
        "",
        ".",
        "*.azurecr.io",
    ] {
        let found = registry(host).map(|registry| registry.name);
        assert_eq!(found.filter(|_| host != "*.azurecr.io"), None, "{host}");
    }
}

#[test]
fn every_host_leads_to_its_own_registry() {
    for known in REGISTRIES {
        assert!(known.source.starts_with("https://"), "{}", known.name);
        for host in known.hosts {
            let example = host.replace('#', "123456789012").replace('*', "x");
            let found = registry(&example).map(|registry| registry.name);
            assert_eq!(found, Some(known.name), "{example}");
        }
    }
    for retired in RETIRED {
        assert!(retired.source.starts_with("https://"), "{:?}", retired.hosts);
        let replaced = retired.replacements.len();
        assert!(replaced == 0 || replaced == retired.hosts.len(), "{:?}", retired.hosts);
        assert!(retired.hosts.iter().all(|host| registry(host).is_some()), "{:?}", retired.hosts);
    }
}

#[test]
fn machines_and_networks_are_told_by_their_hosts() {
    for host in [
        "localhost",
        "localhost:5000",
        "127.0.0.1:5000",
        "127.1.2.3",
        "[::1]:5000",
        "0.0.0.0:5000",
        "kind.localhost",
        "LOCALHOST:1",
    ] {
        assert!(is_loopback(host), "{host}");
    }
    for host in ["localhost.example.com", "registry:5000", "10.0.0.1", "example.com", "128.0.0.1"] {
        assert!(!is_loopback(host), "{host}");
    }
}

fn covers(pattern: &str, image: &str) -> bool {
    let pattern = NamePattern::parse(pattern).unwrap();
    let patterns = NamePatterns::new(std::iter::once(&pattern)).unwrap();
    patterns.first(&Reference::parse(image).unwrap()) == Some(0)
}

#[test]
fn patterns_cover_whole_parts() {
    for (pattern, image) in [
        ("docker.io", "nginx"),
        ("docker.io", "index.docker.io/acme/web:1"),
        ("index.docker.io", "acme/web"),
        ("docker.io/library", "nginx:latest"),
        ("docker.io/library/nginx", "nginx"),
        ("library/nginx", "docker.io/library/nginx"),
        ("nginx", "nginx:1.27"),
        ("docker.io/nginx", "nginx:1.27"),
        ("bitnami*", "bitnamilegacy/redis"),
        ("acme/*", "acme/web"),
        ("ghcr.io/acme", "ghcr.io/acme/team/web:1"),
        ("ghcr.io/acme/", "ghcr.io/acme/web"),
        ("ghcr.io/acme/**", "ghcr.io/acme/team/web"),
        ("GHCR.io/acme", "ghcr.io/acme/web"),
        ("ghcr.io", "GHCR.IO:443/acme/web"),
        ("ghcr.io:443", "ghcr.io/acme/web"),
        ("*.azurecr.io", "contoso.azurecr.io/web"),
        ("*.dkr.ecr.*.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web"),
        ("registry.example.com:5000", "registry.example.com:5000/web"),
        ("localhost", "localhost/web"),
        ("gcr.io/*/web", "gcr.io/project/web"),
        ("**", "quay.io/a/b"),
    ] {
        assert!(covers(pattern, image), "{pattern} {image}");
    }
    for (pattern, image) in [
        ("gcr.io", "evilgcr.io/web"),
        ("gcr.io", "gcr.io.evil.com/web"),
        ("gcr.io/proj", "gcr.io/project-evil/web"),
        ("docker.io", "docker.io.evil.com/web"),
        ("docker.io/library", "acme/nginx"),
        ("docker.io/library/nginx", "nginx-evil"),
        ("ghcr.io/acme", "ghcr.io/acmeevil/web"),
        ("ghcr.io/acme", "quay.io/ghcr.io/acme/web"),
        ("*.azurecr.io", "azurecr.io/web"),
        ("*.azurecr.io", "evil.com/contoso.azurecr.io/web"),
        ("*.azurecr.io", "contoso.azurecr.io.evil.com/web"),
        ("registry.example.com", "registry.example.com:5000/web"),
        ("gcr.io/*/web", "gcr.io/a/b/web"),
        ("acme/*", "ghcr.io/acme/web"),
        ("nginx", "nginx/nginx-ingress"),
        ("nginx", "ghcr.io/library/nginx"),
    ] {
        assert!(!covers(pattern, image), "{pattern} {image}");
    }
}

#[test]
fn what_is_denied_is_denied_widely() {
    let denies = |pattern: &str, image: &str| {
        let pattern = NamePattern::parse(pattern).unwrap();
        let patterns = NamePatterns::wide(std::iter::once(&pattern)).unwrap();
        patterns.first(&Reference::parse(image).unwrap()).is_some()
    };
    for (pattern, image) in [
        ("nginx", "nginx:1.27"),
        ("bitnami", "bitnami/redis"),
        ("docker.io/bitnami", "bitnami/redis"),
        ("ghcr.io/evil", "ghcr.io:443/evil/x"),
        ("ghcr.io/evil", "ghcr.io:0443/evil/x"),
        ("registry.evil.com", "registry.evil.com:8443/x"),
        ("docker.io", "nginx"),
    ] {
        assert!(denies(pattern, image), "{pattern} {image}");
    }
    for (pattern, image) in [
        ("nginx", "nginx-evil:1"),
        ("registry.evil.com:8443", "registry.evil.com/x"),
        ("bitnami", "bitnamilegacy/redis"),
    ] {
        assert!(!denies(pattern, image), "{pattern} {image}");
    }
}

#[test]
fn patterns_that_match_nothing_are_refused() {
    for (pattern, error) in [
        ("", PatternError::Empty),
        ("https://ghcr.io", PatternError::Scheme),
        ("ghcr.io/acme/web:1.2", PatternError::TagOrDigest),
        ("nginx:latest", PatternError::TagOrDigest),
        ("ghcr.io/acme@sha256:abc", PatternError::TagOrDigest),
        ("ghcr.io/Acme", PatternError::UpperCase),
        ("ghcr.io/a b", PatternError::Character(' ')),
        ("redis:7", PatternError::TagOrDigest),
        ("nginx:1.25", PatternError::TagOrDigest),
        ("^docker\\.io/", PatternError::Character('^')),
        ("!ghcr.io/acme", PatternError::Character('!')),
        (".", PatternError::EmptyPart),
        ("ghcr.io//acme", PatternError::EmptyPart),
    ] {
        assert_eq!(NamePattern::parse(pattern).err(), Some(error), "{pattern}");
    }
    assert!(matches!(NamePattern::parse("ghcr.io/[a"), Err(PatternError::Glob(_))));
}

fn gone(image: &str) -> Option<(Standing, Option<String>)> {
    retired(&Reference::parse(image).unwrap()).map(|(retired, instead)| (retired.standing, instead))
}

#[test]
fn what_was_given_up_is_known() {
    let swapped = |text: &str| Some(text.to_owned());
    for (image, expected) in [
        ("k8s.gcr.io/pause:3.9", Some((Standing::Frozen, swapped("registry.k8s.io/pause:3.9")))),
        (
            "K8S.gcr.io/coredns/coredns:v1.8.0",
            Some((Standing::Frozen, swapped("registry.k8s.io/coredns/coredns:v1.8.0"))),
        ),
        (
            "registry.eu-gb.bluemix.net/ns/app:1",
            Some((Standing::Deprecated, swapped("uk.icr.io/ns/app:1"))),
        ),
        ("docker.pkg.github.com/o/r/i:1", Some((Standing::Deprecated, None))),
        ("bitnami/redis:7.2.4", Some((Standing::Deprecated, None))),
        ("registry-1.docker.io/bitnami/redis:7.2.4", Some((Standing::Deprecated, None))),
        ("docker.io/bitnamilegacy/redis:7.2.4", Some((Standing::Deprecated, None))),
        ("gcr.io/project/app:1", Some((Standing::Legacy, None))),
        ("bitnami-labs/x", None),
        ("bitnamisecure/redis", None),
        ("quay.io/bitnami/redis", None),
        ("registry.k8s.io/pause:3.9", None),
        ("k8s.gcr.io.evil.com/pause:3.9", None),
    ] {
        assert_eq!(gone(image), expected, "{image}");
    }
}
