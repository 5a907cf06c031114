//! Registry hosts: who serves an image.

/// Who runs the registries of some hosts.
#[derive(Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name.
    pub name: &'static str,
    /// Its hosts, by their labels: `*` stands for any one label or part of one, `#` for a label of
    /// twelve digits, an AWS account.
    hosts: &'static [&'static str],
}

/// The providers that are known by their hosts.
///
/// Sources: kubernetes/cloud-provider-aws, `cmd/ecr-credential-provider/main.go` (ECR);
/// kubernetes-sigs/cloud-provider-azure, `pkg/credentialprovider/azure_credentials.go`, and
/// MicrosoftDocs, `container-registry-endpoint-reference.md` (ACR, MCR); ibm-cloud-docs/Registry,
/// `registry_overview.md` (ICR); kubernetes/cloud-provider-gcp, `pkg/gcpcredential/gcpcredential.go`
/// (Google); docs.oracle.com, "Preparing for Container Registry" (Oracle); alibabacloud.com, Container
/// Registry (Alibaba); scaleway/docs-content (Scaleway); the hosts' own documentation (others).
const PROVIDERS: &[Provider] = &[
    Provider { name: "Docker Hub", hosts: &["docker.io", "registry-1.docker.io"] },
    Provider {
        name: "Amazon ECR",
        hosts: &[
            "#.dkr.ecr.*.amazonaws.com",
            "#.dkr.ecr-fips.*.amazonaws.com",
            "#.dkr.ecr.*.amazonaws.com.cn",
            "#.dkr.ecr.*.amazonaws.eu",
            "#.dkr-ecr.*.on.aws",
            "#.dkr-ecr-fips.*.on.aws",
            "#.dkr-ecr.*.on.amazonwebservices.com.cn",
        ],
    },
    Provider { name: "Amazon ECR Public", hosts: &["public.ecr.aws", "ecr-public.aws.com"] },
    Provider {
        name: "Azure Container Registry",
        hosts: &[
            "*.azurecr.io",
            "*.azurecr.cn",
            "*.azurecr.us",
            "*.azurecr.de",
            "*.*.geo.azurecr.io",
        ],
    },
    Provider { name: "Microsoft Artifact Registry", hosts: &["mcr.microsoft.com"] },
    Provider {
        name: "IBM Cloud Container Registry",
        hosts: &[
            "icr.io",
            "*.icr.io",
            "private.*.icr.io",
            "registry.bluemix.net",
            "registry.*.bluemix.net",
        ],
    },
    Provider { name: "Kubernetes", hosts: &["registry.k8s.io", "k8s.gcr.io"] },
    Provider {
        name: "Google Container Registry",
        hosts: &["gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io"],
    },
    Provider { name: "Google Artifact Registry", hosts: &["*-docker.pkg.dev", "mirror.gcr.io"] },
    Provider { name: "GitHub", hosts: &["ghcr.io", "docker.pkg.github.com"] },
    Provider { name: "GitLab", hosts: &["registry.gitlab.com"] },
    Provider { name: "Quay", hosts: &["quay.io"] },
    Provider {
        name: "Red Hat",
        hosts: &["registry.redhat.io", "registry.access.redhat.com", "registry.connect.redhat.com"],
    },
    Provider { name: "Oracle", hosts: &["*.ocir.io"] },
    Provider {
        name: "Alibaba Cloud",
        hosts: &[
            "registry.*.aliyuncs.com",
            "*-registry.*.cr.aliyuncs.com",
            "*-registry-vpc.*.cr.aliyuncs.com",
        ],
    },
    Provider { name: "DigitalOcean", hosts: &["registry.digitalocean.com"] },
    Provider { name: "Scaleway", hosts: &["rg.*.scw.cloud"] },
    Provider { name: "Elastic", hosts: &["docker.elastic.co"] },
    Provider { name: "NVIDIA", hosts: &["nvcr.io"] },
    Provider { name: "Chainguard", hosts: &["cgr.dev"] },
    Provider {
        name: "OpenShift",
        hosts: &[
            "image-registry.openshift-image-registry.svc",
            "image-registry.openshift-image-registry.svc.cluster.local",
        ],
    },
];

/// Who serves the images of a registry, given as in a reference: a host, or a host and a port.
#[must_use]
pub fn provider(registry: &str) -> Option<&'static Provider> {
    let host = registry.rsplit_once(':').map_or(registry, |(host, _)| host).to_ascii_lowercase();
    PROVIDERS.iter().find(|provider| provider.hosts.iter().any(|pattern| matches(pattern, &host)))
}

fn matches(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.split('.'), host.split('.'));
    pattern.clone().count() == host.clone().count()
        && pattern.zip(host).all(|(pattern, label)| matches_label(pattern, label))
}

fn matches_label(pattern: &str, label: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, after)) => {
            let inner = label.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            inner.is_some_and(|inner| !inner.is_empty())
        }
        None if pattern == "#" => label.len() == 12 && label.bytes().all(|b| b.is_ascii_digit()),
        None => pattern == label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_providers() {
        for (host, name) in [
            ("docker.io", "Docker Hub"),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "Amazon ECR"),
            ("123456789012.dkr-ecr.eu-west-1.on.aws", "Amazon ECR"),
            ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "Amazon ECR"),
            ("public.ecr.aws", "Amazon ECR Public"),
            ("contoso.azurecr.io", "Azure Container Registry"),
            ("contoso-abc123.azurecr.io", "Azure Container Registry"),
            ("contoso.westeurope.geo.azurecr.io", "Azure Container Registry"),
            ("us.icr.io", "IBM Cloud Container Registry"),
            ("private.de.icr.io", "IBM Cloud Container Registry"),
            ("registry.eu-de.bluemix.net", "IBM Cloud Container Registry"),
            ("EU.GCR.IO", "Google Container Registry"),
            ("europe-west3-docker.pkg.dev", "Google Artifact Registry"),
            ("k8s.gcr.io", "Kubernetes"),
            ("fra.ocir.io", "Oracle"),
            ("acme-registry.cn-hangzhou.cr.aliyuncs.com", "Alibaba Cloud"),
            ("rg.fr-par.scw.cloud", "Scaleway"),
            ("image-registry.openshift-image-registry.svc:5000", "OpenShift"),
        ] {
            assert_eq!(provider(host).map(|provider| provider.name), Some(name), "{host}");
        }
        for host in [
            "evilgcr.io",
            "gcr.io.evil.com",
            "docker.io.evil.com",
            "azurecr.io",
            "x.y.azurecr.io",
            "12345.dkr.ecr.eu-west-1.amazonaws.com",
            "-docker.pkg.dev",
            "localhost:5000",
            "registry.example.com",
        ] {
            assert_eq!(provider(host), None, "{host}");
        }
    }
}
